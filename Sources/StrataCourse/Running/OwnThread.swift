import Foundation
import StrataCore

/// Runs a check in this process on a thread of its own, so that a body that is not written yet, or one that
/// never returns, costs this check and nothing else.
///
/// Behind a pipe a missing body ends its process, and that is that. Here it may not end anything. So the
/// thread that meets one stops for ever, with all that it holds, and whoever waits for it is told why.
public enum OwnThread {
  /// Runs the check; nothing is said about a subject that traps, since it takes this process with it.
  public static func run(_ check: Check, by runner: CheckRunner) -> CheckResult {
    MissingBody.handle(report)
    let waiting = Waiting()
    let thread = WorkerThread {
      let identifier = WorkerThread.currentIdentifier
      runs.withLock { $0[identifier] = waiting }
      let result = runner.run(check)
      runs.withLock { $0[identifier] = nil }
      waiting.end(.finished(result))
    }
    let start = SystemTime.monotonicNanoseconds
    let ending = waiting.wait(seconds: check.seconds)
    let milliseconds = Int((SystemTime.monotonicNanoseconds - start) / 1_000_000)
    func failed(_ actual: String) -> CheckResult {
      CheckResult(
        check: check, verdict: .failed(CheckFailure(expected: "an answer", actual: actual)),
        milliseconds: milliseconds)
    }
    switch ending {
    case .finished(let result):
      thread.join()
      return result
    case .missing(let body): return failed("\(body)")
    case nil: return failed("no answer came within \(check.seconds) seconds")
    }
  }

  private static let runs = Guard<[UInt: Waiting]>([:])

  /// Tells the run that this thread belongs to; a thread that an engine started belongs to any of them.
  private static func report(_ body: MissingBody) {
    let own = runs.withLock { runs in
      runs[WorkerThread.currentIdentifier].map { [$0] } ?? Array(runs.values)
    }
    for waiting in own { waiting.end(.missing(body)) }
  }

  private enum Ending: Sendable {
    case finished(CheckResult)
    case missing(MissingBody)
  }

  /// Where somebody waits for the end of a run; the first one counts.
  private final class Waiting: @unchecked Sendable {
    private let lock = Lock()
    private let changed: Condition
    private var ending: Ending?  // guarded by `lock`

    init() { changed = Condition(of: lock) }

    func end(_ ending: Ending) {
      lock.withLock {
        if self.ending == nil { self.ending = ending }
        changed.notifyAll()
      }
    }

    func wait(seconds: Int) -> Ending? {
      let late = SystemTime.monotonicNanoseconds + UInt64(seconds) * 1_000_000_000
      lock.lock()
      defer { lock.unlock() }
      while ending == nil {
        let now = SystemTime.monotonicNanoseconds
        guard now < late else { return nil }
        changed.wait(milliseconds: Int((late - now) / 1_000_000) + 1)
      }
      return ending
    }
  }

  /// A value that several threads use, one at a time.
  private final class Guard<Value>: @unchecked Sendable {
    private let lock = Lock()
    private var value: Value  // guarded by `lock`

    init(_ value: Value) { self.value = value }

    func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
      lock.lock()
      defer { lock.unlock() }
      return body(&value)
    }
  }
}

extension MissingBody {
  /// The body that a process names in what it printed when it ended.
  static func named(in printed: String) -> MissingBody? {
    guard let start = printed.range(of: introduction) else { return nil }
    let line = printed[start.upperBound...].prefix { !$0.isNewline }
    let middle = " — milestone "
    guard let place = line.range(of: middle),
      let number = Milestone.number(named: String(line[place.upperBound...]))
    else { return nil }
    return MissingBody(declaration: String(line[..<place.lowerBound]), milestone: number)
  }
}
