import StrataCore

/// What can be wrong with the bytes of a record.
///
/// The first two mean that the bytes *end too early*; all others, that they are *not what was written*.
/// A log that was cut off by a crash shows only the first two at its end.
public enum RecordDefect: Error, Equatable, Sendable {
  /// Fewer bytes than a header.
  case headerIncomplete
  /// The header is sound; the body ends too early.
  case bodyIncomplete
  /// The header's checksum does not match.
  case headerChecksum
  /// The body's checksum does not match.
  case bodyChecksum
  /// The only checksum does not match.
  case checksum
  /// The checksums match, but no writer of ours writes such a thing.
  case impossible(String)

  /// What is wrong, in a few words.
  public var reason: String {
    switch self {
    case .headerIncomplete: "the file ends within a record's header"
    case .bodyIncomplete: "the file ends within a record's body"
    case .headerChecksum: "the checksum of a record's header does not match"
    case .bodyChecksum: "the checksum of a record's body does not match"
    case .checksum: "the checksum of a record does not match"
    case .impossible(let what): "a record has \(what)"
    }
  }
}

/// Records to the log's bytes and back.
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
///     var buffer = ByteBuffer()
///     RecordCodec.append(.value, key: key, value: value, to: &buffer)
///     RecordCodec.setSequence(7, at: 0, in: &buffer)
///     try RecordCodec.decode(buffer.view, at: 0).sequence     // 7
///
/// Encoding takes two steps, because a change gets its place in the order late: whoever wants it
/// encodes it, with the costly body checksum, at leisure; the sequence number and the checksum of the
/// short header follow when it is its turn to be written.
public enum RecordCodec {
  /// The size of the part before the body.
  public static let headerSize = 24

  /// Appends a record whose sequence number is still to be set.
  public static func append(
    _ kind: RecordKind, key: ByteView, value: ByteView, expiresAt: UnixMilliseconds? = nil,
    to buffer: inout ByteBuffer
  ) {
    let start = buffer.count
    buffer.reserve(headerSize + 8 + key.count + value.count)
    buffer.append(UInt64(0))  // both checksums, set below and in `setSequence`
    buffer.append(UInt32(value.count))
    buffer.append(UInt32(key.count) | UInt32(kind.rawValue) << 24)
    buffer.append(UInt64(0))  // the sequence number
    if let expiresAt { buffer.append(expiresAt) }
    buffer.append(key)
    buffer.append(value)
    let body = buffer.view.suffix(from: start + headerSize)
    buffer.set(CRC32C.checksum(of: body), at: start + 4)
  }

  /// Gives the record at `offset` its place in the order, and seals its header.
  ///
  /// - Returns: the offset behind the record.
  @discardableResult
  public static func setSequence(
    _ sequence: UInt64, at offset: Int, in buffer: inout ByteBuffer
  ) -> Int {
    buffer.set(sequence, at: offset + 16)
    let header = buffer.view.slice(at: offset, count: headerSize)
    let size = encodedSize(header)
    buffer.set(CRC32C.checksum(of: header.suffix(from: 4)), at: offset)
    return offset + size
  }

  /// The record at `offset`, after everything about it was checked.
  @inline(__always)
  public static func decode(_ bytes: ByteView, at offset: Int) throws(RecordDefect) -> Record {
    // A sound record, nearly always: both checksums at once, by lengths that are not trusted yet but
    // keep the limits and lie within the bytes. What is wrong with any other is told by the careful way.
    if bytes.holds(headerSize, at: offset) {
      let header = bytes.slice(at: offset, count: headerSize)
      let size = encodedSize(header)
      if bytes.holds(size, at: offset), isWithinLimits(header) {
        let record = bytes.slice(at: offset, count: size)
        let (headerChecksum, bodyChecksum) = CRC32C.checksums(
          header.suffix(from: 4), record.suffix(from: headerSize))
        if headerChecksum == header.uint32(at: 0), bodyChecksum == header.uint32(at: 4) {
          return trusted(at: record.start)
        }
      }
    }
    throw defect(of: bytes, at: offset)
  }

  /// The record that begins here, known to be sound.
  @inline(__always)
  static func trusted(at start: UnsafeRawPointer) -> Record {
    let header = ByteView(start: start, count: headerSize)
    let keyLength = header.uint32(at: 12) & 0xFF_FFFF
    return Record(
      RecordKind(rawValue: header[15]).unsafelyUnwrapped,
      body: ByteView(
        start: start + bodyOffset(header), count: Int(keyLength) + Int(header.uint32(at: 8))),
      keyLength: keyLength, sequence: header.uint64(at: 16))
  }

  /// The bytes that a record takes in the log.
  @inline(__always)
  static func size(of record: Record) -> Int {
    headerSize + (record.kind == .expiringValue ? 8 : 0) + record.body.count
  }

  /// Where in its record the key begins.
  @inline(__always)
  static func bodyOffset(_ header: ByteView) -> Int {
    headerSize + (header[15] == RecordKind.expiringValue.rawValue ? 8 : 0)
  }

  /// The size that a header, already checked, gives its record.
  @inline(__always)
  static func encodedSize(_ header: ByteView) -> Int {
    bodyOffset(header) + Int(header.uint32(at: 12) & 0xFF_FFFF) + Int(header.uint32(at: 8))
  }

  /// What is wrong with bytes that are no sound record; the first thing that is.
  @inline(never)
  private static func defect(of bytes: ByteView, at offset: Int) -> RecordDefect {
    guard bytes.holds(headerSize, at: offset) else { return .headerIncomplete }
    let header = bytes.slice(at: offset, count: headerSize)
    guard CRC32C.checksum(of: header.suffix(from: 4)) == header.uint32(at: 0) else {
      return .headerChecksum
    }
    if !isWithinLimits(header) { return limitDefect(header) }
    return bytes.holds(encodedSize(header), at: offset) ? .bodyChecksum : .bodyIncomplete
  }

  @inline(__always)
  private static func isWithinLimits(_ header: ByteView) -> Bool {
    let kind = header[15]
    let valueLength = header.uint32(at: 8)
    return kind >= RecordKind.value.rawValue && kind <= RecordKind.expiringValue.rawValue
      && header.uint32(at: 12) & 0xFF_FFFF <= UInt32(Key.maximumLength)
      && valueLength <= UInt32(Value.maximumLength)
      && (kind != RecordKind.tombstone.rawValue || valueLength == 0)
      && header.uint64(at: 16) <= Record.maximumSequence
  }

  /// Which limit a header, whose checksum is right, does not keep.
  private static func limitDefect(_ header: ByteView) -> RecordDefect {
    if RecordKind(rawValue: header[15]) == nil {
      return .impossible("the unknown kind \(header[15])")
    }
    if header.uint32(at: 12) & 0xFF_FFFF > UInt32(Key.maximumLength) {
      return .impossible("a key longer than \(Key.maximumLength) bytes")
    }
    if header.uint64(at: 16) > Record.maximumSequence {
      return .impossible("the sequence number \(header.uint64(at: 16))")
    }
    return .impossible("a value of \(header.uint32(at: 8)) bytes")
  }
}
