/// A Swift source as what does not change when names, comments and layout do.
///
///     let total = count + 1   // sum          →   let · = · + ·
///     let s=n+10                              →   let · = · + ·
///
/// Keywords and signs stay; every other name, number and text is the same token. So renaming and reformatting
/// hide nothing. No parser: what is compared are runs of tokens.
struct SwiftTokens {
  /// What stands at each place; equal numbers are equal tokens.
  private(set) var kinds: [UInt64] = []
  /// The line of each token, from 1.
  private(set) var lines: [Int] = []

  private static let keywords: Set<String> = [
    "func", "let", "var", "if", "else", "guard", "while", "for", "in", "repeat", "switch", "case",
    "default", "return", "throw", "throws", "try", "catch", "do", "defer", "break", "continue",
    "struct", "class", "enum", "protocol", "extension", "init", "deinit", "self", "super", "nil",
    "true", "false", "where", "is", "as", "import", "static", "mutating", "inout", "some", "any",
    "public", "private", "internal", "package", "final", "override", "subscript", "get", "set",
  ]
  private static let name: UInt64 = 1
  private static let value: UInt64 = 2

  init(_ source: String) {
    let bytes = Array(source.utf8)
    var index = 0
    var line = 1
    while index < bytes.count {
      let start = index
      let byte = bytes[index]
      if bytes[index...].starts(with: "//".utf8) {
        while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
      } else if bytes[index...].starts(with: "/*".utf8) {
        while index < bytes.count, !bytes[index...].starts(with: "*/".utf8) { index += 1 }
        index = min(bytes.count, index + 2)
      } else if byte == UInt8(ascii: "\"") {
        index = Self.endOfText(bytes, index)
        add(Self.value, line)
      } else if Self.isWordByte(byte) {
        while index < bytes.count, Self.isWordByte(bytes[index]) { index += 1 }
        let word = String(decoding: bytes[start..<index], as: UTF8.self)
        let isNumber = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
        add(
          Self.keywords.contains(word) ? Self.hash(word) : isNumber ? Self.value : Self.name, line)
      } else {
        if byte > UInt8(ascii: " ") { add(UInt64(byte) + 256, line) }
        index += 1
      }
      line += bytes[start..<index].count { $0 == UInt8(ascii: "\n") }
    }
  }

  private mutating func add(_ kind: UInt64, _ line: Int) {
    kinds.append(kind)
    lines.append(line)
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x80...0xFF: true
    default: false
    }
  }

  private static func endOfText(_ bytes: [UInt8], _ start: Int) -> Int {
    let quotes = bytes[start...].starts(with: "\"\"\"".utf8) ? "\"\"\"" : "\""
    var index = start + quotes.utf8.count
    while index < bytes.count, !bytes[index...].starts(with: quotes.utf8) {
      index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(bytes.count, index + quotes.utf8.count)
  }

  /// FNV-1a: the same in every run, which `Hasher` is not.
  static func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
