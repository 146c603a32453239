import StrataShell

/// The command-line program; all of it is in StrataShell, where tests can reach it.
@main
struct KVCLI {
  static func main() { Shell.runProcess() }
}
