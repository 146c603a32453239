import StrataCore

/// What kind of file it is; the number stands in its header.
public enum FileKind: UInt8, Sendable, CaseIterable {
  /// The list of live files: `MANIFEST`.
  case manifest = 1
  /// A write-ahead log: `000001.wal`.
  case log = 2
  /// A sorted segment: `000002.seg`.
  case segment = 3

  /// The kind in a word.
  public var name: String {
    switch self {
    case .manifest: "manifest"
    case .log: "log"
    case .segment: "segment"
    }
  }
}

/// The first 40 bytes of every file: what it is, and whose.
///
/// | offset | size | meaning |
/// |---:|---:|---|
/// | 0 | 8 | magic: `89 53 54 52 41 54 41 0A`, that is 0x89, `STRATA`, newline |
/// | 8 | 2 | version of the format, 1 |
/// | 10 | 1 | kind: 1 manifest, 2 log, 3 segment |
/// | 11 | 1 | zero |
/// | 12 | 4 | the file's number; 0 for the manifest |
/// | 16 | 16 | identity of the store |
/// | 32 | 4 | zero |
/// | 36 | 4 | CRC-32C of bytes 0 to 35 |
///
/// All integers in all files are little-endian. The magic begins with a byte that is no text and
/// ends with a newline, so that a transfer that "repairs" text is noticed (an idea of PNG's).
/// Number and identity tell a file that was renamed, or copied from another store, from ours.
public struct FileHeader: Equatable, Sendable {
  /// The size of every header in bytes.
  public static let size = 40
  /// The version that this code writes.
  public static let currentVersion: UInt16 = 1
  static let magic: UInt64 = 0x0A41_5441_5254_5389

  /// What kind of file it is.
  public var kind: FileKind
  /// Its number, which its name repeats.
  public var number: UInt32
  /// Whose file it is.
  public var identity: StoreIdentity

  /// A header to be written.
  public init(kind: FileKind, number: UInt32, identity: StoreIdentity) {
    self.kind = kind
    self.number = number
    self.identity = identity
  }

  /// Appends the 40 bytes.
  public func encode(into buffer: inout ByteBuffer) {
    let start = buffer.count
    buffer.append(Self.magic)
    buffer.append(Self.currentVersion)
    buffer.append(kind.rawValue)
    buffer.append(UInt8(0))
    buffer.append(number)
    buffer.append(identity.high)
    buffer.append(identity.low)
    buffer.append(UInt32(0))
    buffer.append(CRC32C.checksum(of: buffer.view.slice(at: start, count: 36)))
  }

  /// True when the bytes begin with a complete header whose checksum matches.
  static func isSound(_ bytes: ByteView) -> Bool {
    bytes.count >= size
      && bytes.uint32(at: 36) == CRC32C.checksum(of: bytes.slice(at: 0, count: 36))
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
      throw damaged(0, "this is not a file of a Strata store")
    }
    guard Self.isSound(bytes) else {
      throw damaged(36, "the checksum of the file header does not match")
    }
    let version = bytes.uint16(at: 8)
    guard version == Self.currentVersion else {
      throw damaged(
        8,
        version > Self.currentVersion
          ? "format version \(version) is newer than this program; use a newer one"
          : "there is no format version \(version)")
    }
    guard let kind = FileKind(rawValue: bytes[10]) else {
      throw damaged(10, "\(bytes[10]) is no kind of file")
    }
    self.kind = kind
    number = bytes.uint32(at: 12)
    identity = StoreIdentity(high: bytes.uint64(at: 16), low: bytes.uint64(at: 24))
  }

  /// Refuses a file that is sound but not the one that was expected here.
  package func check(
    kind: FileKind, number: UInt32, identity: StoreIdentity, file: String
  ) throws(StoreError) {
    guard self.kind == kind else {
      throw .corrupt(
        file: file, offset: 10, reason: "this is a \(self.kind.name), not a \(kind.name)")
    }
    guard self.number == number else {
      throw .corrupt(
        file: file, offset: 12, reason: "this is file number \(self.number) under a wrong name")
    }
    guard self.identity == identity else {
      throw .corrupt(file: file, offset: 16, reason: "this file belongs to another store")
    }
  }
}

/// The names of a store's files.
public enum FileName {
  /// The list of live files.
  public static let manifest = "MANIFEST"
  /// The manifest while it is being written.
  static let newManifest = "MANIFEST.tmp"

  /// The name of a log or a segment: six digits or more, and what it is.
  public static func of(_ kind: FileKind, _ number: UInt32) -> String {
    switch kind {
    case .manifest: manifest
    case .log: padded(number) + ".wal"
    case .segment: padded(number) + ".seg"
    }
  }

  /// A segment while it is being written.
  static func temporarySegment(_ number: UInt32) -> String { padded(number) + ".seg.tmp" }

  /// Kind and number of a log or segment's name; nil for any other name.
  static func parse(_ name: String) -> (kind: FileKind, number: UInt32)? {
    // Bytes, not characters: opening a store should not consult Unicode's tables.
    let digits = name.utf8.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    guard let number = UInt32(Substring(digits)), number < .max - 1_000_000 else { return nil }
    if name == of(.log, number) { return (.log, number) }
    return name == of(.segment, number) ? (.segment, number) : nil
  }

  /// The number in the name of a temporary that recovery removes; nil for any other name.
  static func parseTemporary(_ name: String) -> UInt32? {
    if name == newManifest { return 0 }
    guard name.hasSuffix(".seg.tmp"), let number = UInt32(name.prefix { $0 != "." }) else {
      return nil
    }
    return name == temporarySegment(number) ? number : nil
  }

  private static func padded(_ number: UInt32) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }
}
