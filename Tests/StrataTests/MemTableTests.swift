import StrataCore
import StrataTestSupport
import Synchronization
import Testing

@testable import Strata

@Suite("Memtable")
struct MemTableTests {
  @Test("it keeps every change of a key, newest first, and shows the one that is old enough")
  func chains() {
    let table = MemTable()
    #expect(table.description == "[ ]")
    table.insert("b", "1", 1)
    table.insert("a", "1", 2)
    table.insert("a", nil, 3)
    table.insert("a", "2", 4)
    #expect(table.description == "[ a: 2 @4, DEL @3, 1 @2 │ b: 1 @1 ]")
    #expect(table.find("a") == "put a = 2 @4")
    #expect(table.find("a", asOf: 3) == "delete a @3")
    #expect(table.find("a", asOf: 2) == "put a = 1 @2")
    #expect(table.find("a", asOf: 1) == nil)
    #expect(table.find("c") == nil)
    #expect((table.recordCount, table.tombstoneCount, table.lastSequence) == (4, 1, 4))
    #expect(table.userBytes == 7 && table.recordBytes == 4 * 6 + 7)
  }

  @Test(
    "records that are expected end up where they would have without",
    arguments: ["ascending", "descending", "random", "alike", "repeated"])
  func expecting(arrival: String) {
    var random = SplitMix64(seed: 6)
    var keys = (0..<2_000).map { number in
      switch arrival {
      case "alike": "the same beginning \(number * 7)"
      case "repeated": "\(10_000 + number % 300)"
      default: "\(10_000 + number)"
      }
    }
    if arrival == "descending" { keys.reverse() }
    if arrival != "descending", arrival != "ascending" { keys.shuffle(using: &random) }
    let frame = Self.records(keys, from: 1)
    let (plain, alone, expecting, together) = (MemTable(), MemTable(), MemTable(), MemTable())
    var records: [Record] = []
    Self.forEach(in: frame) { record, rest in
      plain.insert(record)
      alone.expect(rest.slice(at: 0, count: RecordCodec.size(of: record)))
      alone.insert(record)
      expecting.expect(rest)
      expecting.insert(record)
      records.append(record)
    }
    together.insert(records)
    #expect(plain.description == alone.description)
    #expect(plain.description == expecting.description)
    #expect(plain.description == together.description)
    withExtendedLifetime(frame) {}
  }

  @Test("each log is replayed into a memtable of its own, to its last record")
  func replay() {
    let tables = [4, 5, 6, 9].map { MemTable(log: $0) }
    let frame = Self.records((0..<200).map { "\(1_000 + $0)" }, from: 1)
    var replay = Replay(into: tables)
    Self.forEach(in: frame) { record, _ in
      // Nothing is in log 6.
      replay.begin(log: record.sequence <= 70 ? 4 : record.sequence <= 75 ? 5 : 9)
      replay.insert(record)
    }
    replay.finish()
    #expect(tables.map(\.recordCount) == [70, 5, 0, 125])
    #expect(tables.map(\.lastSequence) == [70, 75, 0, 200])
    withExtendedLifetime(frame) {}
  }

  @Test("an expected record finds its place though the leaf was split meanwhile")
  func expectingInSplitLeaf() {
    let table = MemTable()
    for number in 10..<20 { table.insert("\(number)", "old", UInt64(number)) }
    let expected = Self.records(["12", "17", "18x"], from: 100)
    table.expect(expected.view)
    for number in 10..<20 { table.insert("\(number)a", "meanwhile", UInt64(number + 10)) }
    Self.forEach(in: expected) { record, _ in table.insert(record) }
    #expect(table.find("12") == "put 12 = 0 @100")
    #expect(table.find("17") == "put 17 = 1 @101")
    #expect(table.find("18x") == "put 18x = 2 @102")
    #expect(table.find("12", asOf: 99) == "put 12 = old @12")
  }

  @Test("the large chunks of a table that is gone serve the next one; no more are kept than it had")
  func spareChunks() {
    let spare = SpareChunks()
    func fill(_ arena: Arena, megabytes: Int) {
      for _ in 0..<megabytes << 8 { _ = arena.allocate(4_096) }
    }
    var arenas = (0..<3).map { _ in Arena(spare: spare) }
    for arena in arenas { fill(arena, megabytes: 20) }
    #expect(spare.count == 0)
    arenas.removeLast()
    let chunks = spare.count
    #expect(chunks >= 8)
    arenas.removeAll()
    #expect(spare.count == chunks)
    let next = Arena(spare: spare)
    fill(next, megabytes: 20)
    #expect(spare.count == 0)
    withExtendedLifetime(next) {}
  }

  /// Each record of a buffer, and all from it on.
  private static func forEach(in buffer: borrowing ByteBuffer, _ body: (Record, ByteView) -> Void) {
    var offset = 0
    while offset < buffer.count {
      let record = RecordCodec.trusted(at: buffer.view.start + offset)
      body(record, buffer.view.suffix(from: offset))
      offset += RecordCodec.size(of: record)
    }
  }

  /// A record for each key, as in the log; their values are numbers from 0 on.
  private static func records(_ keys: [String], from first: UInt64) -> ByteBuffer {
    var buffer = ByteBuffer()
    for (index, key) in keys.enumerated() {
      let start = buffer.count
      ByteView.withBytes(of: Array(key.utf8)) { key in
        ByteView.withBytes(of: Array("\(index)".utf8)) { value in
          RecordCodec.append(.value, key: key, value: value, to: &buffer)
        }
      }
      RecordCodec.setSequence(first + UInt64(index), at: start, in: &buffer)
    }
    return buffer
  }

  @Test("readers on other threads find all that was there before, whatever is inserted")
  func readersBesideAWriter() {
    let table = MemTable()
    let published = Published()
    let readers = (0..<2).map { seed in
      WorkerThread {
        var random = SplitMix64(seed: UInt64(seed))
        while published.count < 20_000 {
          let count = published.count
          if count == 0 { continue }
          let key = "\(random.below(count) &* 7919 % 20_011)"
          if table.find(key) == nil { published.lost.withLock { $0.append(key) } }
        }
      }
    }
    for number in 0..<20_000 {
      table.insert("\(number &* 7919 % 20_011)", "v", UInt64(number + 1))
      published.set(number + 1)
    }
    for reader in readers { reader.join() }
    #expect(published.lost.withLock { $0 } == [])
  }

  private final class Published: Sendable {
    private let number = Atomic(0)
    let lost = Mutex<[String]>([])
    var count: Int { number.load(ordering: .acquiring) }
    func set(_ count: Int) { number.store(count, ordering: .releasing) }
  }
}
