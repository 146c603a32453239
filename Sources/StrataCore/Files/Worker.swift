/// One background thread that does steps while there are any, and sleeps else.
///
/// It starts when it is woken for the first time: a process that reads one key never pays for it.
package final class Worker: @unchecked Sendable {
  /// What to do after a step.
  package enum Next {
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

  package init() { changed = Condition(of: lock) }

  /// Has `step` called, soon, and again as long as it asks for it.
  package func wake(_ step: @escaping @Sendable () -> Next) {
    lock.withLock {
      guard !isStopped else { return }
      isWoken = true
      if thread == nil { thread = WorkerThread { [self] in run(step) } }
      changed.notifyAll()
    }
  }

  /// Lets the thread end after its present step; with `andWait`, returns when it has.
  package func stop(andWait: Bool) {
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
