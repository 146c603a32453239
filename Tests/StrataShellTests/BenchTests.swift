import StrataCore
import Testing

@testable import StrataShell

@Suite("Benchmarks")
struct BenchTests {
  /// Computed by a C program from the same definition, so that other programs can be given the same data.
  @Test(
    "keys and values are the same in every language",
    arguments: [
      (0, "e220a8397b1dcdaf", "f55102831c88e24a", "d978403d857008a7"),
      (1, "910a2dec89025cc1", "42bd5aa32e429029", "4c39eedd8ae829e1"),
      (2, "975835de1c9756ce", "ba1ca3fb880f9d27", "0ee8839f67d1cb7d"),
      (3, "1d0b14e4db018fed", "521194bde2d3f8fe", "5b885b9267f61fed"),
      (999_999, "71fcff54459887ed", "4187051a6d1008f7", "6aa698ee26b49dc5"),
      (1_000_000, "680d1cce9cff45e7", "09748c35c2e4d832", "16ec2d947b1d4aae"),
    ])
  func vectors(index: Int, key: String, value: String, overwritten: String) {
    let data = BenchData(valueSize: 100)
    func start(_ value: Value) -> String { value.bytes.prefix(8).map(Escaping.hex).joined() }
    #expect(data.key(index) == Key(key))
    #expect(data.value(index).bytes.count == 100)
    #expect(start(data.value(index)) == value)
    #expect(start(data.value(index, version: 1)) == overwritten)
  }

  @Test("sequential keys and random numbers")
  func sequence() {
    #expect(BenchData(valueSize: 1).sequentialKey(255) == "00000000000000ff")
    var random = SplitMix64(seed: 1000)
    let numbers = (0..<4).map { _ in random.below(1_000_000) }
    #expect(numbers == [234_843, 814_370, 773_413, 309_827])
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
    #expect(lines[1].split(separator: " ").first == "200")
  }

  @Test("every workload runs and finds what it wrote")
  func workloads() throws {
    var request = BenchRequest()
    request.count = 300
    var results: [Workload] = []
    try Bench(request, on: DictionaryStore()).run { result throws(StoreError) in
      results.append(result.workload)
      #expect(result.operations >= 300)
    }
    #expect(results == Workload.allCases.filter { $0 != .readview })
  }

  @Test("the race runs on every engine")
  func race() throws {
    #expect(try EngineRace(count: 200).run().count == 9)
  }
}
