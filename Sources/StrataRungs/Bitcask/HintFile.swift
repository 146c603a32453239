import StrataCore

/// What a hint says about one key of its data file: the key's newest record there.
struct HintEntry: Equatable, Sendable {
  var kind: BitcaskRecord.Kind
  var offset: Int
  /// Of the whole record.
  var length: Int
  var timestamp: UnixMilliseconds
  /// `.max`: never.
  var expiresAt: UnixMilliseconds

  /// The place of the record in this file.
  func place(in file: UInt32) -> RecordPlace {
    RecordPlace(
      file: file, length: UInt32(length), offset: offset, timestamp: timestamp,
      expiresAt: expiresAt)
  }
}

/// Where the records of a data file lie, without their values: what makes opening quick.
///
/// | offset | size | meaning |
/// |---:|---:|---|
/// | 0 | 56 | file header of the kind hint, else that of the data file |
/// | 56 | 4 | checksum of the data file's header |
/// | 60 | 8 | bytes of the data file that this is about; all of them were on the disk |
/// | 68 | 8 | records in them |
/// | 76 | 8 | tombstones among these |
/// | 84 | 8 | bytes of these records |
/// | 92 | 8 | number of entries |
/// | 100 | | the entries, by offset |
/// | end − 4 | 4 | CRC-32C of everything from offset 56 on |
///
/// An entry: offset (8), length (4) and timestamp (8) of the record, when it expires (8, `FF…` for never),
/// length of the key (3), kind (1), key. Of several records of one key only the newest is there; tombstones
/// are, because they hide what older files hold.
///
/// A hint never decides anything: a damaged one is noticed by its checksum, and the data file is read
/// instead. Each record that is served is checked again when it is read.
enum HintFile {
  static let fixedSize = BitcaskFileHeader.size + 44
  private static let entrySize = 32

  /// Writes the hint of a data file that is on the disk up to `counts.size`.
  ///
  /// It may be lost by a power cut, since it can be made again.
  ///
  /// - Returns: its size.
  static func write(
    for header: BitcaskFileHeader, counts: DataFileCounts, _ newest: [Key: HintEntry],
    in directory: any Directory
  ) throws(StoreError) -> Int {
    let name = BitcaskFileName.of(.hint, header.number)
    let temporary = BitcaskFileName.temporary(.hint, header.number)
    let file = try directory.create(temporary)
    var buffer = ByteBuffer(capacity: 1 << 16)
    ByteView.withBytes(of: header.ofHint.encoded) { buffer.append($0) }
    appendCounts(header, counts, entries: newest.count, to: &buffer)
    var checksum = CRC32C.checksum(of: buffer.view.suffix(from: BitcaskFileHeader.size))
    try file.append(buffer.view)
    buffer.removeAll()
    // Sorted: what a dictionary's order decides would differ from run to run.
    for (key, entry) in newest.sorted(by: { $0.value.offset < $1.value.offset }) {
      append(key, entry, to: &buffer)
      guard buffer.count >= 1 << 18 else { continue }
      checksum = CRC32C.checksum(of: buffer.view, continuing: checksum)
      try file.append(buffer.view)
      buffer.removeAll()
    }
    checksum = CRC32C.checksum(of: buffer.view, continuing: checksum)
    buffer.append(checksum)
    try file.append(buffer.view)
    try file.sync()
    try file.close()
    try directory.rename(temporary, to: name)
    return file.size
  }

  private static func appendCounts(
    _ header: BitcaskFileHeader, _ counts: DataFileCounts, entries: Int,
    to buffer: inout ByteBuffer
  ) {
    buffer.append(header.checksum)
    for number in [counts.size, counts.records, counts.tombstones, counts.recordBytes, entries] {
      buffer.append(UInt64(number))
    }
  }

  private static func append(_ key: Key, _ entry: HintEntry, to buffer: inout ByteBuffer) {
    buffer.append(UInt64(entry.offset))
    buffer.append(UInt32(entry.length))
    buffer.append(entry.timestamp)
    buffer.append(entry.expiresAt)
    buffer.append(UInt32(key.bytes.count) | UInt32(entry.kind.rawValue) << 24)
    ByteView.withBytes(of: key.bytes) { buffer.append($0) }
  }

  // MARK: Reading

  /// Reads a hint; `body` is given each entry, and only when the whole hint is sound; `prepare` is told
  /// before how many there are.
  ///
  /// - Returns: what the data file holds up to where the hint covers it.
  /// - Throws: `corrupt` when it is damaged or about another data file.
  static func read(
    _ contents: FileContents, of header: BitcaskFileHeader, dataSize: Int,
    prepare: (_ entries: Int) -> Void = { _ in }, _ body: (Key, HintEntry) -> Void
  ) throws(StoreError) -> DataFileCounts {
    try contents.withBytes { bytes throws(StoreError) in
      let counts = try check(bytes, header, dataSize: dataSize, contents.path)
      let entries = try offsets(of: bytes, counts, contents.path)
      prepare(entries.count)
      for offset in entries {
        let (key, entry) = entry(at: offset, in: bytes)
        body(key, entry)
      }
      return counts
    }
  }

  private static func check(
    _ bytes: ByteView, _ header: BitcaskFileHeader, dataSize: Int, _ path: String
  ) throws(StoreError) -> DataFileCounts {
    func damaged(_ offset: Int, _ reason: String) -> StoreError {
      .corrupt(file: path, offset: offset, reason: reason)
    }
    guard bytes.count >= fixedSize + 4 else {
      throw damaged(bytes.count, "the file ends within its first fields")
    }
    guard try BitcaskFileHeader(decoding: bytes, file: path) == header.ofHint,
      bytes.uint32(at: 56) == header.checksum
    else { throw damaged(0, "this is not the hint of this data file") }
    let body = bytes.slice(
      at: BitcaskFileHeader.size, count: bytes.count - 4 - BitcaskFileHeader.size)
    guard CRC32C.checksum(of: body) == bytes.uint32(at: bytes.count - 4) else {
      throw damaged(bytes.count - 4, "the checksum of the hint does not match")
    }
    var counts = DataFileCounts()
    counts.size = Int(clamping: bytes.uint64(at: 60))
    counts.records = Int(clamping: bytes.uint64(at: 68))
    counts.tombstones = Int(clamping: bytes.uint64(at: 76))
    counts.recordBytes = Int(clamping: bytes.uint64(at: 84))
    counts.hintBytes = bytes.count
    guard counts.size <= dataSize else {
      throw .corrupt(
        file: path.replacingHint(), offset: dataSize,
        reason:
          "the file has \(dataSize) bytes, but its hint says that \(counts.size) were on the disk"
      )
    }
    guard counts.recordBytes <= counts.size, counts.tombstones <= counts.records,
      counts.records <= counts.recordBytes / BitcaskRecord.headerSize
    else { throw damaged(68, "the hint counts more than its file can hold") }
    return counts
  }

  /// Where the entries begin; nothing is handed out before all of them were found to fit.
  private static func offsets(
    of bytes: ByteView, _ counts: DataFileCounts, _ path: String
  ) throws(StoreError) -> [Int] {
    var offsets: [Int] = []
    var offset = fixedSize
    let end = bytes.count - 4
    while offset < end {
      guard end - offset >= entrySize else { break }
      let last = bytes.uint32(at: offset + 28)
      let length = entrySize + Int(last & 0xFF_FFFF)
      let place = bytes.uint64(at: offset).addingReportingOverflow(
        UInt64(bytes.uint32(at: offset + 8)))
      guard length <= end - offset, !place.overflow, place.partialValue <= UInt64(counts.size),
        let kind = BitcaskRecord.Kind(rawValue: UInt8(last >> 24)), kind != .mark
      else { break }
      offsets.append(offset)
      offset += length
    }
    guard offset == end, UInt64(offsets.count) == bytes.uint64(at: 92) else {
      throw .corrupt(file: path, offset: offset, reason: "an entry does not fit")
    }
    return offsets
  }

  private static func entry(at offset: Int, in bytes: ByteView) -> (Key, HintEntry) {
    let last = bytes.uint32(at: offset + 28)
    let entry = HintEntry(
      kind: BitcaskRecord.Kind(rawValue: UInt8(last >> 24)) ?? .value,
      offset: Int(bytes.uint64(at: offset)), length: Int(bytes.uint32(at: offset + 8)),
      timestamp: bytes.uint64(at: offset + 12), expiresAt: bytes.uint64(at: offset + 20))
    return (Key(bytes.slice(at: offset + entrySize, count: Int(last & 0xFF_FFFF))), entry)
  }
}

extension String {
  /// The path of the data file that a hint's path belongs to.
  fileprivate func replacingHint() -> String {
    guard let dot = lastIndex(of: "."), hasSuffix("hint" + self[dot...]) else { return self }
    return self[..<index(dot, offsetBy: -4)] + "data" + self[dot...]
  }
}
