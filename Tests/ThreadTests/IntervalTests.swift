import Strata
import StrataCore
import StrataTestSupport
import Testing

@Suite("Interval durability")
struct IntervalTests {
  /// What the worker has synced, to wait for.
  private final class Synced: @unchecked Sendable {
    private let lock = Lock()
    private let changed: Condition
    private var sequence: UInt64 = 0  // guarded by `lock`

    init() { changed = Condition(of: lock) }

    var observer: StoreObserver {
      { event in
        guard case .synced(_, let sequence) = event else { return }
        self.lock.withLock {
          self.sequence = max(self.sequence, sequence)
          self.changed.notifyAll()
        }
      }
    }

    /// True when the change was synced within five seconds.
    func reaches(_ target: UInt64) -> Bool {
      let start = SystemTime.monotonicNanoseconds
      return lock.withLock {
        while sequence < target, SystemTime.monotonicNanoseconds - start < 5_000_000_000 {
          changed.wait(milliseconds: 100)
        }
        return sequence >= target
      }
    }
  }

  @Test("each write is synced soon, also after somebody else synced the one before")
  func goesOn() throws {
    try withTemporaryDirectory { path in
      var options = StoreOptions()
      options.durability = .interval(milliseconds: 20)
      let synced = Synced()
      let store = try LogStructuredStore(
        at: path + "/store", options: options, observer: synced.observer)
      try store.put("a", "1")
      #expect(synced.reaches(1))
      // The worker has just synced and leaves this one for later; the next one syncs both at once.
      try store.put("b", "2")
      try store.apply(WriteBatch([.put("c", "3", expiresAt: nil)]), syncing: true)
      WorkerThread.sleep(milliseconds: 60)
      try store.put("d", "4")
      #expect(synced.reaches(4), "the worker slept on")
      try store.flush()
      try store.put("e", "5")
      #expect(synced.reaches(5), "the worker slept on after a flush")
      try store.close()
    }
  }
}
