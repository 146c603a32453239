import StrataCore

/// A log that is made of entries of another one, and what is known of it on the way: where each entry lies
/// now, and how many there are.
///
/// - Invariant: a piece and one line are the most that it keeps in memory, beside the index.
struct LogCopy {
  private let target: any WritableFile
  private var piece: [UInt8] = []
  /// What was written before `piece`.
  private var written = 0
  /// Where the entries lie in the new log.
  private(set) var index = HashIndex.ofEmptyLog
  /// How many of them there are.
  private(set) var counts = LogCounts()

  private static let pieceBytes = 128 << 10

  /// A copy to an empty file.
  init(to target: any WritableFile) { self.target = target }

  /// The bytes of the new log so far.
  var size: Int { written + piece.count }

  /// Adds an entry, on a line of its own.
  mutating func add(_ entry: LogEntry) throws(StoreError) {
    let start = size
    LogLine.write(entry.key, entry.value, entry.expiresAt, into: &piece)
    index.remember(entry.key, at: LogPlace(offset: start, length: size - start))
    counts.add(entry)
    piece.append(UInt8(ascii: "\n"))
    if piece.count >= Self.pieceBytes { try writeOut() }
  }

  /// Writes what waits in memory.
  mutating func writeOut() throws(StoreError) {
    guard !piece.isEmpty else { return }
    try ByteView.withBytes(of: piece) { bytes throws(StoreError) in try target.append(bytes) }
    written += piece.count
    piece.removeAll(keepingCapacity: true)
  }
}
