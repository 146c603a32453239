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

/// One change of one key, encoded: the same bytes in the log, in memory and in a segment.
///
/// | offset | size | meaning |
/// |---:|---:|---|
/// | 0 | 4 | header checksum: CRC-32C of bytes 4 to 23 |
/// | 4 | 4 | body checksum: CRC-32C of the body |
/// | 8 | 4 | length of the value |
/// | 12 | 3 | length of the key |
/// | 15 | 1 | kind: 1 value, 2 tombstone, 3 expiring value |
/// | 16 | 8 | sequence number |
/// | 24 | 8 | only in an expiring value: the moment, in milliseconds since 1970 |
/// | 24 or 32 | | the key, then the value |
///
/// Why **two** checksums? With one, a flipped bit in a length cannot be told from a record whose end
/// was never written: the checksum would be looked for in the wrong place. The header's own checksum
/// makes the lengths trustworthy *before* they are used, and then a record that is cut off and a
/// record that is damaged are different things. It also means that nothing is allocated, and no byte
/// beyond the file is looked at, on the word of a damaged length.
///
/// A `Record` is a view of such bytes, already checked. It copies nothing and lives as long as they do.
public struct Record: Sendable {
  /// The size of the part before the body.
  public static let headerSize = 24
  /// No sequence number is larger.
  public static let maximumSequence = UInt64.max >> 1

  /// The whole record, header included.
  public let bytes: ByteView

  /// A view of bytes that are known to be a sound record.
  @inline(__always)
  init(trusted bytes: ByteView) { self.bytes = bytes }

  /// A view of a sound record that starts here and is as long as its header says.
  @inline(__always)
  init(trustedAt start: UnsafeRawPointer) {
    let header = ByteView(start: start, count: Self.headerSize)
    bytes = ByteView(start: start, count: Self.encodedSize(header))
  }

  /// What it says about the key.
  @inline(__always)
  public var kind: RecordKind { RecordKind(rawValue: bytes[15]).unsafelyUnwrapped }

  /// Its place in the order of all changes of the store.
  @inline(__always)
  public var sequence: UInt64 { bytes.uint64(at: 16) }

  /// The key.
  @inline(__always)
  public var key: ByteView {
    bytes.slice(at: Self.keyOffset(bytes), count: Int(bytes.uint32(at: 12) & 0xFF_FFFF))
  }

  /// The value; empty for a tombstone.
  @inline(__always)
  public var value: ByteView { bytes.suffix(from: bytes.count - Int(bytes.uint32(at: 8))) }

  /// When the value expires; nil: never.
  @inline(__always)
  public var expiresAt: UnixMilliseconds? { kind == .expiringValue ? bytes.uint64(at: 24) : nil }

  /// True when the key was deleted or its value has expired.
  @inline(__always)
  public func isDead(at now: @autoclosure () -> UnixMilliseconds) -> Bool {
    switch kind {
    case .value: false
    case .tombstone: true
    case .expiringValue: bytes.uint64(at: 24) <= now()
    }
  }

  @inline(__always)
  static func keyOffset(_ bytes: ByteView) -> Int {
    headerSize + (bytes[15] == RecordKind.expiringValue.rawValue ? 8 : 0)
  }

  /// The size that a header, already checked, gives its record.
  @inline(__always)
  static func encodedSize(_ header: ByteView) -> Int {
    keyOffset(header) + Int(header.uint32(at: 12) & 0xFF_FFFF) + Int(header.uint32(at: 8))
  }
}

extension Record: CustomStringConvertible {
  /// The record in a few words: `put a = 1 @7`, `delete a @8`.
  public var description: String {
    let name = Escaping.escape(key)
    switch kind {
    case .value: return "put \(name) = \(Escaping.escape(value)) @\(sequence)"
    case .tombstone: return "delete \(name) @\(sequence)"
    case .expiringValue:
      let moment = bytes.uint64(at: 24)
      return "put \(name) = \(Escaping.escape(value)) until \(moment) @\(sequence)"
    }
  }
}
