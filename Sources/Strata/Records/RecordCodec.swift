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
  /// The header is sound, but no writer of ours writes such a thing.
  case impossible(String)

  /// What is wrong, in a few words.
  public var reason: String {
    switch self {
    case .headerIncomplete: "the file ends within a record's header"
    case .bodyIncomplete: "the file ends within a record's body"
    case .headerChecksum: "the checksum of a record's header does not match"
    case .bodyChecksum: "the checksum of a record's body does not match"
    case .impossible(let what): "a record has \(what)"
    }
  }
}

/// Records to bytes and back: the only place that knows how.
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
  /// Appends a record whose sequence number is still to be set.
  public static func append(
    _ kind: RecordKind, key: ByteView, value: ByteView, expiresAt: UnixMilliseconds? = nil,
    to buffer: inout ByteBuffer
  ) {
    let start = buffer.count
    buffer.reserve(Record.headerSize + 8 + key.count + value.count)
    buffer.append(UInt64(0))  // both checksums, set below and in `setSequence`
    buffer.append(UInt32(value.count))
    buffer.append(UInt32(key.count) | UInt32(kind.rawValue) << 24)
    buffer.append(UInt64(0))  // the sequence number
    if let expiresAt { buffer.append(expiresAt) }
    buffer.append(key)
    buffer.append(value)
    let body = buffer.view.suffix(from: start + Record.headerSize)
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
    let header = buffer.view.slice(at: offset, count: Record.headerSize)
    let size = Record.encodedSize(header)
    buffer.set(CRC32C.checksum(of: header.suffix(from: 4)), at: offset)
    return offset + size
  }

  /// The record at `offset`, after everything about it was checked.
  @inline(__always)
  public static func decode(_ bytes: ByteView, at offset: Int) throws(RecordDefect) -> Record {
    guard bytes.holds(Record.headerSize, at: offset) else { throw .headerIncomplete }
    let header = bytes.slice(at: offset, count: Record.headerSize)
    guard CRC32C.checksum(of: header.suffix(from: 4)) == header.uint32(at: 0) else {
      throw .headerChecksum
    }
    try checkLimits(header)
    let size = Record.encodedSize(header)
    guard bytes.holds(size, at: offset) else { throw .bodyIncomplete }
    let record = Record(trusted: bytes.slice(at: offset, count: size))
    guard CRC32C.checksum(of: record.bytes.suffix(from: Record.headerSize)) == header.uint32(at: 4)
    else { throw .bodyChecksum }
    return record
  }

  @inline(__always)
  private static func checkLimits(_ header: ByteView) throws(RecordDefect) {
    guard let kind = RecordKind(rawValue: header[15]) else {
      throw .impossible("the unknown kind \(header[15])")
    }
    guard header.uint32(at: 12) & 0xFF_FFFF <= UInt32(Key.maximumLength) else {
      throw .impossible("a key longer than \(Key.maximumLength) bytes")
    }
    let valueLength = header.uint32(at: 8)
    guard valueLength <= UInt32(Value.maximumLength), kind != .tombstone || valueLength == 0 else {
      throw .impossible("a value of \(valueLength) bytes")
    }
    guard header.uint64(at: 16) <= Record.maximumSequence else {
      throw .impossible("the sequence number \(header.uint64(at: 16))")
    }
  }
}
