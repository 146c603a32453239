/// A command as a person types it into a bare connection: words between spaces, quotes around some.
///
///     SET greeting "two words\n" 'it\'s raw'
///
/// Between double quotes, `\n`, `\r`, `\t`, `\a`, `\b`, `\xHH` stand for one byte and any other character
/// behind a backslash for itself; between single ones only `\'` means something.
public enum InlineCommand {
  /// The words of a line; nil when a quotation mark is not closed, or something directly follows it.
  public static func words(_ line: ArraySlice<UInt8>) -> [[UInt8]]? {
    var words: [[UInt8]] = []
    var rest = line
    while true {
      rest = rest.drop(while: isSpace)
      guard !rest.isEmpty else { return words }
      var word: [UInt8] = []
      while let byte = rest.first, !isSpace(byte) {
        rest.removeFirst()
        guard byte == doubleQuote || byte == singleQuote else {
          word.append(byte)
          continue
        }
        guard let quoted = quotation(&rest, closedBy: byte) else { return nil }
        word += quoted
        guard rest.first.map(isSpace) ?? true else { return nil }
      }
      words.append(word)
    }
  }

  private static let doubleQuote = UInt8(ascii: "\"")
  private static let singleQuote = UInt8(ascii: "'")

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || 9...13 ~= byte || byte == 0 }

  private static func quotation(_ rest: inout ArraySlice<UInt8>, closedBy quote: UInt8) -> [UInt8]?
  {
    var text: [UInt8] = []
    while let byte = rest.popFirst() {
      if byte == quote { return text }
      guard byte == UInt8(ascii: "\\"), let next = rest.first else {
        text.append(byte)
        continue
      }
      if quote == singleQuote {
        if next == singleQuote { rest.removeFirst() }
        text.append(next == singleQuote ? next : byte)
      } else {
        rest.removeFirst()
        text.append(escaped(next, &rest))
      }
    }
    return nil
  }

  private static func escaped(_ byte: UInt8, _ rest: inout ArraySlice<UInt8>) -> UInt8 {
    switch byte {
    case UInt8(ascii: "n"): return 10
    case UInt8(ascii: "r"): return 13
    case UInt8(ascii: "t"): return 9
    case UInt8(ascii: "a"): return 7
    case UInt8(ascii: "b"): return 8
    case UInt8(ascii: "x"):
      let digits = rest.prefix(2)
      guard digits.count == 2, digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
        let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      else { return byte }
      rest.removeFirst(2)
      return code
    default: return byte
    }
  }
}
