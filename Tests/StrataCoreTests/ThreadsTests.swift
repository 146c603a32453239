import StrataCore
import Synchronization
import Testing

@Suite("Locks, conditions and threads")
struct ThreadsTests {
  private final class Box: @unchecked Sendable {
    let lock = Lock()
    var value = 0  // guarded by `lock`
  }

  @Test("a lock keeps two threads apart")
  func mutualExclusion() {
    let box = Box()
    let threads = (0..<4).map { _ in
      WorkerThread { for _ in 0..<5_000 { box.lock.withLock { box.value += 1 } } }
    }
    for thread in threads { thread.join() }
    #expect(box.value == 20_000)
  }

  @Test("an error passes through a lock and leaves it free")
  func errors() {
    let lock = Lock()
    #expect(throws: StoreError.closed) {
      try lock.withLock { () throws(StoreError) in throw StoreError.closed }
    }
    lock.withLock {}
  }

  @Test("a waiting thread is woken when the state has changed", .timeLimit(.minutes(5)))
  func waking() {
    let box = Box()
    let changed = Condition(of: box.lock)
    let waiter = WorkerThread {
      box.lock.withLock {
        while box.value == 0 { changed.wait() }
        box.value += 1
      }
    }
    box.lock.withLock { box.value = 1 }
    changed.notifyAll()
    waiter.join()
    #expect(box.value == 2)
  }

  @Test("waiting with a limit ends by itself, and not too early", .timeLimit(.minutes(5)))
  func waitingWithLimit() {
    let lock = Lock()
    let never = Condition(of: lock)
    let start = SystemTime.monotonicNanoseconds
    lock.withLock { never.wait(milliseconds: 20) }
    // A wait may wake for nothing; it must not be mistaken for one that never waits at all.
    #expect(SystemTime.monotonicNanoseconds - start > 1_000_000)
  }

  @Test("the wall clock shows a year of this century, and monotonic time does not fall")
  func time() {
    #expect(SystemClock().now > 1_700_000_000_000)
    let first = SystemTime.monotonicNanoseconds
    WorkerThread.sleep(milliseconds: 2)
    #expect(SystemTime.monotonicNanoseconds >= first + 2_000_000)
  }
}
