import StrataCore

/// Writes the file that a merge results in: record by record, in pieces of a megabyte.
///
/// - Invariant: no record is copied whose checksums were not checked.
struct MergeWriter {
  private let header: BitcaskFileHeader
  private let file: any WritableFile
  private let seed: UInt32
  private var piece: [UInt8] = []
  private var counts = DataFileCounts()
  private var newest: [Key: HintEntry] = [:]
  private var moves: [(key: Key, from: RecordPlace, to: RecordPlace)] = []

  private static let pieceBytes = 1 << 20

  init(_ header: BitcaskFileHeader, _ file: any WritableFile) {
    self.header = header
    self.file = file
    seed = header.checksum
    piece = header.encoded
  }

  /// Copies a record, with a header of its own: another file, no batch, nothing to vouch for.
  mutating func append(
    _ bytes: ByteView, of key: Key, at place: RecordPlace, from source: DataFile
  ) throws(StoreError) {
    let record: BitcaskRecord
    do throws(BitcaskRecord.Defect) {
      record = try BitcaskRecord(header: bytes, seed: source.seed)
      guard record.size == bytes.count else { throw .nonsense }
      try record.checkBody(bytes)
    } catch {
      throw .corrupt(file: source.path, offset: place.offset, reason: error.reason)
    }
    var copy = ByteBuffer(capacity: bytes.count)
    BitcaskRecord.append(
      record.kind, record.key(in: bytes), record.value(in: bytes), timestamp: record.timestamp,
      expiresAt: record.kind == .expiringValue ? record.expiresAt : nil, following: 0, to: &copy)
    BitcaskRecord.seal(&copy, at: 0, synced: 0, seed: seed)
    let entry = HintEntry(
      kind: record.kind, offset: counts.size, length: copy.count, timestamp: record.timestamp,
      expiresAt: record.expiresAt)
    newest[key] = entry
    moves.append((key, place, entry.place(in: header.number)))
    counts.add(record.kind, length: copy.count)
    counts.size += copy.count
    piece += copy.view.array
    if piece.count >= Self.pieceBytes { try write() }
  }

  private mutating func write() throws(StoreError) {
    try ByteView.withBytes(of: piece) { bytes throws(StoreError) in try file.append(bytes) }
    piece.removeAll(keepingCapacity: true)
  }

  /// Brings everything to the disk, still under the temporary name.
  mutating func finish() throws(StoreError) -> (
    counts: DataFileCounts, newest: [Key: HintEntry],
    moves: [(key: Key, from: RecordPlace, to: RecordPlace)]
  ) {
    let mark = BitcaskRecord.mark(at: header.created, synced: 0, seed: seed)
    piece += mark
    counts.size += mark.count
    try write()
    try file.sync()
    try file.close()
    return (counts, newest, moves)
  }
}
