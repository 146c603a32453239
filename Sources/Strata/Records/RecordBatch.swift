import StrataCore

/// Some records of a walk, in order: what a source hands over at a time.
///
/// To ask for one record after the other costs a call through a protocol each, and keeps the processor
/// from checking the next record while it still works on this one. Some at a time, both costs vanish;
/// and a walk that ends early has not had many records checked that nobody wanted. A walk that has come far
/// takes more at a time.
///
/// The records are views; they stay valid as long as the source.
public struct RecordBatch: ~Copyable {
  /// The most that it holds.
  public static let capacity = 64
  /// The most that it holds before the walk has come far, and how far that is.
  private static let capacityOfShortWalks = 16
  private static let farWalk = 256

  /// So many cache lines behind four records that it takes, it asks memory for the next ones.
  static let linesAhead = 32

  private let records: UnsafeMutablePointer<Record>
  /// How many there are.
  public private(set) var count = 0
  /// How many a source may hand over now: few at first, for walks that end soon.
  private var limit = 4
  /// How many were handed over in earlier fillings.
  private var passed = 0

  init() { records = .allocate(capacity: Self.capacity) }

  deinit { records.deallocate() }

  /// True when no more can be added.
  @inline(__always)
  package var isFull: Bool { count >= limit }

  /// The record at a position.
  @inline(__always)
  public subscript(position: Int) -> Record {
    precondition(position >= 0 && position < count, "no record of the batch")
    return records[position]
  }

  /// Adds a record; there must be room.
  @inline(__always)
  package mutating func append(_ record: Record) {
    precondition(count < Self.capacity, "the batch is full")
    (records + count).initialize(to: record)
    count &+= 1
  }

  /// The record that was added last; there must be one.
  @inline(__always)
  var last: Record { self[count &- 1] }

  /// Adds the next four records of a segment, checked side by side; returns the offset behind them.
  ///
  ///     │ a ├──▶│ b ├──▶│ c ├──▶│ d │     where each begins, its neighbour's lengths say: not to be trusted yet
  ///       ✓       ✓       ✓       ✓       now they are, all of them or none
  ///
  /// To find the second, the lengths of the first must be read before they are checked. That does no harm:
  /// they are kept within the bytes, and nothing counts unless all four are sound, the lengths included.
  ///
  /// - Returns: nil when there is no room, when fewer are left, or when one may be damaged. Nothing was
  ///   added then, and whoever takes one record after the other finds out why.
  @inline(__always)
  mutating func appendFour(of bytes: ByteView, at offset: Int) -> Int? {
    guard count &+ 4 <= limit, offset >= 0 else { return nil }
    let next = records + count
    let start = bytes.start + offset
    var end = offset
    for index in 0..<4 {
      guard let record = SegmentRecord.unchecked(bytes, at: end) else { return nil }
      (next + index).initialize(to: record)
      end = record.end - bytes.start
    }
    (bytes.start + (end &+ 64 &* Self.linesAhead)).prefetch(lines: 8)
    guard CRC32C.fourMatch(from: start, ends: (next[0].end, next[1].end, next[2].end, next[3].end))
    else { return nil }
    count &+= 4
    return end
  }

  /// Forgets the records that were added last.
  mutating func removeLast(_ number: Int) {
    precondition(number <= count, "so many records are not in the batch")
    count &-= number
  }

  /// Forgets all records; the next filling may be twice as large.
  @inline(__always)
  mutating func removeAll() {
    passed &+= count
    count = 0
    limit = min(2 &* limit, passed < Self.farWalk ? Self.capacityOfShortWalks : Self.capacity)
  }
}
