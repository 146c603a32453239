import StrataGrader

/// The command-line program; all of it is in StrataGrader, where tests can reach it.
@main
struct KVGrade {
  static func main() {
    HiddenCommands.run(Array(CommandLine.arguments.dropFirst()))
    for outcome in SandboxProbe(trampoline: System.executablePath).all() { print(outcome.line) }
  }
}
