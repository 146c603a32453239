/// The commands by which the grader starts itself again, and which nobody types.
public enum HiddenCommands {
  /// Does what the words ask for when they begin with a hidden command, and ends the process; else returns.
  public static func run(_ words: [String]) {
    switch words.first {
    case "confine": Trampoline.run(Array(words.dropFirst()))
    case "attempt": Attempts.run(Array(words.dropFirst()))
    case "sweep": Trampoline.sweep(Array(words.dropFirst()))
    default: return
    }
  }
}
