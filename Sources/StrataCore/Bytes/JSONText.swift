/// A JSON value (RFC 8259) to be written, in the order in which its members were given.
///
/// Written by hand: it takes fifty lines, and starting the program stays as quick as it is, because
/// no library has to be loaded for it.
package indirect enum JSONText {
  case object([(String, JSONText)])
  case array([JSONText])
  case string(String)
  case integer(Int)
  case decimal(Double)
  case boolean(Bool)
  case null

  /// The value on one line.
  package var line: String {
    var text: [UInt8] = []
    write(into: &text)
    return String(decoding: text, as: UTF8.self)
  }

  private func write(into text: inout [UInt8]) {
    switch self {
    case .object(let members):
      JSONText.write(members, between: "{", "}", into: &text) { member, text in
        JSONText.write(Array(member.0.utf8), into: &text)
        text.append(UInt8(ascii: ":"))
        member.1.write(into: &text)
      }
    case .array(let elements):
      JSONText.write(elements, between: "[", "]", into: &text) { $0.write(into: &$1) }
    case .string(let string): JSONText.write(Array(string.utf8), into: &text)
    case .integer(let number): text += "\(number)".utf8
    case .decimal(let number): text += (number.isFinite ? "\(number)" : "null").utf8
    case .boolean(let truth): text += "\(truth)".utf8
    case .null: text += "null".utf8
    }
  }

  private static func write<Element>(
    _ elements: [Element], between open: String, _ close: String, into text: inout [UInt8],
    _ body: (Element, inout [UInt8]) -> Void
  ) {
    text += open.utf8
    for (index, element) in elements.enumerated() {
      if index > 0 { text.append(UInt8(ascii: ",")) }
      body(element, &text)
    }
    text += close.utf8
  }

  /// Appends well-formed UTF-8 as a JSON string.
  package static func write(_ utf8: [UInt8], into text: inout [UInt8]) {
    text.append(UInt8(ascii: "\""))
    for byte in utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
      case 0x0A: text += "\\n".utf8
      case 0x0D: text += "\\r".utf8
      case 0x09: text += "\\t".utf8
      case 0x00..<0x20, 0x7F:
        text += "\\u00".utf8
        text += hexadecimal(byte)
      default: text.append(byte)
      }
    }
    text.append(UInt8(ascii: "\""))
  }

  private static func hexadecimal(_ byte: UInt8) -> [UInt8] {
    let digits = Array(String(byte, radix: 16).utf8)
    return digits.count == 1 ? [UInt8(ascii: "0")] + digits : digits
  }
}
