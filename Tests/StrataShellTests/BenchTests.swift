import StrataCore
import StrataTestSupport
import Synchronization
import Testing

@testable import StrataShell

@Suite("Benchmarks")
struct BenchTests {
  /// Written by `Fixtures/Race/Peers`, a C++ program, which is held to the same file when it races.
  private static let vectors = (try? ProjectFiles.text("Fixtures/Race/vectors.txt"))?
    .split(separator: "\n").map { $0.split(separator: " ").map(String.init) }

  @Test("keys and values are the same in every language")
  func vectors() throws {
    let data = BenchData(valueSize: 100)
    func start(_ value: Value) -> String { value.bytes.prefix(8).map(Escaping.hex).joined() }
    let rows = try #require(Self.vectors).filter { $0[0] == "key" }
    #expect(rows.count == 6)
    for row in rows {
      let index = try #require(Int(row[1]))
      var hand = BenchHand(data, seed: 0)
      data.write(index, into: &hand.key)
      #expect(hand.key == Key(row[2]))
      data.write(index, into: &hand.value)
      #expect(hand.value.bytes.count == 100)
      #expect(start(hand.value) == row[3])
      #expect(data.isValue(hand.value.bytes, of: index))
      #expect(!data.isValue(hand.value.bytes, of: index, version: 1))
      data.write(index, version: 1, into: &hand.value)
      #expect(start(hand.value) == row[4])
    }
  }

  @Test("popular entries are the same in every language")
  func popularity() throws {
    let rows = try #require(Self.vectors).filter { $0[0] == "popular" }
    #expect(rows.count == 2)
    for row in rows {
      let sequence = Zipf.sequence(of: 500_000, entries: try #require(Int(row[1])), seed: 77)
      let fingerprint = sequence.reduce(0) { BenchData.mix($0 ^ UInt64($1)) }
      #expect(fingerprint == UInt64(row[2], radix: 16), "\(row[1]) entries")
    }
    let few = Zipf.sequence(of: 8, entries: 1000, seed: 77)
    #expect(few == [622, 543, 401, 110, 43, 813, 109, 838])
  }

  @Test(
    "long values are the same in every language, to their last byte",
    arguments: [(0, 0x4428_af3f), (1, 0x0ce6_af29), (2, 0x3fb4_c754)] as [(Int, UInt32)])
  func longValues(index: Int, checksum: UInt32) {
    let data = BenchData(valueSize: BenchData.longestValue)
    var value = data.emptyValue
    data.write(index, into: &value)
    #expect(ByteView.withBytes(of: value.bytes) { CRC32C.checksum(of: $0) } == checksum)
  }

  @Test("ascending keys")
  func sequence() {
    let data = BenchData(valueSize: 1)
    var key = BenchData.emptyKey
    for (index, text) in [
      (0, "0000000000000000"), (255, "00000000000000ff"), (0x1234_5678_9abc, "0000123456789abc"),
      (Int.max, "7fffffffffffffff"),
    ] {
      data.writeSequential(index, into: &key)
      #expect(key == Key(text))
    }
  }

  @Test(
    "random numbers are the same in every language",
    arguments: [
      (1000, [234_843, 814_370, 773_413, 309_827]), (8777, [408_442, 470_444, 516_131, 256_033]),
      (5, [386_768, 752_307, 232_709, 99_339]), (6, [739_817, 446_313, 56_342, 105_538]),
      (11, [316_244, 262_365, 638_042, 504_614]), (3, [113_450, 700_293, 612_974, 72_866]),
    ] as [(UInt64, [Int])])
  func randomNumbers(seed: UInt64, numbers: [Int]) {
    #expect(BenchRequest().seed(seed) == seed)
    var random = SplitMix64(seed: seed)
    #expect((0..<4).map { _ in random.below(1_000_000) } == numbers)
  }

  @Test("a percentile is at most three percent too large")
  func histogram() {
    var histogram = Histogram()
    for value in 1...100_000 { histogram.add(UInt64(value)) }
    #expect(histogram.count == 100_000)
    #expect(histogram.maximum == 100_000)
    #expect(histogram.percentile(1) == 100_000)
    for share in [0.001, 0.1, 0.5, 0.9, 0.99, 0.999] {
      let exact = share * 100_000
      let found = Double(histogram.percentile(share))
      #expect(found >= exact && found <= exact * 1.04)
    }
    #expect(Histogram().percentile(0.5) == 0)
  }

  @Test("every value lies in its bucket", arguments: [0, 1, 31, 32, 33, 63, 64, 65, 127, 1 << 40])
  func buckets(value: UInt64) {
    let bucket = Histogram.bucket(of: value)
    #expect(Histogram.lastValue(in: bucket) >= value)
    #expect(bucket == 0 || Histogram.lastValue(in: bucket - 1) < value)
  }

  @Test("the ladder is measured on every rung, and every get finds its value")
  func ladder() throws {
    let lines = try LadderTable(counts: [200]).run()
    #expect(lines.count == 5)
    for name in ["scan", "index", "bitcask", "lsm"] {
      #expect(lines[0].contains(name) && lines[3].contains(name))
    }
    #expect(!lines[0].contains("no hints") && lines[3].contains("no hints"))
    #expect(lines[1].split(separator: " ").first == "200")
  }

  @Test("the measurements of two threads are added")
  func addedHistograms() {
    var (one, other) = (Histogram(), Histogram())
    for value in 1...50 { one.add(UInt64(value)) }
    for value in 51...100 { other.add(UInt64(value)) }
    one.add(other)
    #expect(one.count == 100 && one.maximum == 100)
    #expect((50...52).contains(one.percentile(0.5)))
  }

  @Test(
    "every operation is done once, by whichever thread", arguments: [(1, 300), (3, 100), (8, 20)])
  func crew(threads: Int, operations: Int) throws {
    let data = BenchData(valueSize: 10)
    let crew = BenchCrew(data: data, threads: threads, operations: operations) { UInt64($0) }
    let done = Mutex<[Int]>([])
    let (_, times, _) = try crew.run { (_, index) throws(StoreError) in
      done.withLock { $0.append(index) }
    }
    #expect(done.withLock { $0.sorted() } == Array(0..<operations))
    #expect(times.count == operations)
    #expect(throws: StoreError.closed) {
      _ = try crew.run { (_, index) throws(StoreError) in
        if index == operations - 1 { throw .closed }
      }
    }
  }

  @Test("every workload belongs to a stage, and the stages keep the order")
  func stages() {
    let inStages = BenchStage.allCases.flatMap(\.workloads)
    #expect(Set(inStages) == Set(Workload.allCases))
    // `fillsync` is there twice: by one thread and by eight.
    #expect(inStages.count == Workload.allCases.count + 1)
    #expect(BenchStage.all(for: [.compact, .scan]) == [.random, .overwriting])
  }

  @Test("the engine runs every workload but those that need another process", arguments: [1, 3])
  func workloads(threads: Int) throws {
    let results = try Self.run(EngineTable.all[0], threads: threads)
    let expected = Workload.usual.filter { $0 != .openAfterKill }
    #expect(Set(results.map(\.workload)) == Set(expected))
    for result in results {
      #expect(result.operations > 0 && result.nanoseconds > 0)
      #expect(result.entries == 300)
    }
    func result(_ workload: Workload) throws -> BenchResult {
      try #require(results.last { $0.workload == workload })
    }
    #expect(try result(.readview).threads == threads)
    #expect(try result(.readview).operations == 400 * threads)
    #expect(try result(.fillsync).threads == BenchRequest.syncingThreads)
    #expect(try result(.scan).operations == 900)
    #expect(try result(.fillrandom).store?.writes.userBytes == 300 * 116)
    #expect(try result(.overwrite).store?.writes.userBytes == 600 * 116)
    #expect(try result(.compact).remarks.map(\.name).contains("spaceamp_after"))
  }

  @Test("an engine without files runs what needs none")
  func dictionary() throws {
    let engine = try #require(EngineTable.find("dictionary"))
    let workloads = Set(try Self.run(engine, threads: 1).map(\.workload))
    #expect(workloads.isSuperset(of: [.fillrandom, .readrandom, .scan, .range100, .mixed]))
    #expect(workloads.isDisjoint(with: [.readview, .readinto, .close, .openClean, .fillsync]))
  }

  /// Runs everything but `openAfterKill` on few entries.
  private static func run(_ engine: Engine, threads: Int) throws -> [BenchResult] {
    var request = BenchRequest()
    request.count = 300
    request.operations = 400
    request.threads = [threads]
    var results: [BenchResult] = []
    for stage in BenchStage.all(for: request.workloads) where stage != .killed {
      if stage.needsFiles && !engine.keepsEntries { continue }
      try withTemporaryDirectory { directory in
        var settings = StoreSettings()
        settings.path = "\(directory)/store"
        settings.engine = engine
        settings.durability = .system
        let session = Session(settings: settings)
        try Bench(request, in: session) { results.append($0) }.run(stage)
        try session.close()
      }
    }
    return results
  }

  @Test("a wrong answer is no result")
  func wrongAnswer() throws {
    let session = Session(settings: StoreSettings())
    var settings = StoreSettings()
    settings.engine = Engine(name: "empty", summary: "forgets at once", keepsEntries: false) {
      (_) throws(StoreError) in
      ForgetfulStore()
    }
    session.settings = settings
    var request = BenchRequest()
    request.count = 10
    request.operations = 10
    let bench = Bench(request, in: session) { (_) throws(StoreError) in }
    #expect(throws: StoreError.self) { try bench.run(.random) }
  }

  @Test("a line for tables of several engines has nineteen fields")
  func lines() throws {
    var request = BenchRequest()
    request.format = .lines
    let result = BenchResult(
      workload: .readview, entries: 1000, valueSize: 100, threads: 2, operations: 500,
      nanoseconds: 1_000_000, times: Histogram(),
      cost: BenchCost(processorSeconds: 0.5, passedBytes: 7, writtenBytes: 8, peakMemory: 4096),
      store: nil, remarks: [("before", "3"), ("after", "2")])
    let line = BenchReport(request, StoreSettings()).line(result)
    #expect(
      line
        == "R lsm default readview 1000 100 2 500000 4000.0 0 0 0 8 7 4 0 0.5000 0.0010 before=3,after=2"
    )
  }

  @Test("the race runs on every engine")
  func race() throws {
    #expect(try EngineRace(count: 200).run().count == 9)
  }
}

/// A store that takes everything and has nothing.
private final class ForgetfulStore: KeyValueStore {
  func put(_ key: Key, _ value: Value) throws(StoreError) {}
  func get(_ key: Key) throws(StoreError) -> Value? { nil }
  func delete(_ key: Key) throws(StoreError) {}
  func scan(
    _ range: KeyRange, _ direction: ScanDirection, limit: Int?
  ) throws(StoreError) -> any EntryScan { try DictionaryStore().scan() }
  func apply(_ batch: WriteBatch) throws(StoreError) {}
  func flush() throws(StoreError) {}
  func compact() throws(StoreError) -> Int { 0 }
  func statistics() throws(StoreError) -> StoreStatistics { StoreStatistics() }
  func close() throws(StoreError) {}
}
