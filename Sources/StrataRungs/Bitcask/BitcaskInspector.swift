import StrataCore

/// A data file or a hint, piece by piece, with the meaning of every byte; needs nothing but the file.
///
/// Every checksum is computed again; behind a damaged record it goes on at the next place that proves
/// itself.
public enum BitcaskInspector {
  /// True when this may be a file of a Bitcask store: its name or its first bytes say so.
  public static func recognises(_ contents: FileContents) -> Bool {
    if BitcaskFileName.parse(contents.name) != nil { return true }
    return contents.withBytes { bytes in
      bytes.count >= 8 && bytes.uint64(at: 0) == BitcaskFileHeader.magic
    }
  }

  /// Calls `body` with each piece and its bytes, from the beginning, until it returns false.
  public static func inspect(
    _ path: String, fileSystem: any FileSystem = LocalFileSystem(),
    _ body: (FilePart, _ bytes: ByteView) -> Bool
  ) throws(StoreError) {
    try inspect(try FileContents.read(path, fileSystem: fileSystem), body)
  }

  /// The same for a file that was read already.
  ///
  /// - Throws: `invalidArgument` when it is no file of a Bitcask store.
  public static func inspect(
    _ contents: FileContents, _ body: (FilePart, _ bytes: ByteView) -> Bool
  ) throws(StoreError) {
    guard recognises(contents) else {
      throw .invalidArgument("\(contents.path): this is not a file of a Bitcask store")
    }
    contents.withBytes { bytes in
      let header = headerPart(bytes, contents.path)
      guard body(header, bytes.slice(at: 0, count: header.count)),
        bytes.count > BitcaskFileHeader.size
      else { return }
      let isHint =
        BitcaskFileHeader.isSound(bytes)
        ? bytes[10] == BitcaskFileHeader.Kind.hint.rawValue
        : BitcaskFileName.parse(contents.name)?.role == .hint
      if isHint { inspectHint(bytes, body) } else { inspectData(bytes, body) }
    }
  }

  private static func headerPart(_ bytes: ByteView, _ path: String) -> FilePart {
    var part = PartBuilder("file header", at: 0, bytes)
    let isMagic = bytes.count >= 8 && bytes.uint64(at: 0) == BitcaskFileHeader.magic
    part.add("magic", 8, isMagic ? "0x89 BITCSK newline" : "should be 89 42 49 54 43 53 4b 0a")
    part.add("version", 2, "\(bytes.uint16(at: 8))")
    part.add("kind", 1, BitcaskFileHeader.Kind(rawValue: bytes[10])?.name ?? "unknown")
    part.add("zero", 1, "")
    part.add("number", 4, "\(bytes.uint32(at: 12))")
    part.add(
      "identity", 16,
      StoreIdentity(high: bytes.uint64(at: 16), low: bytes.uint64(at: 24)).description)
    part.add("changes", 8, "\(bytes.uint64(at: 32)) before this file")
    part.add("created", 8, "\(bytes.uint64(at: 40)) ms since 1970")
    let previous = bytes.count >= 52 ? bytes.uint32(at: 48) : 0
    part.add(
      "previous", 4,
      previous == BitcaskFileHeader.none ? "none" : BitcaskFileName.of(.data, previous))
    part.addChecksum("", of: 0..<52)
    do throws(StoreError) {
      _ = try BitcaskFileHeader(decoding: bytes, file: path)
    } catch {
      if case .corrupt(_, _, let reason) = error, part.part.damage == nil {
        part.part.damage = reason
      }
    }
    return part.part
  }

  // MARK: Data

  private static func inspectData(_ bytes: ByteView, _ body: (FilePart, ByteView) -> Bool) {
    let seed = bytes.uint32(at: 52)
    var offset = BitcaskFileHeader.size
    while offset < bytes.count {
      let part: FilePart
      if let record = try? BitcaskRecord(header: bytes.suffix(from: offset), seed: seed) {
        part = recordPart(record, at: offset, bytes, seed)
      } else {
        let end = nextRecord(in: bytes, from: offset + 1, seed: seed) ?? bytes.count
        part = unreadable(at: offset, bytes.slice(at: 0, count: end), seed)
      }
      guard body(part, bytes.slice(at: offset, count: part.count)) else { return }
      offset += part.count
    }
  }

  private static func nextRecord(in bytes: ByteView, from start: Int, seed: UInt32) -> Int? {
    var offset = start
    while bytes.holds(BitcaskRecord.headerSize, at: offset) {
      let isLikely = (1...4).contains(bytes[offset + 39])
      if isLikely, (try? BitcaskRecord(header: bytes.suffix(from: offset), seed: seed)) != nil {
        return offset
      }
      offset += 1
    }
    return nil
  }

  private static func recordPart(
    _ record: BitcaskRecord, at offset: Int, _ bytes: ByteView, _ seed: UInt32
  ) -> FilePart {
    var part = headerFields(record.kind.name, at: offset, bytes, seed)
    let (key, value) = (record.keyLength, record.valueLength)
    guard record.kind != .mark else { return part.part }
    part.add("key", key, Escaping.escape(bytes.slice(at: offset + 40, count: key)))
    part.add(
      "value", value,
      value > 1 << 10
        ? "\(value) bytes" : Escaping.escape(bytes.slice(at: offset + 40 + key, count: value)))
    if !bytes.holds(record.size, at: offset) {
      part.part.damage = "the file ends within this record"
    }
    return part.part
  }

  private static func headerFields(
    _ title: String, at offset: Int, _ bytes: ByteView, _ seed: UInt32
  ) -> PartBuilder {
    var part = PartBuilder(title, at: offset, bytes)
    let header = BitcaskRecord.headerSize
    part.addChecksum(
      "of the file header's checksum and the next 36 bytes", of: offset + 4..<offset + header,
      continuing: seed)
    let lengths =
      bytes.holds(header, at: offset)
      ? Int(bytes.uint32(at: offset + 16)) + Int(bytes.uint32(at: offset + 20)) : nil
    part.addChecksum(
      "of key and value", of: lengths.map { offset + header..<offset + header + $0 })
    part.add("timestamp", 8, "\(bytes.uint64(at: offset + 8)) ms since 1970")
    part.add("key length", 4, "\(bytes.uint32(at: offset + 16))")
    part.add("value length", 4, "\(bytes.uint32(at: offset + 20))")
    part.add("expires", 8, expiry(bytes, at: offset))
    part.add("synced", 4, "\(bytes.uint32(at: offset + 32)) bytes of this file were on the disk")
    part.add("following", 3, "\(bytes.uint32(at: offset + 36) & 0xFF_FFFF) of the same batch")
    part.add(
      "kind", 1, BitcaskRecord.Kind(rawValue: bytes[offset + 39])?.name ?? "no kind of record")
    return part
  }

  private static func expiry(_ bytes: ByteView, at offset: Int) -> String {
    let moment = bytes.uint64(at: offset + 24)
    let isExpiring =
      bytes.holds(40, at: offset)
      && bytes[offset + 39] == BitcaskRecord.Kind.expiringValue.rawValue
    return isExpiring ? "\(moment) ms since 1970" : "never"
  }

  private static func unreadable(at offset: Int, _ bytes: ByteView, _ seed: UInt32) -> FilePart {
    var part = headerFields("record", at: offset, bytes, seed)
    let rest = bytes.count - part.end
    if rest > 0 { part.add("more", rest, "") }
    if part.part.damage == nil { part.part.damage = "the file ends within a record's header" }
    return part.part
  }

  // MARK: Hint

  private static func inspectHint(_ bytes: ByteView, _ body: (FilePart, ByteView) -> Bool) {
    var first = PartBuilder("what it is about", at: BitcaskFileHeader.size, bytes)
    first.add("data file", 4, "checksum of its header")
    let names = ["covered", "records", "tombstones", "record bytes", "entries"]
    for (index, name) in names.enumerated() {
      first.add(name, 8, "\(bytes.uint64(at: 60 + 8 * index))")
    }
    guard body(first.part, bytes.suffix(from: BitcaskFileHeader.size)) else { return }
    var offset = first.end
    while bytes.count - offset >= 36 {
      var part = PartBuilder("entry", at: offset, bytes.slice(at: 0, count: bytes.count - 4))
      part.add("offset", 8, "\(bytes.uint64(at: offset))")
      part.add("length", 4, "\(bytes.uint32(at: offset + 8))")
      part.add("timestamp", 8, "\(bytes.uint64(at: offset + 12)) ms since 1970")
      let expires = bytes.uint64(at: offset + 20)
      part.add("expires", 8, expires == .max ? "never" : "\(expires) ms since 1970")
      let length = Int(bytes.uint32(at: offset + 28) & 0xFF_FFFF)
      part.add("key length", 3, "\(length)")
      part.add("kind", 1, BitcaskRecord.Kind(rawValue: bytes[offset + 31])?.name ?? "unknown")
      part.add("key", length, Escaping.escape(bytes.slice(at: offset + 32, count: length)))
      guard body(part.part, bytes.slice(at: offset, count: part.part.count)) else { return }
      offset = part.end
    }
    var end = PartBuilder("end", at: offset, bytes)
    end.addChecksum(
      "of all after the file header",
      of: bytes.count - 4 >= BitcaskFileHeader.size
        ? BitcaskFileHeader.size..<bytes.count - 4 : nil)
    if offset + 4 != bytes.count { end.part.damage = "the file ends within an entry" }
    if !end.part.fields.isEmpty { _ = body(end.part, bytes.suffix(from: offset)) }
  }
}
