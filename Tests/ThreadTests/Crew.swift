import StrataCore
import StrataHistory
import Synchronization

/// Threads that work on one store: some do their part and end, others go on until those have ended.
///
/// It uses `Lock` and not the standard library's `Mutex`: a contended `Mutex` is handed over inside the
/// library and the kernel, where the thread sanitizer does not look, so that it would cry for nothing.
final class Crew: @unchecked Sendable {
  /// What one thread does: its number, its random numbers, its recorder, and whether the others are done.
  typealias Part =
    @Sendable (
      _ thread: Int, _ random: inout SplitMix64, _ recorder: inout HistoryRecorder,
      _ isOver: () -> Bool
    ) throws(StoreError) -> Void

  private let store: any KeyValueStore
  private let seed: UInt64
  private let lock = Lock()
  // Guarded by `lock`.
  private var threads: [WorkerThread] = []
  private var leaders = 0
  private var history = OperationHistory()
  private var found: [String] = []
  /// Relaxed everywhere: it must not put the threads in an order that they would not have without it.
  private let isOver = Atomic(false)

  init(_ store: any KeyValueStore, seed: UInt64) {
    self.store = store
    self.seed = seed
  }

  /// Starts so many threads; the first kind that is started decides how long the others go on.
  func start(_ count: Int, _ part: @escaping Part) {
    let first = lock.withLock { threads.count }
    for index in 0..<count {
      let thread = WorkerThread { [self] in
        var random = SplitMix64(seed: seed &* 1000 &+ UInt64(first + index))
        var recorder = HistoryRecorder(store)
        do throws(StoreError) {
          try part(index, &random, &recorder) { isOver.load(ordering: .relaxed) }
        } catch {
          if error != .closed { complain("a thread threw \(error)") }
        }
        lock.withLock { history.add(recorder.history) }
      }
      lock.withLock {
        threads.append(thread)
        if first == 0 { leaders = threads.count }
      }
    }
  }

  /// Waits for the first kind, tells the others, waits for them; returns what all did and saw.
  func finish() -> OperationHistory {
    let (threads, leaders) = lock.withLock { (self.threads, self.leaders) }
    for thread in threads.prefix(leaders) { thread.join() }
    isOver.store(true, ordering: .relaxed)
    for thread in threads.dropFirst(leaders) { thread.join() }
    return lock.withLock { history }
  }

  func complain(_ text: String) { lock.withLock { found.append(text) } }

  var complaints: [String] { lock.withLock { found } }
}
