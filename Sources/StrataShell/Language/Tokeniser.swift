import StrataCore

/// Splits a line of the command language into words.
///
///     put "a key with spaces" caf\xc3\xa9 'as $it \is'
///
/// - Words are separated by spaces and tabs.
/// - A bare word and a word in double quotes may hold the escapes of `Escaping`: `\t \n \r \0 \\ \"
///   \' \xNN`, and a backslash before a space keeps the space.
/// - Between single quotes everything stands for itself; there is no escape.
/// - Quotes may begin and end within a word: `a" b "c` is `a b c`. `""` is the empty word.
/// - `#` at the beginning of a line makes it a comment; elsewhere it is an ordinary character.
enum Tokeniser {
  /// The words of a line; none for an empty line or a comment.
  static func words(of line: [UInt8]) throws(UsageError) -> [Word] {
    var words: [Word] = []
    var position = 0
    while true {
      while position < line.count, isSpace(line[position]) { position += 1 }
      guard position < line.count else { return words }
      if words.isEmpty, line[position] == UInt8(ascii: "#") { return [] }
      words.append(try word(of: line, from: &position))
    }
  }

  private static func word(
    of line: [UInt8], from position: inout Int
  ) throws(UsageError) -> Word {
    var word = Word([])
    var quote: UInt8?
    while position < line.count {
      let byte = line[position]
      if byte == quote {
        quote = nil
        position += 1
      } else if quote == nil, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
        word.isLiteral = true
        position += 1
      } else if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "'") {
        word.bytes += try escape(in: line, at: &position)
      } else if quote == nil, isSpace(byte) {
        break
      } else {
        word.bytes.append(byte)
        position += 1
      }
    }
    guard quote == nil else {
      throw UsageError("a quotation mark is not closed", advice: "Put \\ before a mark to keep it.")
    }
    return word
  }

  /// The bytes that the escape at `position` stands for; moves behind it.
  private static func escape(
    in line: [UInt8], at position: inout Int
  ) throws(UsageError) -> [UInt8] {
    let follower = position + 1 < line.count ? line[position + 1] : nil
    if follower == UInt8(ascii: " ") {
      position += 2
      return [UInt8(ascii: " ")]
    }
    let length = follower == UInt8(ascii: "x") ? 4 : 2
    let end = min(position + length, line.count)
    guard let bytes = Escaping.unescape(line[position..<end]), follower != nil else {
      let text = String(decoding: line[position..<end], as: UTF8.self)
      throw UsageError(
        "\(text) is no escape", advice: "There are \\t \\n \\r \\0 \\\\ \\\" \\' and \\xNN.")
    }
    position = end
    return bytes
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }
}
