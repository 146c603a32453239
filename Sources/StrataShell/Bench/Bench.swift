import Strata
import StrataCore

/// Runs the workloads of one stage on a store, and measures them.
///
/// This file has what all stages need; each stage stands in a file of its own.
struct Bench {
  let request: BenchRequest
  let data: BenchData
  let session: Session
  /// Is handed each result as it comes.
  let report: (BenchResult) throws(StoreError) -> Void

  /// A benchmark of the session's store, which must be empty.
  init(
    _ request: BenchRequest, in session: Session,
    report: @escaping (BenchResult) throws(StoreError) -> Void
  ) {
    self.request = request
    self.session = session
    self.report = report
    data = BenchData(valueSize: request.valueSize)
  }

  /// Runs what is chosen of a stage.
  func run(_ stage: BenchStage) throws(StoreError) {
    switch stage {
    case .loop: try loop()
    case .random: try random()
    case .sequential: try sequential()
    case .batches: try batches(.fillbatch, count: request.batches)
    case .overwriting: try overwriting()
    case .killed: try killed()
    case .floor: try floor()
    case .synced: try synced(threads: 1)
    case .syncedTogether: try synced(threads: BenchRequest.syncingThreads)
    case .syncedBatches: try batches(.fillbatchSync, count: request.syncedBatches)
    case .large: try large()
    }
  }

  /// True when any of these is to be measured.
  func wants(_ workloads: Workload...) -> Bool {
    !Set(workloads).isDisjoint(with: request.workloads)
  }

  // MARK: Measuring

  /// Does operations, and reports what they took.
  ///
  /// - Parameter purpose: the number behind the random numbers of the first thread.
  func measure(
    _ workload: Workload, operations: Int, threads: Int = 1, purpose: UInt64 = 0,
    _ body: @escaping BenchCrew.Body
  ) throws(StoreError) {
    guard wants(workload) else { return }
    let crew = BenchCrew(data: data, threads: threads, operations: operations) { [request] in
      request.seed(purpose &+ UInt64($0) &* 7777)
    }
    let (nanoseconds, times, cost) = try crew.run(body)
    try report(
      result(
        workload, threads: threads, operations: operations, nanoseconds: nanoseconds,
        times: times, cost: cost))
  }

  /// Does one long thing, whether it is to be measured or not, and reports it if so.
  ///
  /// - Parameter operations: what the time is divided by.
  func measureOnce(
    _ workload: Workload, operations: Int = 1,
    _ body: () throws(StoreError) -> [(name: String, value: String)]
  ) throws(StoreError) {
    let meter = BenchMeter()
    let remarks = try body()
    let (nanoseconds, cost) = meter.read()
    guard wants(workload) else { return }
    var times = Histogram()
    if operations == 1 { times.add(nanoseconds) }
    var result = result(
      workload, threads: 1, operations: operations, nanoseconds: nanoseconds, times: times,
      cost: cost)
    result.remarks = remarks
    try report(result)
  }

  private func result(
    _ workload: Workload, threads: Int, operations: Int, nanoseconds: UInt64, times: Histogram,
    cost: BenchCost
  ) -> BenchResult {
    BenchResult(
      workload: workload, entries: request.count, valueSize: data.valueSize, threads: threads,
      operations: operations, nanoseconds: nanoseconds, times: times, cost: cost,
      store: session.benchState)
  }

  // MARK: Stores

  func store() throws(StoreError) -> any KeyValueStore { try session.storeForWriting() }

  /// Puts every entry once, without measuring it.
  func fill(version: UInt64 = 0) throws(StoreError) {
    let store = try store()
    var hand = BenchHand(data, seed: 0)
    for index in 0..<request.count {
      data.write(index, into: &hand.key)
      data.write(index, version: version, into: &hand.value)
      try store.put(hand.key, hand.value)
    }
  }

  /// Waits until there is nothing left to do in the background.
  func settle() throws(StoreError) {
    guard let store = try store() as? LogStructuredStore else { return }
    while try store.performMaintenanceStep() != nil {}
  }

  /// Reads entries and compares them: a benchmark of wrong answers would be worth nothing.
  ///
  /// - Parameter version: how often the entry was overwritten, as its value tells.
  func verify(
    count: Int? = nil, isAscending: Bool = false, version: (Int) -> UInt64 = { _ in 0 }
  ) throws(StoreError) {
    let store = try store()
    var key = BenchData.emptyKey
    for index in 0..<(count ?? request.count) {
      if isAscending {
        data.writeSequential(index, into: &key)
      } else {
        data.write(index, into: &key)
      }
      guard let value = try store.get(key),
        data.isValue(value.bytes, of: index, version: version(index))
      else { throw Bench.wrongAnswer("entry \(index) is not what was written") }
    }
  }

  static func wrongAnswer(_ reason: String) -> StoreError {
    .corrupt(file: "benchmark", offset: 0, reason: reason)
  }

  static func expect(_ isRight: Bool) throws(StoreError) {
    guard isRight else { throw wrongAnswer("a read did not give what was written") }
  }
}

extension Session {
  /// The open store's files and counts; nil when none is open.
  fileprivate var benchState: BenchStoreState? {
    guard let statistics = try? opened?.statistics() else { return nil }
    return BenchStoreState(
      diskBytes: Platform.diskBytes(in: settings.path), writes: statistics.writes)
  }
}
