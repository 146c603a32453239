import StrataCore

/// Where writers wait when flushing and compacting fall behind.
final class Backlog: @unchecked Sendable {
  private let lock = Lock()
  private let changed: Condition
  // Guarded by `lock`.
  private(set) var stalls = 0
  private(set) var stalledMilliseconds = 0

  init() { changed = Condition(of: lock) }

  /// Waits as long as `isFull` says so; returns how long that took, nil when it did not wait.
  func wait(while isFull: () -> Bool) -> Int? {
    lock.lock()
    defer { lock.unlock() }
    guard isFull() else { return nil }
    let start = SystemTime.monotonicNanoseconds
    while isFull() { changed.wait() }
    return note(since: start)
  }

  /// Makes one writer wait a moment.
  func pause() -> Int {
    let start = SystemTime.monotonicNanoseconds
    WorkerThread.sleep(milliseconds: 1)
    return lock.withLock { note(since: start) }
  }

  /// Lets everyone who waits look again.
  func notifyAll() { lock.withLock { changed.notifyAll() } }

  /// How often and for how long writers had to wait.
  var totals: (stalls: Int, milliseconds: Int) { lock.withLock { (stalls, stalledMilliseconds) } }

  private func note(since start: UInt64) -> Int {
    let milliseconds = Int((SystemTime.monotonicNanoseconds - start) / 1_000_000)
    stalls += 1
    stalledMilliseconds += milliseconds
    return milliseconds
  }
}
