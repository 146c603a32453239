import StrataCore
import StrataTestSupport
import Testing

@testable import StrataRungs

@Suite("Bitcask")
struct BitcaskTests {
  @Test("a record is what its table says, byte by byte")
  func record() throws {
    let disk = SimulatedDisk(.ordered)
    let store = try Rung.bitcask(disk, clock: ManualClock(0x0102))
    try store.put("key", "value")
    let bytes = try #require(disk.contents(of: "data.0", in: "store"))
    #expect(bytes.count == 56 + 40 + 8)
    #expect(Array(bytes[..<8]) == [0x89] + Array("BITCSK\n".utf8))
    ByteView.withBytes(of: bytes) { file in
      let record = file.suffix(from: 56)
      let header = record.slice(at: 4, count: 36)
      #expect(
        record.uint32(at: 0) == CRC32C.checksum(of: header, continuing: file.uint32(at: 52)))
      #expect(record.uint32(at: 4) == CRC32C.checksum(of: "keyvalue"))
      #expect(record.uint64(at: 8) == 0x0102)
      #expect(record.uint32(at: 16) == 3)
      #expect(record.uint32(at: 20) == 5)
      #expect(record.uint64(at: 24) == 0)
      #expect(record.uint32(at: 32) == 56)
      #expect(record.uint32(at: 36) == 1 << 24)
      #expect(record.suffix(from: 40).array == Array("keyvalue".utf8))
    }
  }

  @Test("a full data file is sealed with a hint, and the next one begins")
  func sealing() throws {
    let disk = SimulatedDisk(.ordered)
    let store = try Rung.bitcask(disk) { $0.dataFileBytes = 200 }
    for number in 0..<6 {
      try store.put(Key("\(number)"), Value(String(repeating: "x", count: 80)))
    }
    #expect(
      disk.names(in: "store") == ["data.0", "data.1", "data.2", "hint.0", "hint.1"])
    #expect(try store.scan().collect().count == 6)
    try store.close()
    #expect(disk.names(in: "store").contains("hint.2"))
  }

  @Test("opening with hints reads no record; without them, or with damaged ones, it reads them all")
  func hints() throws {
    let disk = SimulatedDisk(.ordered)
    let store = try Rung.bitcask(disk) { $0.dataFileBytes = 4_000 }
    for number in 0..<200 {
      try store.put(Key("\(number % 150)"), Value("\(number) \(String(repeating: "x", count: 90))"))
    }
    for number in 0..<10 { try store.delete(Key("\(number)")) }
    try store.close()
    let hinted = try Rung.bitcask(disk)
    let expected = try hinted.scan().collect()
    #expect(expected.count == 140)
    // Only the mark behind the last hint had to be read.
    #expect(hinted.recovery.records == 0)
    #expect(hinted.recovery.warnings.isEmpty)
    try hinted.close()
    var files = Rung.files(of: disk)
    let names = files.keys.filter { $0.hasPrefix("hint.") }
    #expect(names.count > 4)
    for name in names { files[name]?[70] ^= 1 }
    let warned = try Rung.bitcask(try Rung.disk(files))
    #expect(warned.recovery.warnings.count == names.count)
    #expect(warned.recovery.records == 210)
    #expect(try warned.scan().collect() == expected)
    for name in names { files[name] = nil }
    let unhinted = try Rung.bitcask(try Rung.disk(files))
    #expect(unhinted.recovery.records == 210)
    #expect(unhinted.recovery.warnings.isEmpty)
    #expect(try unhinted.scan().collect() == expected)
    #expect(try unhinted.statistics().lastSequence == 210)
  }

  @Test("a hint of another file is not believed")
  func foreignHint() throws {
    let disk = SimulatedDisk(.ordered)
    let store = try Rung.bitcask(disk) { $0.dataFileBytes = 100 }
    for number in 0..<6 {
      try store.put("same", Value("\(number)\(String(repeating: "y", count: 60))"))
    }
    try store.close()
    var files = Rung.files(of: disk)
    files["hint.0"] = files["hint.1"]
    let found = try Rung.bitcask(try Rung.disk(files))
    #expect(found.recovery.warnings.count == 1)
    #expect(try found.get("same")?.description.hasPrefix("5") == true)
  }

  @Test("a get is one read; of an absent key, and contains, none")
  func reads() throws {
    let disk = SimulatedDisk(.ordered)
    let store = try Rung.bitcask(disk) { $0.dataFileBytes = 500 }
    for number in 0..<50 { try store.put(Key("\(number)"), "value") }
    let before = disk.callCounts[.readPiece]
    #expect(try store.get("17") == "value")
    #expect(disk.callCounts[.readPiece] == before + 1)
    #expect(try store.get("absent") == nil)
    #expect(try store.contains("18"))
    #expect(try !store.contains("absent"))
    #expect(disk.callCounts[.readPiece] == before + 1)
  }

  @Test(
    "no more data files are open for reading than allowed, and one descriptor serves all threads")
  func pool() throws {
    let disk = SimulatedDisk(.ordered)
    let store = try Rung.bitcask(disk) {
      $0.dataFileBytes = 100
      $0.openFiles = 3
    }
    for number in 0..<20 {
      try store.put(Key("\(number)"), Value(String(repeating: "z", count: 90)))
    }
    for _ in 0..<3 {
      for number in 0..<20 { #expect(try store.get(Key("\(number)"))?.bytes.count == 90) }
    }
    #expect(store.pool.openCount == 3)
    let threads = (0..<4).map { thread in
      WorkerThread {
        for number in 0..<200 {
          let value = try? store.get(Key("\((number * 7 + thread) % 20)"))
          precondition(value?.bytes.count == 90, "a read beside others failed")
        }
      }
    }
    for thread in threads { thread.join() }
    #expect(store.pool.openCount <= 3)
    let opened = disk.callCounts[.openForReading]
    for _ in 0..<100 { _ = try store.get("1") }
    #expect(disk.callCounts[.openForReading] <= opened + 1)
  }

  @Test("values far over 1 MiB come back, and are larger than a data file is meant to be")
  func largeValues() throws {
    let disk = SimulatedDisk(.ordered)
    let store = try Rung.bitcask(disk) { $0.dataFileBytes = 1 << 20 }
    var random = SplitMix64(seed: 3)
    let values = (0..<3).map { _ in
      Value(
        (0..<(5 << 18)).flatMap { _ in
          withUnsafeBytes(of: UInt32(truncatingIfNeeded: random.next())) { Array($0) }
        })
    }
    for (number, value) in values.enumerated() { try store.put(Key("\(number)"), value) }
    for (number, value) in values.enumerated() { #expect(try store.get(Key("\(number)")) == value) }
    try store.delete("0")
    #expect(try store.compact() > 5 << 20)
    let reopened = try Rung.bitcask(disk.afterKill())
    #expect(try reopened.get("2") == values[2])
  }

  @Test("the threshold grows when much is alive, and falls again")
  func threshold() {
    var threshold = MergeThreshold(smallest: 1_000, living: 200)
    #expect(threshold.bytes == 1_000)
    #expect(!threshold.isReached(999) && threshold.isReached(1_000))
    threshold.adapt(living: 10_000)
    #expect(threshold.bytes == 20_000)
    threshold.adapt(living: 600)
    #expect(threshold.bytes == 1_200)
    #expect(MergeThreshold(smallest: 1_000, living: 5_000).bytes == 10_000)
    #expect(BitcaskOptions().mergeBytes == 1 << 20)
  }

  @Test("a store of living records is not merged at every write")
  func noThrashing() throws {
    let disk = SimulatedDisk(.ordered)
    let store = try Rung.bitcask(disk) {
      $0.durability = .system
      $0.mergeBytes = 1_000
    }
    var merges = 0
    for number in 0..<2_000 {
      // One in ten overwrites, so that a merge would reclaim a little at any time.
      try store.put(Key("\(number % 10 == 0 ? 0 : number)"), "value")
      if try store.performMaintenanceStep() { merges += 1 }
    }
    #expect((3...12).contains(merges), "\(merges) merges")
    let statistics = try store.statistics()
    #expect(statistics.writes.compactions == merges)
    #expect(statistics.writes.compactedBytes < 2 * statistics.writes.logBytes)
  }

  @Test("the worker merges by itself when the threshold is reached")
  func automaticMerge() throws {
    let disk = SimulatedDisk(.ordered)
    let store = try Rung.bitcask(disk) {
      $0.durability = .system
      $0.mergeBytes = 4 << 10
      $0.maintenance = .background
    }
    var writes = 0
    while try store.statistics().writes.compactions == 0, writes < 1_000_000 {
      try store.put("key", Value("\(writes)"))
      writes += 1
    }
    #expect(try store.statistics().writes.compactions > 0)
    #expect(try store.get("key") == Value("\(writes - 1)"))
    try store.close()
  }
}
