import StrataCore
import StrataShell

/// The same work on every engine there is, in one table; and the ladder, rung by rung, in two others:
/// what a get costs, and what an opening does, with hints and without.
///
///     swift run -c release Race                 100,000 entries; the ladder up to a million keys
///     swift run -c release Race 10000           10,000 entries, and a ladder of no more
///
/// Writes are acknowledged when the operating system has them, so that the engines are compared and
/// not the disk; `dictionary` is no engine but the floor: a hash table in memory, without any file.
@main
struct Race {
  static func main() {
    let asked = CommandLine.arguments.dropFirst().first.flatMap { Int($0) }
    let rungs = [10_000, 100_000, 1_000_000].filter { $0 <= asked ?? .max }
    do throws(StoreError) {
      for line in try EngineRace(count: asked ?? 100_000).run() { print(line) }
      print()
      for line in try LadderTable(counts: rungs.isEmpty ? [asked ?? 0] : rungs).run() {
        print(line)
      }
    } catch {
      print("The race was stopped: \(error).")
    }
  }
}
