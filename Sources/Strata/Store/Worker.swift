import StrataCore

/// One background thread that does steps while there are any, and sleeps else.
///
/// It starts when it is woken for the first time: a process that reads one key never pays for it.
final class Worker: @unchecked Sendable {
  /// What to do after a step.
  enum Next {
    /// Another step at once.
    case again
    /// Sleep until woken, or for so long.
    case wait(milliseconds: Int?)
    /// Nothing any more, for ever.
    case stop
  }

  private let lock = Lock()
  private let changed: Condition
  // Guarded by `lock`.
  private var thread: WorkerThread?
  private var isWoken = false
  private var isStopped = false

  init() { changed = Condition(of: lock) }

  /// Has `step` called, soon, and again as long as it asks for it.
  func wake(_ step: @escaping @Sendable () -> Next) {
    lock.withLock {
      guard !isStopped else { return }
      isWoken = true
      if thread == nil { thread = WorkerThread { [self] in run(step) } }
      changed.notifyAll()
    }
  }

  /// Lets the thread end after its present step; with `andWait`, returns when it has.
  func stop(andWait: Bool) {
    let ending = lock.withLock { () -> WorkerThread? in
      isStopped = true
      changed.notifyAll()
      defer { thread = nil }
      return thread
    }
    if andWait { ending?.join() }
  }

  private func run(_ step: () -> Next) {
    var sleep: Int? = nil
    while true {
      lock.lock()
      while !isWoken && !isStopped {
        if let milliseconds = sleep {
          changed.wait(milliseconds: milliseconds)
          break
        }
        changed.wait()
      }
      isWoken = false
      let isOver = isStopped
      lock.unlock()
      if isOver { return }
      switch step() {
      case .again: wakeItself()
      case .wait(let milliseconds): sleep = milliseconds
      case .stop: return
      }
    }
  }

  private func wakeItself() { lock.withLock { isWoken = true } }
}

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
