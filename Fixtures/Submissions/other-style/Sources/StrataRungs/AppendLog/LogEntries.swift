import StrataCore

/// A walk over the log from its beginning: every entry with its offset, its key and its value.
///
///     var entries = try store.entries()
///     while let entry = try entries.next() { print(entry.offset, entry.key, entry.value ?? "deleted") }
///
/// Index and compaction are built on it. Memory: a piece of the file, or one line where that is longer.
public struct LogEntries: Sendable {
  private var lines: LogLines
  /// What the last line that was read holds and is not handed out yet.
  private var ofLine = [LogEntry]().makeIterator()

  /// A walk over the first `end` bytes of a log.
  init(_ file: any ReadableFile, upTo end: Int) { lines = LogLines(file, upTo: end) }

  /// The next entry; nil at the end.
  ///
  /// - Throws: `corrupt` at a line that is not what a store writes.
  public mutating func next() throws(StoreError) -> LogEntry? {
    while true {
      if let entry = ofLine.next() { return entry }
      guard let line = try lines.next() else { return nil }
      ofLine = try line.entries(in: lines.path).makeIterator()
    }
  }
}

/// The lines of a log, whatever they hold.
struct LogLines: Sendable {
  /// One line without its newline.
  struct Line {
    /// Where it begins.
    var offset: Int
    var bytes: [UInt8]
    /// False for a last line without a newline.
    var isTerminated: Bool

    /// The entries on it; none on an empty line.
    func entries() throws(JSONError) -> [LogEntry] {
      guard bytes.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { return [] }
      return try ByteView.withBytes(of: bytes) { view throws(JSONError) in
        try LogLine.entries(of: view, at: offset)
      }
    }
  }

  private let file: any ReadableFile
  private let end: Int
  /// What was read and not handed out yet, and where in the file it begins.
  private var buffer: [UInt8] = []
  private var position = 0
  private var bufferOffset = 0

  private static let pieceBytes = 256 << 10

  init(_ file: any ReadableFile, upTo end: Int) {
    self.file = file
    self.end = end
  }

  var path: String { file.path }

  /// Goes on at this offset; to be called before the first line.
  mutating func skip(to offset: Int) { bufferOffset = offset }

  /// The next line; nil at the end.
  mutating func next() throws(StoreError) -> Line? {
    var searched = position
    while true {
      if let newline = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        return take(upTo: newline, isTerminated: true)
      }
      searched = buffer.count
      let read = bufferOffset + buffer.count
      guard read < end else {
        return position < buffer.count ? take(upTo: buffer.count, isTerminated: false) : nil
      }
      // What was handed out makes room; a line that does not fit doubles the piece.
      buffer.removeFirst(position)
      bufferOffset += position
      searched -= position
      position = 0
      let count = min(max(Self.pieceBytes, buffer.count), end - read)
      buffer += try file.read(at: read, count: count)
    }
  }

  private mutating func take(upTo index: Int, isTerminated: Bool) -> Line {
    let line = Line(
      offset: bufferOffset + position, bytes: Array(buffer[position..<index]),
      isTerminated: isTerminated)
    position = index + (isTerminated ? 1 : 0)
    return line
  }
}

extension LogLines.Line {
  /// The entries on it; a line that cannot be read is damage of this file.
  func entries(in path: String) throws(StoreError) -> [LogEntry] {
    do throws(JSONError) {
      return try entries()
    } catch {
      throw .corrupt(file: path, offset: offset, reason: error.reason)
    }
  }
}
