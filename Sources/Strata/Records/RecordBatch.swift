import StrataCore

/// Some records of a walk, in order: what a source hands over at a time.
///
/// To ask for one record after the other costs a call through a protocol each, and keeps the processor
/// from checking the next record while it still works on this one. A dozen at a time, both costs vanish;
/// and a walk that ends early has not had many records checked that nobody wanted.
///
/// The records are views; they stay valid as long as the source.
public struct RecordBatch: ~Copyable {
  /// The most that it holds.
  public static let capacity = 16

  private let records: UnsafeMutablePointer<Record>
  /// How many there are.
  public private(set) var count = 0
  /// How many a source may hand over now: few at first, for walks that end soon.
  private var limit = 4

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

  /// Forgets all records; the next filling may be twice as large.
  @inline(__always)
  mutating func removeAll() {
    count = 0
    limit = min(2 &* limit, Self.capacity)
  }
}
