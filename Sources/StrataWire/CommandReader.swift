import StrataCore

/// Reads commands as a server does: bytes in, in pieces of any size, words out.
///
///     var reader = CommandReader()
///     reader.append(Array("*2\r\n$3\r\nGET\r\n$1\r\na\r\nPING\r\n".utf8))
///     try reader.next()     // ["GET", "a"], each word as bytes
///     try reader.next()     // ["PING"], an inline command
///     try reader.next()     // nil: nothing more has arrived
///
/// A command is an array of bulks, or a line as a person types it (see `InlineCommand`). Empty ones are
/// passed over. After an error, every further call throws it again: where the next command begins is unknown.
///
/// - Complexity: O(n) in all bytes, whatever the pieces in which they come.
public struct CommandReader: Sendable {
  /// What a command may have; may change between commands.
  public var limits: WireLimits
  private var input = WireInput()
  /// The command that has begun, and how many words it still lacks.
  private var words: [[UInt8]] = []
  private var missing: Int?
  /// The length of the word that has begun.
  private var length: Int?
  private var failure: WireError?

  /// A reader at the start of a connection.
  public init(limits: WireLimits = .standard) { self.limits = limits }

  /// How many bytes have arrived and belong to no command that was returned or begun.
  public var unread: Int { input.count }

  /// Takes what has arrived.
  public mutating func append(_ bytes: ByteView) { input.append(bytes) }

  /// Takes what has arrived.
  public mutating func append(_ bytes: [UInt8]) {
    ByteView.withBytes(of: bytes) { append($0) }
  }

  /// The next command, which has at least one word; nil when it has not arrived as a whole.
  public mutating func next() throws(WireError) -> [[UInt8]]? {
    if let failure { throw failure }
    do throws(WireError) {
      return try read()
    } catch {
      failure = error
      throw error
    }
  }

  private mutating func read() throws(WireError) -> [[UInt8]]? {
    while true {
      if missing == nil {
        guard let kind = input.next else { return nil }
        input.beginValue()
        let isInline = kind != UInt8(ascii: "*")
        guard let line = try input.line(limits, bareNewline: isInline) else { return nil }
        guard !isInline else {
          guard let words = InlineCommand.words(line) else {
            throw input.error("a quotation mark is not closed, or something follows it directly")
          }
          if words.isEmpty { continue }
          return words
        }
        try beginArray(line)
      }
      while let left = missing, left > 0 {
        guard let word = try word() else { return nil }
        words.append(word)
        missing = left - 1
      }
      missing = nil
      guard !words.isEmpty else { continue }
      defer { words = [] }
      return words
    }
  }

  private mutating func beginArray(_ line: ArraySlice<UInt8>) throws(WireError) {
    let count = try input.length(line, of: "count of words", from: -1, upTo: limits.elements)
    missing = max(0, count)
    words.reserveCapacity(min(max(0, count), 16))
  }

  private mutating func word() throws(WireError) -> [UInt8]? {
    if length == nil {
      guard let kind = input.next else { return nil }
      guard kind == UInt8(ascii: "$") else {
        throw input.error("a word begins with $, not with \(WireInput.show([kind]))")
      }
      guard let line = try input.line(limits) else { return nil }
      length = try input.length(line, of: "length of a word", from: 0, upTo: limits.bytes)
    }
    guard let count = length, let word = try input.bulk(count, limits) else { return nil }
    length = nil
    return word
  }
}
