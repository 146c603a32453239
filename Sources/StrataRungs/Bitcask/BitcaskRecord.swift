import StrataCore

/// One change of one key, as it lies in a data file.
///
/// | offset | size | meaning |
/// |---:|---:|---|
/// | 0 | 4 | CRC-32C of bytes 4 to 39, begun with the checksum of the file's header |
/// | 4 | 4 | CRC-32C of key and value |
/// | 8 | 8 | timestamp: when it was written, in ms since 1970 |
/// | 16 | 4 | length of the key |
/// | 20 | 4 | length of the value |
/// | 24 | 8 | expires: from this time on the key holds nothing, in ms since 1970; 0 for other kinds |
/// | 32 | 4 | synced: so many bytes of this file were on the disk when this was written |
/// | 36 | 3 | changes of the same batch that follow |
/// | 39 | 1 | kind: 1 value, 2 tombstone, 3 expiring value, 4 synced mark |
/// | 40 | | the key, then the value |
///
/// The lengths have a checksum of their own: with one for everything, a damaged length looks like a record
/// that the crash cut short, and everything behind it would be dropped as if it had never been written.
/// `synced` tells the two apart as well: what a later record knows to be on the disk cannot be torn.
/// A *synced mark* has neither key nor value. A clean close ends the file with one; and so does every file
/// but the newest, so that one that lost its end is noticed wherever it was cut.
///
/// The timestamp is for people. What is newer is decided by the file's number and the offset, never by a
/// clock.
struct BitcaskRecord {
  enum Kind: UInt8 {
    case value = 1
    case tombstone = 2
    case expiringValue = 3
    case mark = 4

    var name: String {
      switch self {
      case .value: "value"
      case .tombstone: "tombstone"
      case .expiringValue: "expiring value"
      case .mark: "synced mark"
      }
    }
  }

  static let headerSize = 40
  /// A batch may have so many changes, because three bytes count them.
  static let maximumBatchCount = 1 << 24

  let kind: Kind
  let timestamp: UnixMilliseconds
  let keyLength: Int
  let valueLength: Int
  /// `.max`: never.
  let expiresAt: UnixMilliseconds
  let synced: Int
  let following: Int

  /// All of its bytes.
  var size: Int { Self.headerSize + keyLength + valueLength }

  /// Why bytes are not a record.
  enum Defect: Error {
    /// There are fewer bytes than a header, or than the header says.
    case incomplete
    case headerChecksum
    case bodyChecksum
    case nonsense

    var reason: String {
      switch self {
      case .incomplete: "the file ends within a record"
      case .headerChecksum: "the checksum of the record's header does not match"
      case .bodyChecksum: "the checksum of the record's key and value does not match"
      case .nonsense: "the record's header is sound, but says what no store writes"
      }
    }
  }

  // MARK: Reading

  /// Reads the header at the beginning of `bytes`, and believes it only when its checksum matches.
  init(header bytes: ByteView, seed: UInt32) throws(Defect) {
    guard bytes.count >= Self.headerSize else { throw .incomplete }
    guard
      bytes.uint32(at: 0)
        == CRC32C.checksum(of: bytes.slice(at: 4, count: Self.headerSize - 4), continuing: seed)
    else { throw .headerChecksum }
    try self.init(unchecked: bytes)
  }

  private init(unchecked bytes: ByteView) throws(Defect) {
    let last = bytes.uint32(at: 36)
    guard let kind = Kind(rawValue: UInt8(last >> 24)) else { throw .nonsense }
    self.kind = kind
    timestamp = bytes.uint64(at: 8)
    keyLength = Int(bytes.uint32(at: 16))
    valueLength = Int(bytes.uint32(at: 20))
    expiresAt = kind == .expiringValue ? bytes.uint64(at: 24) : .max
    synced = Int(bytes.uint32(at: 32))
    following = Int(last & 0xFF_FFFF)
    guard keyLength <= Key.maximumLength, valueLength <= Value.maximumLength else {
      throw .nonsense
    }
  }

  /// Checks key and value of a whole record.
  func checkBody(_ bytes: ByteView) throws(Defect) {
    guard bytes.count >= size else { throw .incomplete }
    let body = bytes.slice(at: Self.headerSize, count: keyLength + valueLength)
    guard bytes.uint32(at: 4) == CRC32C.checksum(of: body) else { throw .bodyChecksum }
  }

  func key(in bytes: ByteView) -> ByteView { bytes.slice(at: Self.headerSize, count: keyLength) }

  func value(in bytes: ByteView) -> ByteView {
    bytes.slice(at: Self.headerSize + keyLength, count: valueLength)
  }

  // MARK: Writing

  /// Appends a record whose header is not sealed yet.
  static func append(
    _ kind: Kind, _ key: ByteView, _ value: ByteView, timestamp: UnixMilliseconds,
    expiresAt: UnixMilliseconds?, following: Int, to buffer: inout ByteBuffer
  ) {
    let start = buffer.count
    buffer.append(UInt32(0))
    buffer.append(UInt32(0))
    buffer.append(timestamp)
    buffer.append(UInt32(key.count))
    buffer.append(UInt32(value.count))
    buffer.append(expiresAt ?? 0)
    buffer.append(UInt32(0))
    buffer.append(UInt32(following) | UInt32(kind.rawValue) << 24)
    buffer.append(key)
    buffer.append(value)
    let body = buffer.view.slice(at: start + headerSize, count: key.count + value.count)
    buffer.set(CRC32C.checksum(of: body), at: start + 4)
  }

  /// A synced mark.
  static func mark(at time: UnixMilliseconds, synced: Int, seed: UInt32) -> [UInt8] {
    var buffer = ByteBuffer(capacity: headerSize)
    append(.mark, .empty, .empty, timestamp: time, expiresAt: nil, following: 0, to: &buffer)
    seal(&buffer, at: 0, synced: synced, seed: seed)
    return buffer.view.array
  }

  /// Completes the header of the record at `offset` with what only its file knows.
  static func seal(_ buffer: inout ByteBuffer, at offset: Int, synced: Int, seed: UInt32) {
    buffer.set(UInt32(clamping: synced), at: offset + 32)
    let header = buffer.view.slice(at: offset + 4, count: headerSize - 4)
    buffer.set(CRC32C.checksum(of: header, continuing: seed), at: offset)
  }
}
