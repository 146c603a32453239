import StrataCore

/// What one workload came to.
struct BenchResult: Sendable {
  let workload: Workload
  /// Entries of the store, and bytes in each value.
  var entries: Int
  var valueSize: Int
  let threads: Int
  let operations: Int
  /// From the first operation to the end of the last.
  let nanoseconds: UInt64
  /// Times of single operations, of all or of every seventeenth.
  let times: Histogram
  let cost: BenchCost
  /// The store behind it; nil where there is none.
  var store: BenchStoreState?
  /// What only this workload has to say, in words without spaces.
  var remarks: [(name: String, value: String)] = []

  /// The mean time of an operation in the thread that does it.
  var mean: Double { Double(nanoseconds) * Double(threads) / Double(max(operations, 1)) }

  /// Operations of all threads in a second.
  var perSecond: Double { Double(operations) * 1e9 / Double(max(nanoseconds, 1)) }
}

/// What the operating system counted while something was measured.
struct BenchCost: Sendable {
  var processorSeconds = 0.0
  /// Handed to `write`.
  var passedBytes: Int?
  /// Made the disk's business, through mappings too.
  var writtenBytes: Int?
  /// The most since the process began.
  var peakMemory = 0
  /// At the end.
  var anonymousMemory: Int?

  /// The counts so far.
  static var soFar: BenchCost {
    BenchCost(
      processorSeconds: Platform.processorSeconds, passedBytes: Platform.passedBytes,
      writtenBytes: Platform.writtenBytes, peakMemory: Platform.peakMemory,
      anonymousMemory: Platform.anonymousMemory)
  }

  /// What came on top of an earlier count; memory is not subtracted.
  func since(_ start: BenchCost) -> BenchCost {
    var cost = self
    cost.processorSeconds -= start.processorSeconds
    cost.passedBytes = passedBytes.map { $0 - (start.passedBytes ?? 0) }
    cost.writtenBytes = writtenBytes.map { $0 - (start.writtenBytes ?? 0) }
    return cost
  }
}

/// A store after a measurement.
struct BenchStoreState: Sendable {
  /// The room that its files take.
  let diskBytes: Int
  /// Over its whole life, by its own count.
  let writes: StoreStatistics.WriteTotals
}

/// A clock and counters that run while something is measured.
struct BenchMeter {
  private let cost = BenchCost.soFar
  private let start = SystemTime.monotonicNanoseconds

  /// The time and the cost since the meter was made.
  func read() -> (nanoseconds: UInt64, cost: BenchCost) {
    let end = SystemTime.monotonicNanoseconds
    return (end - start, BenchCost.soFar.since(cost))
  }
}
