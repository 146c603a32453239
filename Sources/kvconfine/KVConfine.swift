import StrataConfinement

/// The program by which `kvgrade` starts what it does not trust; nobody types it.
///
/// It is a program of its own for the sake of its start: a submission is started three hundred times, each time
/// through one or two of these, and `kvgrade` itself needs ten milliseconds until its libraries are found.
@main
enum KVConfine {
  static func main() {
    let words = Array(CommandLine.arguments.dropFirst())
    let rest = Array(words.dropFirst())
    switch words.first {
    case "confine": Trampoline.run(rest)
    case "attempt": Attempts.run(rest)
    case "sweep": Trampoline.sweep(rest)
    default: Trampoline.misunderstood()
    }
  }
}
