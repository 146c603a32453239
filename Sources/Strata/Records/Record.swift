import StrataCore

/// What a record says about its key.
public enum RecordKind: UInt8, Sendable, CaseIterable {
  /// The key holds the value.
  case value = 1
  /// The key was deleted. A record of its own, so that no value has to mean "nothing".
  case tombstone = 2
  /// The key holds the value until a moment that is given.
  case expiringValue = 3
}

/// One change of one key: what log, memtable and segments are made of.
///
///     put apple = red @7
///     delete apple @8
///
/// A `Record` is a view of bytes that were checked already, wherever they lie. It copies nothing, and
/// lives as long as they do. How a record is written depends on where: `RecordCodec` tells for the
/// log, where a torn end must be told from damage; `SegmentRecord` for segments, where every byte counts
/// and an index knows where each record begins.
///
/// - Invariant: key and value lie side by side; the moment of an expiring value, 8 bytes, before them.
public struct Record: Sendable {
  /// No sequence number is larger.
  public static let maximumSequence = UInt64.max >> 1

  /// The key and the value behind it.
  @usableFromInline let body: ByteView
  /// Its place in the order of all changes of the store; 0 for a record of a segment, whose run says
  /// what is newer.
  public let sequence: UInt64
  private let keyLength: UInt32
  /// What it says about the key.
  public let kind: RecordKind

  /// A view of a key, and a value behind it, that were checked.
  @inline(__always)
  package init(_ kind: RecordKind, body: ByteView, keyLength: UInt32, sequence: UInt64) {
    self.body = body
    self.sequence = sequence
    self.keyLength = keyLength
    self.kind = kind
  }

  /// The key.
  @inline(__always)
  public var key: ByteView { ByteView(start: body.start, count: Int(keyLength)) }

  /// The value; empty for a tombstone.
  @inline(__always)
  public var value: ByteView {
    ByteView(start: body.start + Int(keyLength), count: body.count &- Int(keyLength))
  }

  /// Where its bytes end.
  @inline(__always)
  var end: UnsafeRawPointer { body.start + body.count }

  /// When the value expires; nil: never.
  @inline(__always)
  public var expiresAt: UnixMilliseconds? { kind == .expiringValue ? moment : nil }

  /// True when the key was deleted or its value has expired.
  @inline(__always)
  public func isDead(at now: @autoclosure () -> UnixMilliseconds) -> Bool {
    switch kind {
    case .value: false
    case .tombstone: true
    case .expiringValue: moment <= now()
    }
  }

  /// The same change without its value: the key holds nothing.
  var tombstone: Record {
    Record(.tombstone, body: key, keyLength: keyLength, sequence: sequence)
  }

  private var moment: UnixMilliseconds {
    UInt64(littleEndian: (body.start - 8).loadUnaligned(as: UInt64.self))
  }
}

extension Record: CustomStringConvertible {
  /// The record in a few words: `put a = 1 @7`, `delete a @8`; without a number, where it has none.
  public var description: String {
    let name = Escaping.escape(key)
    let place = sequence == 0 ? "" : " @\(sequence)"
    switch kind {
    case .value: return "put \(name) = \(Escaping.escape(value))\(place)"
    case .tombstone: return "delete \(name)\(place)"
    case .expiringValue:
      return "put \(name) = \(Escaping.escape(value)) until \(moment)\(place)"
    }
  }
}
