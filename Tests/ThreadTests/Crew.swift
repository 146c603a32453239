import StrataCore
import StrataCrashLab
import Synchronization

/// Threads that work on one store: some do their part and end, others go on until those have ended.
final class Crew: Sendable {
  /// What one thread does: its number, its random numbers, its recorder, and whether the others are done.
  typealias Part =
    @Sendable (
      _ thread: Int, _ random: inout SplitMix64, _ recorder: inout HistoryRecorder,
      _ isOver: () -> Bool
    ) throws(StoreError) -> Void

  private struct State {
    var threads: [WorkerThread] = []
    var leaders = 0
    var history = OperationHistory()
    var complaints: [String] = []
  }

  private let store: any KeyValueStore
  private let seed: UInt64
  private let state = Mutex(State())
  /// Relaxed everywhere: it must not put the threads in an order that they would not have without it.
  private let isOver = Atomic(false)

  init(_ store: any KeyValueStore, seed: UInt64) {
    self.store = store
    self.seed = seed
  }

  /// Starts so many threads; the first kind that is started decides how long the others go on.
  func start(_ count: Int, _ part: @escaping Part) {
    let first = state.withLock { $0.threads.count }
    for index in 0..<count {
      let thread = WorkerThread { [self] in
        var random = SplitMix64(seed: seed &* 1000 &+ UInt64(first + index))
        var recorder = HistoryRecorder(store)
        do throws(StoreError) {
          try part(index, &random, &recorder) { isOver.load(ordering: .relaxed) }
        } catch {
          if error != .closed { complain("a thread threw \(error)") }
        }
        state.withLock { $0.history.add(recorder.history) }
      }
      state.withLock {
        $0.threads.append(thread)
        if first == 0 { $0.leaders = $0.threads.count }
      }
    }
  }

  /// Waits for the first kind, tells the others, waits for them; returns what all did and saw.
  func finish() -> OperationHistory {
    let (threads, leaders) = state.withLock { ($0.threads, $0.leaders) }
    for thread in threads.prefix(leaders) { thread.join() }
    isOver.store(true, ordering: .relaxed)
    for thread in threads.dropFirst(leaders) { thread.join() }
    return state.withLock { $0.history }
  }

  func complain(_ text: String) { state.withLock { $0.complaints.append(text) } }

  var complaints: [String] { state.withLock { $0.complaints } }
}
