/// `kvconfine attempt`: attempts everything that a defence should keep it from.
///
/// One line for each: `network held`, `files broken`. It does no harm where a defence does not hold.
public enum Attempts {
  /// Attempts all, prints a line for each, and ends the process.
  public static func run(_ words: [String]) -> Never {
    guard let targets = Defence.Targets(words) else { Trampoline.misunderstood() }
    for defence in Defence.allCases {
      let isBroken = System.attempt(defence, targets)
      System.write("\(defence.rawValue) \(isBroken ? "broken" : "held")\n")
    }
    System.exit(0)
  }
}
