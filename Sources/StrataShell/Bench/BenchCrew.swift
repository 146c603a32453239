import StrataCore
import Synchronization

/// Threads that do the same work on different parts of it, and begin at the same moment.
///
/// Single operations are timed as well: all of a few, every seventeenth of many, because looking at the
/// clock costs about as much as a read from memory.
struct BenchCrew: Sendable {
  let data: BenchData
  let threads: Int
  let operations: Int
  /// The seed of each thread's random numbers.
  let seed: @Sendable (_ thread: Int) -> UInt64

  /// One operation, with the hand of the thread that does it; operations are numbered through.
  typealias Body = @Sendable (inout BenchHand, Int) throws(StoreError) -> Void

  /// Does all of it; the first failure of any thread is thrown.
  func run(
    _ body: @escaping Body
  ) throws(StoreError) -> (nanoseconds: UInt64, times: Histogram, cost: BenchCost) {
    let gate = Gate()
    let shared = Mutex<(times: Histogram, failure: StoreError?)>((Histogram(), nil))
    let others = (1..<threads).map { thread in
      WorkerThread {
        var hand = BenchHand(data, seed: seed(thread))
        gate.wait()
        let (times, failure) = work(thread, &hand, body)
        shared.withLock {
          $0.times.add(times)
          $0.failure = $0.failure ?? failure
        }
      }
    }
    var hand = BenchHand(data, seed: seed(0))
    gate.open(when: threads - 1)
    let meter = BenchMeter()
    var (times, failure) = work(0, &hand, body)
    for other in others { other.join() }
    let (nanoseconds, cost) = meter.read()
    shared.withLock {
      times.add($0.times)
      failure = failure ?? $0.failure
    }
    if let failure { throw failure }
    return (nanoseconds, times, cost)
  }

  /// One thread's part.
  private func work(
    _ thread: Int, _ hand: inout BenchHand, _ body: Body
  ) -> (Histogram, StoreError?) {
    let share = operations / threads
    let end = thread == threads - 1 ? operations : share * (thread + 1)
    let step = operations < 20_000 ? 1 : 17
    var times = Histogram()
    var index = share * thread
    do throws(StoreError) {
      while index < end {
        let start = SystemTime.monotonicNanoseconds
        try body(&hand, index)
        times.add(SystemTime.monotonicNanoseconds - start)
        let next = min(index + step, end)
        index += 1
        while index < next {
          try body(&hand, index)
          index += 1
        }
      }
      return (times, nil)
    } catch {
      return (times, error)
    }
  }
}

/// Where threads wait until all have come.
private final class Gate: @unchecked Sendable {
  private let lock = Lock()
  private let changed: Condition
  // Guarded by `lock`.
  private var waiting = 0
  private var isOpen = false

  init() { changed = Condition(of: lock) }

  /// Waits until the gate is opened.
  func wait() {
    lock.withLock {
      waiting += 1
      changed.notifyAll()
      while !isOpen { changed.wait() }
    }
  }

  /// Opens the gate as soon as so many wait at it.
  func open(when count: Int) {
    lock.withLock {
      while waiting < count { changed.wait() }
      isOpen = true
      changed.notifyAll()
    }
  }
}
