import StrataCore
import Synchronization

/// Crashes stores on simulated disks, a million times, and says whether they kept their promise.
///
///     let report = CrashLab.run(CrashConfiguration(subjects: try StrataSubject.all()))
///     report.violations     // []
///
/// The promise: after any crash the store is *exactly* as after its first n commands, where n is at
/// least the number of those whose survival was promised, and at most the number of those sent.
public enum CrashLab {
  /// The command `crashlab`: explores, says now and then how far it is, and prints the report.
  ///
  /// - Returns: true when there was no violation.
  public static func explore(
    _ configuration: CrashConfiguration, print: @escaping @Sendable (String) -> Void
  ) -> Bool {
    let disks = configuration.personalities.map(\.rawValue).joined(separator: " and ")
    print(
      "Crashing \(configuration.subjects.count) kinds of store on \(disks) disks: "
        + "\(configuration.images) images, \(configuration.threads) threads.")
    let report = run(configuration) { before, after in
      let part = max(1, configuration.images / 10)
      if before / part < after / part, after < configuration.images { print("\(after) images") }
    }
    print("\(report)")
    return report.violations.isEmpty
  }

  /// Explores until there are images enough, or violations enough.
  ///
  /// After each workload, `progress` is told the numbers of images before and after it, on any thread.
  public static func run(
    _ configuration: CrashConfiguration,
    progress: (@Sendable (_ before: Int, _ after: Int) -> Void)? = nil
  ) -> CrashReport {
    let start = SystemTime.monotonicNanoseconds
    let board = Board()
    let workers = (0..<max(1, configuration.threads)).map { _ in
      WorkerThread { work(configuration, board, progress) }
    }
    for worker in workers { worker.join() }
    let nanoseconds = SystemTime.monotonicNanoseconds - start
    return board.state.withLock { state in
      CrashReport(
        counts: state.counts, violations: state.violations,
        seconds: Double(nanoseconds) / 1e9, threads: workers.count,
        seeds: configuration.seed...(configuration.seed &+ UInt64(max(0, state.next - 1))))
    }
  }

  /// What the workers share.
  private final class Board: Sendable {
    struct State {
      var next = 0
      var counts = CrashCounts()
      var violations: [CrashViolation] = []
    }

    let state = Mutex(State())
  }

  private static func work(
    _ configuration: CrashConfiguration, _ board: Board, _ progress: (@Sendable (Int, Int) -> Void)?
  ) {
    while let index = board.state.withLock({ next(configuration, &$0) }) {
      let scenario = configuration.scenario(index)
      var (counts, violation) = scenario.explore(scenario.operations)
      if let found = violation {
        violation = scenario.shrink(found)
        violation?.reproduction = "kvcli crashlab " + scenario.arguments
      }
      let images = board.state.withLock { state in
        state.counts.add(counts)
        if let violation { state.violations.append(violation) }
        return state.counts.images
      }
      progress?(images - counts.images, images)
    }
  }

  private static func next(_ configuration: CrashConfiguration, _ state: inout Board.State) -> Int?
  {
    guard state.counts.images < configuration.images,
      state.violations.count < configuration.violations
    else { return nil }
    state.next += 1
    return state.next - 1
  }
}
