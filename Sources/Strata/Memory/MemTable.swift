import StrataCore
import Synchronization

/// The newest changes, in memory, sorted by key.
///
/// A put goes to the log, and then here; a get looks here first. When the memtable is full it is
/// *frozen*: nothing is added any more, and a background worker writes it out, in order, as a segment.
/// That is why it must be sorted.
///
///     table.insert(record)                        // put apple = 1 @7
///     table.find("apple", asOf: 9)                // put apple = 1 @7
///     table.find("apple", asOf: 6)                // nil: no opinion, ask the next, older place
///     table.description                           // [ apple: 1 @7 ]
///
/// A key's changes are kept all, as a chain from newest to oldest, so that a reader who began earlier
/// sees the store as it was. One thread at a time may insert; readers never wait, nor does it wait for
/// them. Nothing is ever taken out: a deletion is a record like any other.
///
/// - Invariant: along a chain, sequence numbers fall.
public final class MemTable: @unchecked Sendable {
  /// The number of the log that holds the same records.
  public let log: UInt32
  private let arena: Arena
  let tree: SortedTree
  // Written by the one inserting thread; read by others only once the table is frozen, or as a hint.
  private let counters = Counters()

  private struct Counters: ~Copyable {
    let records = Atomic<Int>(0)
    let tombstones = Atomic<Int>(0)
    let recordBytes = Atomic<Int>(0)
    let userBytes = Atomic<Int>(0)
    let lastSequence = Atomic<UInt64>(0)
    let memory = Atomic<Int>(0)
  }

  /// An empty memtable beside the log of that number.
  public convenience init(log: UInt32 = 0) { self.init(log: log, arena: Arena()) }

  /// The same; it takes over the memory that tables before it have given back.
  convenience init(log: UInt32, after previous: MemTable) {
    self.init(log: log, arena: Arena(spare: previous.arena.spare))
  }

  private init(log: UInt32, arena: Arena) {
    self.log = log
    self.arena = arena
    tree = SortedTree(arena: arena)
  }

  /// Records in it, overwritten ones included.
  public var recordCount: Int { counters.records.load(ordering: .relaxed) }
  /// Tombstones among them.
  public var tombstoneCount: Int { counters.tombstones.load(ordering: .relaxed) }
  /// Bytes that the records in it would take in a segment.
  public var recordBytes: Int { counters.recordBytes.load(ordering: .relaxed) }
  /// Bytes of the keys and values in it.
  public var userBytes: Int { counters.userBytes.load(ordering: .relaxed) }
  /// Memory that it takes, all told: records, and the tree that sorts them.
  public var memory: Int { counters.memory.load(ordering: .relaxed) }
  /// The sequence number of the newest record; 0 when there is none.
  public var lastSequence: UInt64 { counters.lastSequence.load(ordering: .relaxed) }
  /// True when it holds nothing.
  public var isEmpty: Bool { recordCount == 0 }

  /// Adds a change, newer than all that are there.
  ///
  /// - Complexity: O(log n).
  public func insert(_ record: Record) {
    let version = KeyVersion(copying: record, into: arena)
    tree.insert(version, key: version.key)
    Self.add(1, to: counters.records)
    if record.kind == .tombstone { Self.add(1, to: counters.tombstones) }
    Self.add(SegmentRecord.size(of: record), to: counters.recordBytes)
    Self.add(record.body.count, to: counters.userBytes)
    counters.lastSequence.store(record.sequence, ordering: .relaxed)
    counters.memory.store(arena.usedBytes, ordering: .relaxed)
  }

  /// Finds the places of the first of these records, which will be inserted soon, and asks memory for them.
  ///
  /// It makes the insertions quicker, and changes nothing else. Where the first record is expected already,
  /// there is nothing to do.
  ///
  /// - Parameter records: as in a frame of the log, one behind the other.
  @inline(__always)
  func expect(_ records: ByteView) {
    if !tree.isExpected(RecordCodec.trusted(at: records.start).sequence) { tree.expect(records) }
  }

  /// Adds changes in this order, which is quicker than one by one: their ways down are taken side by side.
  func insert(_ records: [Record]) {
    for (index, record) in records.enumerated() {
      if !tree.isExpected(record.sequence) { tree.expect(records[index...]) }
      insert(record)
    }
  }

  /// The newest record of `key` that is not newer than `sequence`.
  ///
  /// - Complexity: O(log n), and one step for each newer record of the same key.
  @inline(__always)
  public func find(_ key: ByteView, asOf sequence: UInt64 = .max) -> Record? {
    tree.newest(of: key)?.record(asOf: sequence)
  }

  /// Only one thread inserts, so a load and a store do; they are atomic for the readers' sake.
  @inline(__always)
  private static func add(_ amount: Int, to counter: borrowing Atomic<Int>) {
    counter.store(counter.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
  }
}

extension MemTable: CustomStringConvertible {
  /// Every key with its chain, newest first: `[ a: DEL @3, 1 @2 │ b: 2 @1 ]`.
  public var description: String {
    var keys: [String] = []
    let cursor = MemTableCursor(self, Walk.everything, asOf: .max)
    var batch = RecordBatch()
    repeat {
      batch.removeAll()
      cursor.fill(&batch)
      for position in 0..<batch.count { keys.append(describeChain(of: batch[position].key)) }
    } while batch.count > 0
    return keys.isEmpty ? "[ ]" : "[ \(keys.joined(separator: " │ ")) ]"
  }
}

extension MemTable {
  fileprivate func describeChain(of key: ByteView) -> String {
    var chain: [String] = []
    var version = tree.newest(of: key)
    while let here = version {
      let record = here.record
      let what = record.kind == .tombstone ? "DEL" : Escaping.escape(record.value)
      chain.append("\(what) @\(record.sequence)")
      version = here.older
    }
    return "\(Escaping.escape(key)): \(chain.joined(separator: ", "))"
  }
}

/// One record in the arena, with the way to the older record of the same key in front of it.
///
///     │ older: 8 │ sequence: 8 │ key length and kind: 4 │ value length: 4 │ (moment: 8) │ key │ value │
struct KeyVersion {
  private let start: UnsafeMutableRawPointer

  private static let headerSize = 24

  @inline(__always)
  init(copying record: Record, into arena: Arena) {
    let expiresAt = record.expiresAt
    let body = record.body
    let bodyOffset = Self.bodyOffset(record.kind)
    let key = record.key
    start = arena.allocate(bodyOffset &+ body.count)
    start.storeBytes(of: 0, as: UInt.self)
    start.storeBytes(of: record.sequence, toByteOffset: 8, as: UInt64.self)
    start.storeBytes(
      of: UInt32(truncatingIfNeeded: key.count) | UInt32(record.kind.rawValue) << 24,
      toByteOffset: 16, as: UInt32.self)
    start.storeBytes(
      of: UInt32(truncatingIfNeeded: body.count &- key.count), toByteOffset: 20, as: UInt32.self)
    if let expiresAt {
      start.storeBytes(of: expiresAt.littleEndian, toByteOffset: 24, as: UInt64.self)
    }
    (start + bodyOffset).copyMemory(from: body.start, byteCount: body.count)
  }

  @inline(__always)
  init(at address: UInt) { start = UnsafeMutableRawPointer(bitPattern: address).unsafelyUnwrapped }

  @inline(__always)
  init(_ pointer: UnsafeRawPointer) { start = UnsafeMutableRawPointer(mutating: pointer) }

  @inline(__always)
  var address: UInt { UInt(bitPattern: start) }

  @inline(__always)
  var sequence: UInt64 { start.load(fromByteOffset: 8, as: UInt64.self) }

  @inline(__always)
  var record: Record {
    let lengthAndKind = start.load(fromByteOffset: 16, as: UInt32.self)
    let keyLength = lengthAndKind & 0xFF_FFFF
    let valueLength = start.load(fromByteOffset: 20, as: UInt32.self)
    let kind = RecordKind(rawValue: UInt8(lengthAndKind >> 24)).unsafelyUnwrapped
    return Record(
      kind,
      body: ByteView(
        start: start + Self.bodyOffset(kind), count: Int(keyLength) &+ Int(valueLength)),
      keyLength: keyLength, sequence: sequence)
  }

  @inline(__always)
  var key: ByteView {
    let lengthAndKind = start.load(fromByteOffset: 16, as: UInt32.self)
    let kind = RecordKind(rawValue: UInt8(lengthAndKind >> 24)).unsafelyUnwrapped
    return ByteView(start: start + Self.bodyOffset(kind), count: Int(lengthAndKind & 0xFF_FFFF))
  }

  @inline(__always)
  private static func bodyOffset(_ kind: RecordKind) -> Int {
    headerSize &+ (kind == .expiringValue ? 8 : 0)
  }

  /// The record that this one replaced in the same memtable; set before the version is shown.
  var older: KeyVersion? {
    get {
      let address = start.load(as: UInt.self)
      return address == 0 ? nil : KeyVersion(at: address)
    }
    nonmutating set { start.storeBytes(of: newValue?.address ?? 0, as: UInt.self) }
  }

  /// The newest record along the chain that is not newer than `sequence`.
  @inline(__always)
  func record(asOf sequence: UInt64) -> Record? {
    var version = self
    while version.sequence > sequence {
      guard let older = version.older else { return nil }
      version = older
    }
    return version.record
  }
}
