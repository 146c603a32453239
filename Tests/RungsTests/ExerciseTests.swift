import StrataCore
import StrataTestSupport
import Testing

@testable import StrataRungs

/// What the exercises that the rungs come from ask for and no other suite holds; see `Docs/Seeds.md`.
@Suite("What the exercises ask for")
struct ExerciseTests {
  private static let value = Value([UInt8](repeating: UInt8(ascii: "v"), count: 500))

  private func size(of disk: SimulatedDisk) -> Int {
    Rung.files(of: disk).values.reduce(0) { $0 + $1.count }
  }

  @Test("a walk over the log reads it from its beginning to its end in pieces, each byte once")
  func logIterator() throws {
    let disk = SimulatedDisk(.ordered)
    let store = try Rung.log(disk, durability: .system)
    for number in 0..<4_000 { try store.put(Key("\(number)"), Self.value) }
    let size = size(of: disk)
    let before = disk.callCounts[.readPiece]
    var entries = try store.entries()
    var offsets: [Int] = []
    while let entry = try entries.next() { offsets.append(entry.offset) }
    #expect(offsets.count == 4_000)
    #expect(offsets == offsets.sorted())
    let reads = disk.callCounts[.readPiece] - before
    #expect(reads == (size + (256 << 10) - 1) / (256 << 10))
  }

  @Test("an opening without hints walks over a data file in pieces, not record by record")
  func recordIterator() throws {
    let disk = SimulatedDisk(.ordered)
    let store = try Rung.bitcask(disk) { $0.unhintedBytes = .max }
    for number in 0..<4_000 { try store.put(Key("\(number)"), Self.value) }
    try store.close()
    #expect(disk.names(in: "store") == ["data.0"])
    let before = disk.callCounts[.readPiece]
    let reopened = try Rung.bitcask(disk)
    #expect(reopened.recovery.records == 4_000)
    // A record that lies across the end of a piece is read again with the next one.
    #expect(disk.callCounts[.readPiece] - before <= size(of: disk) / (255 << 10) + 3)
  }

  @Test("compaction and merge write through a buffer: thousands of records, a few appends")
  func bufferedWriter() throws {
    let stores: [(SimulatedDisk) throws -> any KeyValueStore] = [
      { try Rung.log($0, durability: .system) },
      { disk in try Rung.bitcask(disk) { $0.durability = .system } },
    ]
    for open in stores {
      let disk = SimulatedDisk(.ordered)
      let store = try open(disk)
      for number in 0..<5_000 { try store.put(Key("\(number % 4_000)"), Self.value) }
      let before = disk.callCounts[.append]
      #expect(try store.compact() > 0)
      #expect((1...8).contains(disk.callCounts[.append] - before))
      #expect(try store.scan().collect().count == 4_000)
      try store.close()
    }
  }

  @Test("a batch is one append, however many records it has")
  func batches() throws {
    let batch = WriteBatch((0..<500).map { .put(Key("\($0)"), Self.value, expiresAt: nil) })
    let disk = SimulatedDisk(.ordered)
    let store = try Rung.bitcask(disk)
    try store.put("first", "1")
    let before = disk.callCounts[.append]
    try store.apply(batch)
    #expect(disk.callCounts[.append] == before + 1)
  }

  @Test("the size of the files is counted along, and is what the files have")
  func countedSize() throws {
    let disk = SimulatedDisk(.ordered)
    let log = SimulatedDisk(.ordered)
    for _ in 0..<2 {
      let bitcask = try Rung.bitcask(disk) { $0.dataFileBytes = 4 << 10 }
      let appendLog = try Rung.log(log)
      #expect(try bitcask.statistics().diskBytes == size(of: disk))
      for number in 0..<60 {
        for store in [bitcask, appendLog] as [any KeyValueStore] {
          try store.put(Key("\(number % 20)"), Self.value)
        }
        #expect(try appendLog.statistics().diskBytes == size(of: log))
        #expect(try bitcask.statistics().diskBytes == size(of: disk))
      }
      #expect(try bitcask.compact() > 0)
      #expect(try appendLog.compact() > 0)
      #expect(try bitcask.statistics().diskBytes == size(of: disk))
      #expect(try appendLog.statistics().diskBytes == size(of: log))
      try bitcask.close()
      try appendLog.close()
    }
  }

  @Test("hints say how much is superfluous, so that a merge is decided without reading a record")
  func hintsDecide() throws {
    let disk = SimulatedDisk(.ordered)
    let change: (inout BitcaskOptions) -> Void = {
      $0.dataFileBytes = 8 << 10
      $0.mergeBytes = 16 << 10
    }
    let store = try Rung.bitcask(disk, change)
    for number in 0..<100 { try store.put(Key("\(number % 10)"), Self.value) }
    try store.close()
    #expect(disk.names(in: "store").contains("hint.0"))
    var pieces: [String] = []
    disk.observer = { if $0.kind == .readPiece { pieces.append($0.name) } }
    let reopened = try Rung.bitcask(disk, change)
    #expect(reopened.writing.withLock { reopened.isMergeDue })
    let (all, live) = reopened.view.withLock { ($0.recordBytes, $0.keys.liveBytes) }
    disk.observer = nil
    #expect(all == 10 * live)
    // Of each file the header, and of the newest one the end behind its hint.
    #expect(pieces.count <= 2 * disk.names(in: "store").count, "\(pieces)")
    #expect(try reopened.performMaintenanceStep())
  }

  @Test("the index has file, offset, length and timestamp of the newest record of a key")
  func indexEntry() throws {
    let disk = SimulatedDisk(.ordered)
    let clock = ManualClock(5_000)
    let store = try Rung.bitcask(disk, clock: clock) { $0.dataFileBytes = 100 }
    try store.put("a", "in the first file")
    clock.advance(milliseconds: 7)
    try store.put("b", "the first")
    try store.put("b", "the second")
    let a = try #require(store.view.withLock { $0.keys["a"] })
    let b = try #require(store.view.withLock { $0.keys["b"] })
    #expect(a.file == 0 && a.offset == BitcaskFileHeader.size && a.timestamp == 5_000)
    #expect(b.file > a.file && b.timestamp == 5_007)
    let bytes = try #require(disk.contents(of: "data.\(b.file)", in: "store"))
    let record = bytes[b.offset..<b.offset + Int(b.length)]
    #expect(record.suffix(10).elementsEqual("the second".utf8))
  }
}
