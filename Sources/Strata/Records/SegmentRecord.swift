import StrataCore

/// Records to the bytes of a segment and back: six bytes beside key and value, as a rule.
///
/// | size | meaning |
/// |---:|---|
/// | 4 | CRC-32C of everything behind it |
/// | 1 to 3 | four times the length of the key, plus the kind: 1 value, 2 tombstone, 3 expiring value |
/// | 1 to 5 | length of the value |
/// | 8 | only in an expiring value: the moment, in milliseconds since 1970 |
/// | | the key, then the value |
///
/// The two lengths are *varints*: seven bits a byte, the lowest first; the highest bit says that
/// another byte follows.
///
/// Why **one** checksum here, when the log needs two? A segment is complete, or the manifest does not
/// name it: no end can be missing, so a wrong checksum is damage, whatever byte it was. And nobody has
/// to trust a length to find the next record: fence and index know where records begin. There is no
/// sequence number either: a segment has each key once, and its run says what is newer.
enum SegmentRecord {
  /// The most that a record takes beside key and value.
  static let largestOverhead = 4 + 3 + 5 + 8

  /// The bytes that a record takes in a segment.
  @inline(__always)
  static func size(of record: Record) -> Int {
    4 + varintSize(record.key.count << 2) + varintSize(record.value.count)
      + (record.kind == .expiringValue ? 8 : 0) + record.body.count
  }

  @inline(__always)
  fileprivate static func varintSize(_ number: Int) -> Int {
    max(1, (Int.bitWidth - number.leadingZeroBitCount + 6) / 7)
  }

  /// Appends a record; returns where in the buffer its key begins.
  @inline(__always)
  static func append(_ record: Record, to buffer: inout ByteBuffer) -> Int {
    let start = buffer.count
    let key = record.key
    let value = record.value
    buffer.reserve(largestOverhead + record.body.count)
    buffer.append(UInt32(0))  // the checksum, set below
    buffer.appendVarint(UInt64(key.count) << 2 | UInt64(record.kind.rawValue))
    buffer.appendVarint(UInt64(value.count))
    if let expiresAt = record.expiresAt { buffer.append(expiresAt) }
    let keyPlace = buffer.count
    buffer.append(record.body)
    buffer.set(CRC32C.checksum(of: buffer.view.suffix(from: start + 4)), at: start)
    return keyPlace
  }

  /// The record at `offset`, after everything about it was checked, and the offset behind it.
  @inline(__always)
  static func decode(
    _ bytes: ByteView, at offset: Int
  ) throws(RecordDefect) -> (record: Record, end: Int) {
    if let found = sound(bytes, at: offset) { return found }
    throw defect(of: bytes, at: offset)
  }

  /// The same, but nil when anything is wrong.
  @inline(__always)
  static func sound(_ bytes: ByteView, at offset: Int) -> (record: Record, end: Int)? {
    guard let record = unchecked(bytes, at: offset) else { return nil }
    let start = bytes.start + offset
    let size = record.end - start
    guard
      CRC32C.checksum(of: ByteView(start: start + 4, count: size &- 4))
        == UInt32(littleEndian: start.loadUnaligned(as: UInt32.self))
    else { return nil }
    return (record, offset &+ size)
  }

  /// What the lengths at `offset` say, which nobody has checked: a record within the bytes, or nil.
  ///
  /// It is not to be handed out before its checksum is found to be right.
  @inline(__always)
  static func unchecked(_ bytes: ByteView, at offset: Int) -> Record? {
    // Nearly always, it is a value, and both its lengths take one byte.
    if bytes.holds(largestShort, at: offset) {
      let start = bytes.start + offset
      let lengths = UInt16(littleEndian: start.loadUnaligned(fromByteOffset: 4, as: UInt16.self))
      if lengths & 0x8083 == UInt16(RecordKind.value.rawValue) {
        let keyLength = UInt32(lengths >> 2 & 0x1F)
        return Record(
          .value, body: ByteView(start: start + 6, count: Int(keyLength) &+ Int(lengths >> 8)),
          keyLength: keyLength, sequence: 0)
      }
    }
    return uncheckedLong(bytes, at: offset)
  }

  /// The most that a value takes both of whose lengths take one byte.
  private static let largestShort = 4 + 1 + 1 + 31 + 127

  @inline(never)
  private static func uncheckedLong(_ bytes: ByteView, at offset: Int) -> Record? {
    guard let shape = Shape(bytes, at: offset), bytes.holds(shape.size, at: offset),
      let kind = shape.kind
    else { return nil }
    return Record(
      kind,
      body: ByteView(
        start: bytes.start + (offset &+ shape.bodyOffset),
        count: shape.keyLength &+ shape.valueLength),
      keyLength: UInt32(truncatingIfNeeded: shape.keyLength), sequence: 0)
  }

  /// What is wrong with bytes that are no sound record.
  @inline(never)
  private static func defect(of bytes: ByteView, at offset: Int) -> RecordDefect {
    guard let shape = Shape(bytes, at: offset), bytes.holds(shape.size, at: offset),
      CRC32C.checksum(of: bytes.slice(at: offset + 4, count: shape.size - 4))
        == bytes.uint32(at: offset)
    else { return .checksum }
    return .impossible(
      shape.rawKind == 0 ? "the unknown kind 0" : "a value, although it is a tombstone")
  }

  /// Where the parts of a record lie, as its first bytes say; not to be trusted before the checksum is.
  struct Shape {
    var rawKind: UInt8
    var keyLength: Int
    var valueLength: Int
    /// Where in its record the key begins.
    var bodyOffset: Int

    var keyLengthSize: Int { SegmentRecord.varintSize(keyLength << 2) }
    var valueLengthSize: Int { SegmentRecord.varintSize(valueLength) }

    /// Nil: there is no such record.
    var kind: RecordKind? {
      let isPossible = rawKind != RecordKind.tombstone.rawValue || valueLength == 0
      return isPossible ? RecordKind(rawValue: rawKind) : nil
    }
    var size: Int { bodyOffset &+ keyLength &+ valueLength }

    /// Nil: no record that keeps the limits begins so.
    init?(_ bytes: ByteView, at offset: Int) {
      var place = offset + 4
      guard offset >= 0, let first = bytes.varint(at: &place),
        let second = bytes.varint(at: &place),
        first >> 2 <= UInt64(Key.maximumLength), second <= UInt64(Value.maximumLength)
      else { return nil }
      rawKind = UInt8(truncatingIfNeeded: first & 3)
      keyLength = Int(first >> 2)
      valueLength = Int(second)
      bodyOffset = place - offset + (rawKind == RecordKind.expiringValue.rawValue ? 8 : 0)
    }
  }
}

extension ByteView {
  /// The varint at `offset`, which then stands behind it; nil when it is cut off or longer than 5 bytes.
  fileprivate func varint(at offset: inout Int) -> UInt64? {
    var number: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 35, by: 7) {
      guard holds(1, at: offset) else { return nil }
      let byte = self[offset]
      offset += 1
      number |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return number }
    }
    return nil
  }
}

extension ByteBuffer {
  @inline(__always)
  fileprivate mutating func appendVarint(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }
}
