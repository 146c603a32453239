import StrataCore

/// A walk over records in order of their keys, whatever holds them: a memtable, a segment, a merge.
///
///     while let record = cursor.current {
///       …
///       try cursor.advance()
///     }
///
/// A cursor stands on a record from the start. The record is valid until the cursor is released.
/// One thread at a time may use it.
public protocol RecordCursor: AnyObject {
  /// The record that the cursor stands on; nil behind the last one.
  var current: Record? { get }

  /// Goes to the next record.
  ///
  /// - Throws: `StoreError.corrupt` when the next record is damaged.
  func advance() throws(StoreError)
}

/// A range of keys as an engine walks it: borrowed bytes, and a direction.
struct Walk {
  /// The keys to walk over.
  var range: KeyRange
  /// The way to go.
  var direction: ScanDirection

  static let everything = Walk(range: .all, direction: .forward)

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
