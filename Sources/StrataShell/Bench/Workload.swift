import Strata
import StrataCore

/// What a benchmark does to a store, in the order in which they run.
enum Workload: String, CaseIterable, Sendable {
  /// Puts with ascending keys.
  case fillseq
  /// Puts with keys in random order.
  case fillrandom
  /// Puts of keys that are there, chosen at random.
  case overwrite
  /// Gets of keys that are there, each value copied into an array of its own.
  case readrandom
  /// The same without a copy, where the engine can.
  case readview
  /// Gets of keys that are not there.
  case readmissing
  /// All entries in order; an operation is one entry.
  case scan
  /// Half gets, half puts, of keys that are there.
  case mixed

  /// True when the workload needs the entries of `fillrandom`.
  var needsEntries: Bool { self != .fillseq && self != .fillrandom }
}

/// What to measure.
struct BenchRequest: Equatable, Sendable {
  var workloads = Workload.allCases
  var count = 100_000
  var valueSize = 100
  var seed = 1
  var format = ReportFormat.text
}

/// What one workload came to.
struct BenchResult {
  let workload: Workload
  let operations: Int
  let nanoseconds: UInt64
  let times: Histogram
}

/// Runs workloads on an empty store, one after the other.
struct Bench {
  private let request: BenchRequest
  private let data: BenchData
  private let store: any KeyValueStore

  init(_ request: BenchRequest, on store: any KeyValueStore) {
    self.request = request
    self.store = store
    data = BenchData(valueSize: request.valueSize)
  }

  /// Runs the chosen workloads and hands over each result as it comes.
  func run(_ body: (BenchResult) throws(StoreError) -> Void) throws(StoreError) {
    var isFilled = false
    for workload in Workload.allCases where request.workloads.contains(workload) {
      if workload == .fillrandom { isFilled = true }
      if workload.needsEntries, !isFilled {
        try fill()
        isFilled = true
      }
      if workload == .readview, !(store is LogStructuredStore) { continue }
      try body(try run(workload))
    }
  }

  /// Loads the entries that reads look for, in batches, because that is not what is measured.
  private func fill() throws(StoreError) {
    var batch = WriteBatch()
    for index in 0..<request.count {
      batch.put(data.key(index), data.value(index))
      if batch.count == 1000 || index == request.count - 1 {
        try store.apply(batch)
        batch.removeAll()
      }
    }
  }

  private func run(_ workload: Workload) throws(StoreError) -> BenchResult {
    let count = request.count
    var random = SplitMix64(seed: UInt64(request.seed) &* 1000)
    switch workload {
    case .fillseq:
      return try measure(workload) { index throws(StoreError) in
        try store.put(data.sequentialKey(index), data.value(index))
      }
    case .fillrandom:
      return try measure(workload) { index throws(StoreError) in
        try store.put(data.key(index), data.value(index))
      }
    case .overwrite:
      return try measure(workload) { _ throws(StoreError) in
        let index = random.below(count)
        try store.put(data.key(index), data.value(index, version: 1))
      }
    case .readrandom:
      return try measure(workload) { _ throws(StoreError) in
        let found = try store.get(data.key(random.below(count)))
        try expect(found?.bytes.count == request.valueSize)
      }
    case .readview:
      guard let store = store as? LogStructuredStore else { return try measureScan() }
      return try measure(workload) { _ throws(StoreError) in
        let size = try store.withValue(forKey: data.key(random.below(count))) {
          $0.byteCount
        }
        try expect(size == request.valueSize)
      }
    case .readmissing:
      return try measure(workload) { _ throws(StoreError) in
        try expect(try store.get(data.key(count + random.below(count))) == nil)
      }
    case .scan: return try measureScan()
    case .mixed:
      return try measure(workload) { _ throws(StoreError) in
        let index = random.below(count)
        if random.next() & 1 == 0 {
          try expect(try store.get(data.key(index)) != nil)
        } else {
          try store.put(data.key(index), data.value(index, version: 2))
        }
      }
    }
  }

  /// Times operations: each of a few, every seventeenth of many, because looking at the clock costs
  /// about as much as a read from memory.
  private func measure(
    _ workload: Workload, _ body: (Int) throws(StoreError) -> Void
  ) throws(StoreError) -> BenchResult {
    let step = request.count < 20_000 ? 1 : 17
    var times = Histogram()
    let start = SystemTime.monotonicNanoseconds
    for index in 0..<request.count {
      guard index % step == 0 else {
        try body(index)
        continue
      }
      let before = SystemTime.monotonicNanoseconds
      try body(index)
      times.add(SystemTime.monotonicNanoseconds - before)
    }
    return BenchResult(
      workload: workload, operations: request.count,
      nanoseconds: SystemTime.monotonicNanoseconds - start, times: times)
  }

  private func measureScan() throws(StoreError) -> BenchResult {
    var times = Histogram()
    var entries = 0
    let scan = try store.scan()
    let start = SystemTime.monotonicNanoseconds
    var before = start
    while try scan.next() != nil {
      entries += 1
      guard entries % 17 == 0 else { continue }
      let now = SystemTime.monotonicNanoseconds
      times.add((now - before) / 17)
      before = now
    }
    return BenchResult(
      workload: .scan, operations: entries,
      nanoseconds: SystemTime.monotonicNanoseconds - start, times: times)
  }

  /// A benchmark of wrong answers would be worth nothing.
  private func expect(_ isRight: Bool) throws(StoreError) {
    guard isRight else {
      throw .corrupt(file: "benchmark", offset: 0, reason: "a read did not give what was written")
    }
  }
}
