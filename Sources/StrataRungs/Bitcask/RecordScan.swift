import StrataCore

/// A walk over the records of one data file, in the order in which they were written.
///
/// It stops at the first bytes that are no record, and says why; whether that is a torn end or damage is
/// for `TornTail` to judge. Memory: a piece of the file, or one record where that is longer; a length is
/// compared with what the file holds before anything is read.
struct RecordScan {
  /// What comes next.
  enum Step {
    case record(BitcaskRecord, offset: Int, key: Key)
    case defect(BitcaskRecord.Defect, offset: Int)
    case end
  }

  private var window: FileWindow
  private let seed: UInt32
  private(set) var offset: Int

  /// A walk from `offset` up to the file's present end.
  init(_ file: any ReadableFile, seed: UInt32, from offset: Int, size: Int) {
    window = FileWindow(file, size: size)
    self.seed = seed
    self.offset = offset
  }

  mutating func next() throws(StoreError) -> Step {
    guard offset < window.size else { return .end }
    let start = offset
    let header = min(BitcaskRecord.headerSize, window.size - start)
    try window.load(start, header)
    let record: BitcaskRecord
    do throws(BitcaskRecord.Defect) {
      record = try window.withBytes(at: start, count: header) {
        (bytes) throws(BitcaskRecord.Defect) in try BitcaskRecord(header: bytes, seed: seed)
      }
    } catch { return .defect(error, offset: start) }
    guard record.size <= window.size - start else { return .defect(.incomplete, offset: start) }
    try window.load(start, record.size)
    do throws(BitcaskRecord.Defect) {
      let key = try window.withBytes(at: start, count: record.size) {
        (bytes) throws(BitcaskRecord.Defect) in
        try record.checkBody(bytes)
        return Key(record.key(in: bytes))
      }
      offset = start + record.size
      return .record(record, offset: start, key: key)
    } catch { return .defect(error, offset: start) }
  }
}

/// A piece of a file in memory, moved along as it is walked over.
struct FileWindow {
  let size: Int
  private let file: any ReadableFile
  private var buffer: [UInt8] = []
  private var start = 0

  private static let pieceBytes = 256 << 10

  init(_ file: any ReadableFile, size: Int) {
    self.file = file
    self.size = size
  }

  /// Makes sure that `count` bytes from `offset` on are there; they must lie within the file.
  mutating func load(_ offset: Int, _ count: Int) throws(StoreError) {
    if offset >= start, offset + count <= start + buffer.count { return }
    buffer = try file.read(at: offset, count: min(max(count, Self.pieceBytes), size - offset))
    start = offset
  }

  /// Shows bytes that were loaded.
  func withBytes<Result, Failure: Error>(
    at offset: Int, count: Int, _ body: (ByteView) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try ByteView.withBytes(of: buffer) { bytes throws(Failure) in
      try body(bytes.slice(at: offset - start, count: count))
    }
  }
}
