import StrataCore

/// The first 56 bytes of every file: what it is, whose, and what it continues.
///
/// | offset | size | meaning |
/// |---:|---:|---|
/// | 0 | 8 | magic: `89 42 49 54 43 53 4B 0A`, that is 0x89, `BITCSK`, newline |
/// | 8 | 2 | version of the format, 1 |
/// | 10 | 1 | kind: 1 data, 2 merged data, 3 hint |
/// | 11 | 1 | zero |
/// | 12 | 4 | the file's number, which its name repeats |
/// | 16 | 16 | identity of the store |
/// | 32 | 8 | changes made before this file |
/// | 40 | 8 | when it was made, in ms since 1970; in a hint: when its data file was |
/// | 48 | 4 | number of the data file before this one; `FF FF FF FF` when there was none |
/// | 52 | 4 | CRC-32C of bytes 0 to 51 |
///
/// All integers are little-endian. A merged file stands for every data file with a smaller number: that is
/// the whole trick of an atomic merge, because one rename makes it true.
///
/// The header's checksum is what the checksums of the file's records begin with. So a record of another
/// file, or one that an earlier file left in the same sectors, is never taken for one of this file's.
public struct BitcaskFileHeader: Equatable, Sendable {
  /// The size in bytes.
  public static let size = 56
  /// The version that this code writes.
  public static let currentVersion: UInt16 = 1
  static let magic: UInt64 = 0x0A4B_5343_5449_4289
  /// What stands where there is no data file before this one.
  static let none: UInt32 = .max

  /// What kind of file it is; the number stands in its header.
  public enum Kind: UInt8, Sendable, CaseIterable {
    /// Records in the order in which they were written.
    case data = 1
    /// The living records of all data files with smaller numbers.
    case merged = 2
    /// Where the records of a data file lie.
    case hint = 3

    /// The kind in a word.
    public var name: String {
      switch self {
      case .data: "data"
      case .merged: "merged data"
      case .hint: "hint"
      }
    }
  }

  /// What kind of file it is.
  public var kind: Kind
  /// Its number.
  public var number: UInt32
  /// Whose file it is.
  public var identity: StoreIdentity
  /// Changes made before this file.
  public var changesBefore: UInt64
  /// When it was made.
  public var created: UnixMilliseconds
  /// The data file before this one.
  public var previous: UInt32

  /// The 56 bytes.
  var encoded: [UInt8] {
    var buffer = ByteBuffer(capacity: Self.size)
    buffer.append(Self.magic)
    buffer.append(Self.currentVersion)
    buffer.append(kind.rawValue)
    buffer.append(UInt8(0))
    buffer.append(number)
    buffer.append(identity.high)
    buffer.append(identity.low)
    buffer.append(changesBefore)
    buffer.append(created)
    buffer.append(previous)
    buffer.append(CRC32C.checksum(of: buffer.view))
    return buffer.view.array
  }

  /// What the checksums of the file's records begin with.
  var checksum: UInt32 { ByteView.withBytes(of: encoded) { $0.uint32(at: 52) } }

  /// True when the bytes begin with a complete header whose checksum matches.
  static func isSound(_ bytes: ByteView) -> Bool {
    bytes.count >= size
      && bytes.uint32(at: 52) == CRC32C.checksum(of: bytes.slice(at: 0, count: 52))
  }

  /// Reads the header of a file and says what is wrong with it.
  ///
  /// - Throws: `StoreError.corrupt` naming `file` and the offset.
  public init(decoding bytes: ByteView, file: String) throws(StoreError) {
    func damaged(_ offset: Int, _ reason: String) -> StoreError {
      .corrupt(file: file, offset: offset, reason: reason)
    }
    guard bytes.count >= Self.size else {
      throw damaged(bytes.count, "the file ends within its header")
    }
    guard bytes.uint64(at: 0) == Self.magic else {
      throw damaged(0, "this is not a file of a Bitcask store")
    }
    guard Self.isSound(bytes) else {
      throw damaged(52, "the checksum of the file header does not match")
    }
    let version = bytes.uint16(at: 8)
    guard version == Self.currentVersion else {
      throw damaged(
        8,
        version > Self.currentVersion
          ? "format version \(version) is newer than this program; use a newer one"
          : "there is no format version \(version)")
    }
    guard let kind = Kind(rawValue: bytes[10]) else {
      throw damaged(10, "\(bytes[10]) is no kind of file")
    }
    self.kind = kind
    number = bytes.uint32(at: 12)
    identity = StoreIdentity(high: bytes.uint64(at: 16), low: bytes.uint64(at: 24))
    changesBefore = bytes.uint64(at: 32)
    created = bytes.uint64(at: 40)
    previous = bytes.uint32(at: 48)
  }

  /// A header to be written.
  init(
    kind: Kind, number: UInt32, identity: StoreIdentity, changesBefore: UInt64,
    created: UnixMilliseconds, previous: UInt32
  ) {
    self.kind = kind
    self.number = number
    self.identity = identity
    self.changesBefore = changesBefore
    self.created = created
    self.previous = previous
  }

  /// The header of the hint that belongs to this data file.
  var ofHint: BitcaskFileHeader {
    var header = self
    header.kind = .hint
    return header
  }
}

/// The names of a Bitcask store's files.
public enum BitcaskFileName {
  /// What stands before the dot.
  public enum Role: String, Sendable {
    case data, hint
  }

  /// `data.0`, `hint.12`.
  public static func of(_ role: Role, _ number: UInt32) -> String { "\(role.rawValue).\(number)" }

  /// The same while it is being written.
  static func temporary(_ role: Role, _ number: UInt32) -> String { of(role, number) + ".tmp" }

  /// Role and number of a name; nil for any other name.
  public static func parse(_ name: String) -> (role: Role, number: UInt32)? {
    let parts = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 2, let role = Role(rawValue: String(Substring(parts[0]))),
      let number = UInt32(Substring(parts[1])), number <= lastNumber, of(role, number) == name
    else { return nil }
    return (role, number)
  }

  /// The same of a temporary's name.
  static func parseTemporary(_ name: String) -> (role: Role, number: UInt32)? {
    name.hasSuffix(".tmp") ? parse(String(name.dropLast(4))) : nil
  }

  /// Numbers end here; a store that has used them up says so.
  static let lastNumber: UInt32 = .max - 1_000_000
}
