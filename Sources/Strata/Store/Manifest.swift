import StrataCore

/// The list of the files that make up the store: *the* truth about what is live.
///
/// Several files change together when a memtable becomes a segment, or segments are merged. That must
/// look like one step, whatever crashes in between. So there is one small file that names all the
/// others, and it is replaced as a whole, by renaming a complete new one over it. Before that step the
/// old files are the store, after it the new ones are; what the manifest does not name is rubbish, and
/// is removed.
///
/// | offset | size | meaning |
/// |---:|---:|---|
/// | 0 | 40 | file header |
/// | 40 | 8 | the last change that is in segments; later ones are in the logs |
/// | 48 | 4 | number of the oldest log that is still needed |
/// | 52 | 4 | the next file number; none below is given again |
/// | 56 | 4 | the next number for a sorted run |
/// | 60 | 4 | number of segments |
/// | 64 | 6 × 8 | totals: users' bytes, bytes of logs, of flushes, of compactions; flushes, compactions |
/// | 112 | 24 each | the segments |
/// | … | 4 | CRC-32C of everything from byte 40 on |
///
/// A segment's row: number (4), run (4), level (4), its footer's checksum (4), its size (8).
package struct Manifest: Equatable {
  /// A segment of the store.
  package struct Row: Equatable {
    /// Its number.
    package var number: UInt32
    /// The run it belongs to.
    package var run: UInt32
    /// The level of that.
    package var level: UInt32
    /// Tells this very segment from another one of the same number, from an old copy of the store.
    package var footerChecksum: UInt32
    /// Its bytes.
    package var size: Int

    /// A row.
    package init(
      number: UInt32, run: UInt32, level: UInt32, footerChecksum: UInt32, size: Int
    ) {
      self.number = number
      self.run = run
      self.level = level
      self.footerChecksum = footerChecksum
      self.size = size
    }
  }

  static let fixedSize = 112
  static let rowSize = 24
  /// The last file number that is given; some are left, so that no sum of numbers overflows.
  static let lastFileNumber = UInt32.max - 1_000_000

  var identity: StoreIdentity
  /// The last change that is in segments.
  package var flushedSequence: UInt64 = 0
  /// The oldest log that is still needed.
  package var oldestLog: UInt32 = 1
  /// The next file number.
  package var nextFileNumber: UInt32 = 2
  var nextRun: UInt32 = 1
  var totals = StoreStatistics.WriteTotals()
  /// The segments.
  package var segments: [Row] = []

  /// The manifest of an empty store.
  package init(identity: StoreIdentity) { self.identity = identity }

  /// A file number that was never given before.
  mutating func takeFileNumber() throws(StoreError) -> UInt32 {
    try Self.checkFileNumber(nextFileNumber)
    nextFileNumber += 1
    return nextFileNumber - 1
  }

  /// Refuses to give a number behind the last one.
  static func checkFileNumber(_ number: UInt32) throws(StoreError) {
    guard number < lastFileNumber else {
      throw .invalidArgument("the store has used up its four billion file numbers; export it")
    }
  }

  /// A number for a sorted run, higher than all before.
  mutating func takeRun() -> UInt32 {
    nextRun += 1
    return nextRun - 1
  }

  // MARK: On disk

  /// Makes this manifest the store's, in one durable step.
  ///
  /// - Returns: its size in bytes.
  @discardableResult
  package func commit(in directory: any Directory) throws(StoreError) -> Int {
    var buffer = ByteBuffer(capacity: Self.fixedSize + Self.rowSize * segments.count + 4)
    encode(into: &buffer)
    let file = try directory.create(FileName.newManifest)
    try file.append(buffer.view)
    try file.sync()
    try file.close()
    try directory.rename(FileName.newManifest, to: FileName.manifest)
    try directory.sync()  // ← commit point: from here on, this is the store
    return buffer.count
  }

  /// Reads the store's manifest.
  package init(reading directory: any Directory) throws(StoreError) {
    let contents = try directory.read(FileName.manifest)
    self = try contents.withBytes { bytes throws(StoreError) in
      try Manifest(decoding: bytes, path: contents.path)
    }
  }

  func encode(into buffer: inout ByteBuffer) {
    FileHeader(kind: .manifest, number: 0, identity: identity).encode(into: &buffer)
    buffer.append(flushedSequence)
    buffer.append(oldestLog)
    buffer.append(nextFileNumber)
    buffer.append(nextRun)
    buffer.append(UInt32(segments.count))
    for total in [
      totals.userBytes, totals.logBytes, totals.flushedBytes, totals.compactedBytes,
      totals.flushes, totals.compactions,
    ] { buffer.append(UInt64(total)) }
    for row in segments {
      buffer.append(row.number)
      buffer.append(row.run)
      buffer.append(row.level)
      buffer.append(row.footerChecksum)
      buffer.append(UInt64(row.size))
    }
    buffer.append(CRC32C.checksum(of: buffer.view.suffix(from: FileHeader.size)))
  }

  init(decoding bytes: ByteView, path: String) throws(StoreError) {
    func damaged(_ offset: Int, _ reason: String) -> StoreError {
      .corrupt(file: path, offset: offset, reason: reason)
    }
    let header = try FileHeader(decoding: bytes, file: path)
    try header.check(kind: .manifest, number: 0, identity: header.identity, file: path)
    let end = bytes.count - 4
    guard end >= Self.fixedSize else { throw damaged(bytes.count, "the manifest is too short") }
    let checked = bytes.slice(at: FileHeader.size, count: end - FileHeader.size)
    guard bytes.uint32(at: end) == CRC32C.checksum(of: checked) else {
      throw damaged(end, "the checksum of the manifest does not match")
    }
    let count = Int(bytes.uint32(at: 60))
    guard end == Self.fixedSize + Self.rowSize * count else {
      throw damaged(60, "the manifest should have \(count) segments, but its size is another")
    }
    identity = header.identity
    flushedSequence = bytes.uint64(at: 40)
    oldestLog = bytes.uint32(at: 48)
    nextFileNumber = bytes.uint32(at: 52)
    nextRun = bytes.uint32(at: 56)
    guard flushedSequence <= Record.maximumSequence, nextFileNumber <= Self.lastFileNumber,
      oldestLog < nextFileNumber, nextRun <= Self.lastFileNumber
    else { throw damaged(40, "the manifest has numbers that no store reaches") }
    func total(_ index: Int) -> Int { Int(bytes.uint64(at: 64 + 8 * index) & (1 << 60 - 1)) }
    totals.userBytes = total(0)
    totals.logBytes = total(1)
    totals.flushedBytes = total(2)
    totals.compactedBytes = total(3)
    totals.flushes = total(4)
    totals.compactions = total(5)
    segments = (0..<count).map { index in
      let offset = Self.fixedSize + Self.rowSize * index
      return Row(
        number: bytes.uint32(at: offset), run: bytes.uint32(at: offset + 4),
        level: bytes.uint32(at: offset + 8), footerChecksum: bytes.uint32(at: offset + 12),
        size: Int(clamping: bytes.uint64(at: offset + 16)))
    }
  }
}
