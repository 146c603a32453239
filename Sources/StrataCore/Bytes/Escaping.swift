/// Bytes as one line of text, and back.
///
/// Keys and values are any bytes; terminals, scripts and error messages are text. Printable text in
/// UTF-8 stays as it is; everything else becomes a backslash and what it is:
///
///     tab → \t    newline → \n    return → \r    backslash → \\    any other byte → \xNN
///
/// The text never holds a tab or a newline, so it fits in a column of tab-separated values, and
/// `unescape` gives the same bytes back.
public enum Escaping {
  /// The bytes as text.
  public static func escape(_ bytes: ByteView) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count)
    escape(bytes, into: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// Appends the bytes as text, in UTF-8.
  public static func escape(_ bytes: ByteView, into text: inout [UInt8]) {
    var offset = 0
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte >= 0x80 {
        let length = textLength(of: bytes, at: offset)
        if length > 0 {
          for index in offset..<(offset + length) { text.append(bytes[index]) }
          offset += length
          continue
        }
      }
      append(byte, to: &text)
      offset += 1
    }
  }

  /// The bytes that `text` stands for, or nil when a backslash is followed by what it cannot be.
  public static func unescape(_ text: some Sequence<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var iterator = text.makeIterator()
    while let byte = iterator.next() {
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      switch iterator.next() {
      case UInt8(ascii: "t"): bytes.append(0x09)
      case UInt8(ascii: "n"): bytes.append(0x0A)
      case UInt8(ascii: "r"): bytes.append(0x0D)
      case UInt8(ascii: "0"): bytes.append(0x00)
      case UInt8(ascii: "\\"): bytes.append(UInt8(ascii: "\\"))
      case UInt8(ascii: "\""): bytes.append(UInt8(ascii: "\""))
      case UInt8(ascii: "'"): bytes.append(UInt8(ascii: "'"))
      case UInt8(ascii: "x"):
        guard let high = iterator.next().flatMap(digit), let low = iterator.next().flatMap(digit)
        else { return nil }
        bytes.append(high << 4 | low)
      default: return nil
      }
    }
    return bytes
  }

  /// Two lower-case hexadecimal digits.
  public static func hex(_ byte: UInt8) -> String {
    String(decoding: [hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]], as: UTF8.self)
  }

  private static let hexDigits = Array("0123456789abcdef".utf8)

  private static func append(_ byte: UInt8, to text: inout [UInt8]) {
    switch byte {
    case 0x09: text += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
    case 0x0A: text += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
    case 0x0D: text += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
    case UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), UInt8(ascii: "\\")]
    case 0x20...0x7E: text.append(byte)
    default:
      text += [UInt8(ascii: "\\"), UInt8(ascii: "x")]
      text += [hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]]
    }
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// The length of the well-formed, printable UTF-8 character at `offset`, or 0.
  private static func textLength(of bytes: ByteView, at offset: Int) -> Int {
    let lead = bytes[offset]
    let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0
    guard length > 0, bytes.holds(length, at: offset) else { return 0 }
    let text = String(validating: bytes.slice(at: offset, count: length).array, as: UTF8.self)
    guard let scalar = text?.unicodeScalars.first, text?.unicodeScalars.count == 1 else { return 0 }
    // C1 controls and the line and paragraph separators would break a terminal's line.
    let isControl = scalar.value < 0xA0 || scalar.value == 0x2028 || scalar.value == 0x2029
    return isControl ? 0 : length
  }
}
