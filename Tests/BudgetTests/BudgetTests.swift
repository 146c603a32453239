import StrataCore
import StrataTestSupport
import Testing

@testable import Strata

/// What operations may cost, counted and not timed: whoever makes one dearer has to say so here.
@Suite("Budgets")
struct BudgetTests {
  /// A store on a simulated disk, and what it has asked the disk for.
  private final class Bench {
    let disk = SimulatedDisk()
    let store: LogStructuredStore
    private let appended: AppendedBytes

    init(_ durability: Durability = .system) throws {
      let appended = AppendedBytes()
      self.appended = appended
      var options = StoreOptions()
      options.maintenance = .manual
      options.durability = durability
      options.identity = StoreIdentity(high: 1, low: 2)
      disk.observer = { appended.add($0.bytes, if: $0.kind == .append) }
      store = try LogStructuredStore(
        at: "s", options: options, fileSystem: disk, clock: ManualClock())
      try store.put("first", "1")  // makes the names durable, once for each opening
    }

    /// The calls that `body` makes, as "append 2, sync file 1", and the bytes that it appends.
    func cost(_ body: () throws -> Void) throws -> Cost {
      let calls = disk.callCounts
      let bytes = appended.total
      try body()
      let now = disk.callCounts
      let text = SimulatedCall.Kind.allCases.compactMap { kind in
        now[kind] == calls[kind] ? nil : "\(kind) \(now[kind] - calls[kind])"
      }
      return Cost(calls: text.joined(separator: ", "), bytes: appended.total - bytes)
    }
  }

  private struct Cost: Equatable {
    var calls: String
    var bytes: Int
  }

  private final class AppendedBytes: @unchecked Sendable {
    private(set) var total = 0
    func add(_ bytes: Int, if counts: Bool) { if counts { total += bytes } }
  }

  /// Of a record with a key of five bytes and a value of ten.
  private let recordBytes = RecordCodec.headerSize + 15
  private let value = Value("0123456789")

  private func key(_ number: Int) -> Key { Key("k\(1_000 + number)") }

  @Test("a put is one append of frame and record; a sync comes only where it was promised")
  func puts() throws {
    let frame = LogFrame.headerSize + recordBytes
    for (durability, calls) in [
      (Durability.sync, "append 1, sync file 1"), (.system, "append 1"),
    ] {
      let bench = try Bench(durability)
      let cost = try bench.cost { try bench.store.put(key(1), value) }
      #expect(cost == Cost(calls: calls, bytes: frame))
      let deletion = try bench.cost { try bench.store.delete(key(1)) }
      #expect(deletion == Cost(calls: calls, bytes: frame - 10))
    }
  }

  @Test("a batch is one append of one frame, however many changes it has")
  func batches() throws {
    let bench = try Bench(.sync)
    var batch = WriteBatch()
    for number in 0..<1_000 { batch.put(key(number), value) }
    let cost = try bench.cost { try bench.store.apply(batch) }
    #expect(
      cost
        == Cost(
          calls: "append 1, sync file 1", bytes: LogFrame.headerSize + 1_000 * recordBytes))
  }

  @Test("reads ask the disk for nothing, wherever the key is")
  func reads() throws {
    let bench = try Bench()
    for number in 0..<100 { try bench.store.put(key(number), value) }
    try bench.store.flush()
    try bench.store.put(key(7), value)
    let cost = try bench.cost {
      for number in 0..<200 {
        _ = try bench.store.get(key(number))
        _ = try bench.store.contains(key(number))
        _ = try bench.store.withValue(forKey: key(number)) { $0.byteCount }
      }
      _ = try bench.store.scan().collect()
      _ = try bench.store.scan(.all, .reverse, limit: 10).collect()
    }
    #expect(cost == Cost(calls: "", bytes: 0))
  }

  @Test("a flush writes the records once, and makes three files of which one is removed again")
  func flush() throws {
    let bench = try Bench()
    for number in 0..<100 { try bench.store.put(key(number), value) }
    let cost = try bench.cost { try bench.store.flush() }
    // The header of the next log, the last frame of the old one, which goes; the segment in three pieces;
    // the manifest.
    let calls =
      "create 3, append 6, sync file 3, rename 2, remove 1, sync directory 3, map 1"
    #expect(cost.calls == calls)
    let segment = try bench.store.statistics().levels[0].bytes
    let manifest = Manifest.fixedSize + Manifest.rowSize + 4
    #expect(cost.bytes == segment + manifest + FileHeader.size + LogFrame.headerSize)
  }

  @Test("a compaction reads mappings, writes each record once, and removes its inputs")
  func compaction() throws {
    let bench = try Bench()
    for round in 0..<3 {
      for number in 0..<100 { try bench.store.put(key(100 * round + number), value) }
      try bench.store.flush()
    }
    let cost = try bench.cost { _ = try bench.store.compact() }
    #expect(
      cost.calls
        == "create 2, append 4, sync file 2, rename 2, remove 3, sync directory 2, map 1")
    let segment = try bench.store.statistics().levels[0].bytes
    #expect(cost.bytes == segment + Manifest.fixedSize + Manifest.rowSize + 4)
  }

  @Test(
    "a record takes six bytes, and its key six of index: a tenth on a key of 16 and a value of 100")
  func space() throws {
    let bench = try Bench()
    for number in 0..<8_000 { try bench.store.put(key(number), value) }
    try bench.store.flush()
    let segment = try #require(bench.store.current.retain().segments.first)
    let overhead = segment.size - segment.recordBytes
    #expect(segment.recordBytes == 8_000 * (6 + 15) + 6 + 6)
    #expect(overhead < 6 * 8_001, "\(overhead) bytes")
  }

  @Test("a read asks one segment of each run, newest first, and stops at the one that has the key")
  func probes() throws {
    let bench = try Bench()
    for round in 0..<4 {
      // Each run spans all keys, and holds every fourth.
      for number in stride(from: round, to: 4_000, by: 4) {
        try bench.store.put(key(number), value)
      }
      try bench.store.flush()
    }
    func probing(_ body: () throws -> Void) throws -> StoreStatistics.ReadTotals {
      let before = try bench.store.statistics().reads
      try body()
      var after = try bench.store.statistics().reads
      after.gets -= before.gets
      after.segmentsAsked -= before.segmentsAsked
      after.filteredOut -= before.filteredOut
      after.falsePositives -= before.falsePositives
      after.recordsRead -= before.recordsRead
      return after
    }
    // Between the first and the last key of every run.
    let present = try probing { () throws in
      for number in 4..<3_996 { #expect(try bench.store.contains(key(number))) }
    }
    #expect(present.recordsRead == 3_992)
    #expect(present.filteredOut + present.falsePositives + present.recordsRead == 9_980)
    #expect(present.segmentsAsked == 9_980, "newest first: one, two, three or four")
    let absent = try probing { () throws in
      for number in 4..<3_996 { #expect(try !bench.store.contains(Key("k\(1_000 + number)x"))) }
    }
    #expect((absent.recordsRead, absent.segmentsAsked) == (0, 4 * 3_992))
    #expect(absent.falsePositives < 4 * 3_992 / 16, "\(absent.falsePositives)")
  }
}
