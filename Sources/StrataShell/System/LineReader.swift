import StrataCore

/// Lines from a file, a pipe or a terminal, one at a time, in constant memory.
///
/// - Invariant: no line is longer than `limit`; a longer one is an error before it fills the memory.
final class LineReader {
  /// The longest line that can carry a command: key and value, every byte written as `\xNN`.
  static let longestCommand = 4 * (Key.maximumLength + Value.maximumLength) + 4096

  /// The file's name, for messages.
  let name: String
  /// The number of the line that `next` returned last, counted from 1.
  private(set) var lineNumber = 0
  /// How many bytes were taken from the file.
  private(set) var bytesRead = 0

  private let descriptor: Int32?
  private let limit: Int
  private var chunk = [UInt8](repeating: 0, count: 64 << 10)
  private var position = 0
  private var end = 0
  private var isAtEnd = false

  /// Reads from a descriptor that somebody else closes.
  init(descriptor: Int32, name: String, limit: Int = LineReader.longestCommand) {
    self.descriptor = descriptor
    self.name = name
    self.limit = limit
  }

  /// Reads from memory.
  init(text: [UInt8], name: String, limit: Int = LineReader.longestCommand) {
    descriptor = nil
    self.name = name
    self.limit = limit
    chunk = text
    end = text.count
    bytesRead = end
  }

  /// The next line without its newline; nil at the end.
  func next() throws(StoreError) -> [UInt8]? {
    var line: [UInt8] = []
    var isStarted = false
    while try fill() {
      isStarted = true
      let newline = chunk[position..<end].firstIndex(of: UInt8(ascii: "\n"))
      line += chunk[position..<(newline ?? end)]
      position = newline.map { $0 + 1 } ?? end
      guard line.count <= limit else {
        throw .invalidArgument("\(name): line \(lineNumber + 1) is longer than \(limit) bytes")
      }
      if newline != nil { break }
    }
    guard isStarted else { return nil }
    lineNumber += 1
    return line
  }

  /// Everything up to the end, at most `limit` bytes; nil when there is more.
  func rest(limit: Int) throws(StoreError) -> [UInt8]? {
    var bytes: [UInt8] = []
    while try fill() {
      bytes += chunk[position..<end]
      position = end
      if bytes.count > limit { return nil }
    }
    return bytes
  }

  /// Makes sure that there is at least one byte; false at the end.
  private func fill() throws(StoreError) -> Bool {
    if position < end { return true }
    guard let descriptor, !isAtEnd else { return false }
    position = 0
    end = try Platform.readSome(descriptor, into: &chunk, path: name)
    bytesRead += end
    isAtEnd = end == 0
    return !isAtEnd
  }
}
