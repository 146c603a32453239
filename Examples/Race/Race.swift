import StrataCore
import StrataShell

/// The same work on every engine there is, in one table.
///
///     swift run -c release Race
///
/// Writes are acknowledged when the operating system has them, so that the engines are compared and
/// not the disk; `dictionary` is no engine but the floor: a hash table in memory, without any file.
@main
struct Race {
  static func main() {
    let count = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 100_000
    do throws(StoreError) {
      for line in try EngineRace(count: count).run() { print(line) }
    } catch {
      print("The race was stopped: \(error).")
    }
  }
}
