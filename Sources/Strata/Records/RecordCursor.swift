import StrataCore

/// Records in order of their keys, whatever holds them: a memtable, a segment, a merge.
///
/// One thread at a time may use it.
public protocol RecordSource: AnyObject {
  /// Puts the next records into `batch`, which is empty, until it is full; none: the walk is over.
  ///
  /// - Throws: `StoreError.corrupt` when a record is damaged. Those in front of it are in the batch; it is
  ///   not to be called again.
  func fill(_ batch: inout RecordBatch) throws(StoreError)
}

/// A place in a walk: stands on one record, and goes on to the next.
///
///     while let record = cursor.current {
///       …
///       try cursor.advance()
///     }
///
/// The cursor stands on a record from the start. The record is valid until the cursor is released.
public struct RecordCursor: ~Copyable {
  private let source: any RecordSource
  private var batch = RecordBatch()
  private var position = 0
  /// What is wrong behind the last record of the batch.
  private var failure: StoreError?

  /// A cursor on the first record of a walk.
  public init(_ source: any RecordSource) throws(StoreError) {
    self.source = source
    try refill()
  }

  /// The record that the cursor stands on; nil behind the last one.
  @inline(__always)
  public var current: Record? { position < batch.count ? batch[position] : nil }

  /// The same where it is known that there is one.
  @inline(__always)
  var standing: Record { batch[position] }

  /// Goes to the next record.
  ///
  /// - Throws: `StoreError.corrupt` when the next record is damaged.
  @inline(__always)
  public mutating func advance() throws(StoreError) {
    position &+= 1
    if position >= batch.count { try refill() }
  }

  /// Calls `body` with this record and those behind it, until it returns false.
  ///
  /// - Parameter refilling: is called before each further batch, and may end the walk with an error.
  @inline(__always)
  mutating func forEach(
    refilling: () throws(StoreError) -> Void, _ body: (Record) -> Bool
  ) throws(StoreError) {
    while batch.count > 0 {
      while position < batch.count {
        if !body(batch[position]) { return }
        position &+= 1
      }
      try refilling()
      try refill()
    }
  }

  private mutating func refill() throws(StoreError) {
    batch.removeAll()
    position = 0
    if let failure { throw failure }
    do throws(StoreError) {
      try source.fill(&batch)
    } catch {
      failure = error
      if batch.count == 0 { throw error }
    }
  }
}

/// A range of keys as an engine walks it: borrowed bytes, and a direction.
package struct Walk {
  /// The keys to walk over.
  package var range: KeyRange
  /// The way to go.
  package var direction: ScanDirection

  /// A walk over these keys in this direction.
  package init(range: KeyRange, direction: ScanDirection) {
    self.range = range
    self.direction = direction
  }

  static let everything = Walk(range: .all, direction: .forward)

  /// The prefix of the key at which the walk ends; keys on this side of it need no look at that key.
  var endPrefix: UInt64? {
    let end = direction == .forward ? range.upper : range.lower
    return end.map { ByteView.withBytes(of: $0.bytes) { $0.sortingPrefix } }
  }

  /// True when `key` lies behind the end of the walk.
  func isOver(at key: ByteView) -> Bool {
    switch direction {
    case .forward: range.upper.map { key >= $0 } ?? false
    case .reverse: range.lower.map { key < $0 } ?? false
    }
  }
}

/// Views compared with keys that own their bytes.
@inline(__always)
func < (left: ByteView, right: Key) -> Bool {
  ByteView.withBytes(of: right.bytes) { left < $0 }
}

/// Views compared with keys that own their bytes.
@inline(__always)
func >= (left: ByteView, right: Key) -> Bool { !(left < right) }
