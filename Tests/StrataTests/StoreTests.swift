import StrataCore
import StrataTestSupport
import Synchronization
import Testing

@testable import Strata

@Suite("Log-structured store")
struct StoreTests {
  @Test("an observer sees a put, a flush and a compaction as the architecture page tells them")
  func events() throws {
    let log = EventLog()
    let store = try LogStructuredStore(
      at: "s", options: manualOptions { $0.durability = .sync }, fileSystem: SimulatedDisk(),
      observer: log.observer)
    try store.put("a", "1")
    #expect(
      log.take() == [.appended(log: 1, records: 1, bytes: 58), .synced(log: 1, sequence: 1)])
    try store.flush()
    #expect(
      log.take() == [
        .froze(log: 1, records: 1, bytes: 8), .committed(manifestBytes: 140),
        .removed(file: "000001.wal"), .flushed(log: 1, segment: 3, records: 1, bytes: 334),
      ])
    try store.put("a", "2")
    _ = log.take()
    #expect(try store.compact() == 8)
    let events = log.take()
    #expect(
      events.contains(.compacted(inputs: [5, 3], outputs: [6], bytesRead: 668, bytesWritten: 334)))
    let commit = events.lastIndex(of: .committed(manifestBytes: 140))
    let removal = events.firstIndex(of: .removed(file: "000003.seg"))
    #expect(try #require(commit) < #require(removal), "inputs go only after the commit")
    try store.close()
  }

  @Test("a get asks the newest place first, stops at the first opinion, and reads one record")
  func probes() throws {
    let log = EventLog()
    let store = try LogStructuredStore(
      at: "s", options: manualOptions(), fileSystem: SimulatedDisk(), observer: log.observer)
    for (key, value) in [("a", "1"), ("b", "1"), ("c", "1")] {
      try store.put(Key(key), Value(value))
    }
    try store.flush()  // segment 3
    try store.put("a", "2")
    try store.put("c", "2")
    try store.flush()  // segment 5
    try store.put("a", "3")
    _ = log.take()
    #expect(try store.get("a") == "3")
    #expect(log.take() == [.probedMemTable(log: 4, found: true)])
    #expect(try store.get("b") == "1")
    #expect(
      log.take() == [
        .probedMemTable(log: 4, found: false), .probedSegment(segment: 5, outcome: .filteredOut),
        .probedSegment(segment: 3, outcome: .found),
      ])
    #expect(try store.get("z") == nil)
    #expect(log.take().suffix(1) == [.probedSegment(segment: 3, outcome: .outOfRange)])
    let reads = try store.statistics().reads
    #expect(
      (reads.gets, reads.memTableHits, reads.recordsRead, reads.segmentsAsked) == (3, 1, 1, 2))
    try store.close()
  }

  @Test("eight writers share syncs: what waits goes along")
  func groupCommit() throws {
    // A sync that takes as long as a disk's, so that others have the time to come.
    let log = EventLog()
    try withTemporaryDirectory { path in
      var options = StoreOptions()
      options.durability = .sync
      let store = try LogStructuredStore(
        at: "\(path)/store", options: options, observer: log.observer)
      let writers = (0..<8).map { writer in
        WorkerThread {
          for number in 0..<50 {
            do { try store.put(Key("\(writer)/\(number)"), "v") } catch { Issue.record(error) }
          }
        }
      }
      for writer in writers { writer.join() }
      let syncs = log.take().count { if case .synced = $0 { true } else { false } }
      #expect(syncs < 400, "\(syncs) syncs for 400 puts")
      #expect(try store.scan().collect().count == 400)
      try store.close()
    }
  }

  @Test(
    "a memtable that is flushed in the middle of a merge becomes a run of its own, and the newer one"
  )
  func flushWithinMerge() throws {
    let disk = SimulatedDisk()
    let clock = InterruptingClock()
    let store = try LogStructuredStore(
      at: "s", options: manualOptions(), fileSystem: disk, clock: clock)
    let value = Value([UInt8](repeating: 7, count: 1_000))
    for round in 0..<2 {
      for number in 0..<400 { try store.put(Key("\(round)/\(number)"), value) }
      try store.flush()
    }
    // A merge asks for the time when it begins.
    clock.interrupt {
      do {
        try store.put("0/0", "new")
        try store.freezeForFlush()
      } catch {
        Issue.record(error)
      }
    }
    _ = try store.compact()
    let runs = store.current.retain().runs
    #expect(runs.map(\.level) == [0, 1])
    #expect(Set(runs.map(\.id)).count == 2)
    try store.close()
    let again = try LogStructuredStore(at: "s", options: manualOptions(), fileSystem: disk)
    #expect(try again.get("0/0") == "new")
    #expect(try again.scan().collect().count == 800)
    try again.close()
  }

  @Test("when flushing falls behind, writers wait, and the statistics say so")
  func backPressure() throws {
    var options = StoreOptions()
    options.durability = .system
    options.memTableBytes = 64 << 10
    let store = try LogStructuredStore(at: "s", options: options, fileSystem: SimulatedDisk())
    let value = Value([UInt8](repeating: 7, count: 1_000))
    for number in 0..<2_000 { try store.put(Key("\(number)"), value) }
    let statistics = try store.statistics()
    #expect(statistics.writes.flushes >= 10)
    #expect(statistics.levels.filter { $0.level == -1 }.allSatisfy { $0.runs <= 2 })
    #expect(try store.scan().collect().count == 2_000)
    try store.close()
  }

  @Test("statistics are numerators and denominators that can be checked on paper")
  func statistics() throws {
    let store = try LogStructuredStore(
      at: "s", options: manualOptions(), fileSystem: SimulatedDisk())
    try store.put("key", "value")  // 8 of the user's, 32 as a record, 64 as a frame
    try store.put("key", "other")
    try store.delete("gone")
    var statistics = try store.statistics()
    #expect(statistics.writes.userBytes == 8 + 8 + 4)
    #expect(statistics.writes.logBytes == 40 + 64 + 64 + 60)
    #expect(statistics.levels.map(\.level) == [-1])
    #expect((statistics.records, statistics.lastSequence) == (3, 3))
    try store.flush()
    statistics = try store.statistics()
    #expect(statistics.levels.map(\.level) == [0])
    #expect(statistics.levels[0].tombstones == 0, "below is nothing that a tombstone could hide")
    #expect(statistics.writes.flushedBytes == statistics.levels[0].bytes)
    // The old log ended with a frame of 32 bytes that says it is continued; the new one has its header.
    #expect(statistics.writes.logBytes == 228 + 32 + 40)
    let space = try store.spaceUse()
    #expect((space.liveEntries, space.liveBytes) == (1, 8))
    #expect(space.diskBytes == statistics.diskBytes && space.deadBytes == space.diskBytes - 8)
    try store.close()
  }

  @Test("totals outlive the process")
  func lifetimeTotals() throws {
    let disk = SimulatedDisk()
    var store = try LogStructuredStore(at: "s", options: manualOptions(), fileSystem: disk)
    try store.put("key", "value")
    try store.flush()
    try store.put("key", "value")
    let before = try store.statistics().writes
    try store.close()
    store = try LogStructuredStore(at: "s", options: manualOptions(), fileSystem: disk)
    var after = try store.statistics().writes
    after.logBytes -= LogFrame.headerSize  // the synced mark of the close
    #expect(after == before)
    try store.close()
  }

  @Test("a checkpoint is the store of its moment, and shares its segments")
  func checkpoint() throws {
    try withTemporaryDirectory { path in
      let store = try LogStructuredStore(at: "\(path)/store")
      try store.put("a", "1")
      try store.flush()
      try store.put("b", "1")
      try store.checkpoint(to: "\(path)/copy")
      try store.put("a", "2")
      #expect(throws: StoreError.self) { try store.checkpoint(to: "\(path)/copy") }
      let copy = try LogStructuredStore(at: "\(path)/copy")
      #expect(try copy.scan().collect().map(\.value) == ["1", "1"])
      try copy.put("c", "1")
      #expect(try store.get("c") == nil)
      try copy.close()
      try store.close()
      #expect(try LogStructuredStore.verify(at: "\(path)/copy").isSound)
      #expect(try LogStructuredStore.verify(at: "\(path)/store").isSound)
    }
  }

  @Test("values are read without a copy, and into room that is used again")
  func readingForms() throws {
    let store = try LogStructuredStore(
      at: "s", options: manualOptions(), fileSystem: SimulatedDisk())
    try store.put("key", "value")
    for _ in 0..<2 {
      #expect(try store.withValue(forKey: "key") { $0.byteCount } == 5)
      #expect(try store.withValue(forKey: "none") { $0.byteCount } == nil)
      var room: [UInt8] = [1]
      #expect(try store.get("key", into: &room) && room == Array("value".utf8))
      #expect(try !store.get("none", into: &room) && room.isEmpty)
      #expect(try store.contains("key") && !store.contains("none"))
      try store.flush()  // the second time, from a segment
    }
    try store.close()
  }

  @Test("a single batch can be synced in a store that does not sync")
  func batchDurability() throws {
    let log = EventLog()
    let store = try LogStructuredStore(
      at: "s", options: manualOptions(), fileSystem: SimulatedDisk(), observer: log.observer)
    try store.apply(WriteBatch([.put("a", "1", expiresAt: nil)]))
    #expect(log.take().count == 1)
    try store.apply(WriteBatch([.put("b", "1", expiresAt: nil)]), syncing: true)
    #expect(log.take().last == .synced(log: 1, sequence: 2))
    try store.close()
  }

  @Test("durabilities are written and read alike")
  func durabilityNames() {
    for durability in [Durability.sync, .system, .interval(milliseconds: 100)] {
      #expect(Durability("\(durability)") == durability)
    }
    for wrong in ["", "Sync", "interval", "interval:", "interval:0", "interval:x"] {
      #expect(Durability(wrong) == nil)
    }
  }
}
