/// Reads one JSON object (RFC 8259) whose members are all strings.
///
/// Strict where data could be lost: repeated members, lone surrogates, control characters within a
/// string and anything behind the object are errors.
struct JSONReader {
  private let bytes: [UInt8]
  private var position = 0

  /// The members of the object on this line.
  static func members(of line: [UInt8]) throws(EntryFormatError) -> [String: [UInt8]] {
    var reader = JSONReader(bytes: line)
    return try reader.object()
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func object() throws(EntryFormatError) -> [String: [UInt8]] {
    var members: [String: [UInt8]] = [:]
    try expect("{")
    if peek() == UInt8(ascii: "}") {
      position += 1
    } else {
      while true {
        let name = String(decoding: try string(), as: UTF8.self)
        try expect(":")
        guard peek() == UInt8(ascii: "\"") else {
          throw .malformed("the value of \"\(name)\" is not a string, at column \(position + 1)")
        }
        guard members.updateValue(try string(), forKey: name) == nil else {
          throw .malformed("the member \"\(name)\" is there twice")
        }
        if peek() != UInt8(ascii: ",") { break }
        position += 1
      }
      try expect("}")
    }
    guard peek() == nil else {
      throw .malformed("there is something behind the object, at column \(position + 1)")
    }
    return members
  }

  /// The next byte that is not white space.
  private mutating func peek() -> UInt8? {
    while position < bytes.count, [0x20, 0x09, 0x0D, 0x0A].contains(bytes[position]) {
      position += 1
    }
    return position < bytes.count ? bytes[position] : nil
  }

  private mutating func expect(_ character: Character) throws(EntryFormatError) {
    guard let byte = peek(), byte == character.asciiValue else {
      throw .malformed("there should be a \(character) at column \(position + 1)")
    }
    position += 1
  }

  private mutating func string() throws(EntryFormatError) -> [UInt8] {
    guard peek() == UInt8(ascii: "\"") else {
      throw .malformed("there should be a string at column \(position + 1)")
    }
    position += 1
    var text: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard String(validating: text, as: UTF8.self) != nil else {
          throw .malformed("a string is not UTF-8; such bytes go into a member in base 64")
        }
        return text
      case UInt8(ascii: "\\"): text += try escape()
      case 0x00..<0x20:
        throw .malformed("a control character at column \(position) must be escaped")
      default: text.append(byte)
      }
    }
    throw .malformed("a string is not closed")
  }

  private mutating func escape() throws(EntryFormatError) -> [UInt8] {
    guard position < bytes.count else { throw .malformed("a string is not closed") }
    position += 1
    switch bytes[position - 1] {
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [bytes[position - 1]]
    case UInt8(ascii: "u"): return try unicode()
    default: throw .malformed("there is no such escape, at column \(position)")
    }
  }

  /// `XXXX`, or `XXXX\uXXXX` for a character beyond the first 65,536.
  private mutating func unicode() throws(EntryFormatError) -> [UInt8] {
    var code = try fourDigits()
    if (0xD800..<0xDC00).contains(code), bytes[position...].starts(with: "\\u".utf8) {
      position += 2
      let low = try fourDigits()
      guard (0xDC00..<0xE000).contains(low) else {
        throw .malformed("half of a surrogate pair, at column \(position)")
      }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else {
      throw .malformed("half of a surrogate pair, at column \(position)")
    }
    return Array(String(Character(scalar)).utf8)
  }

  private mutating func fourDigits() throws(EntryFormatError) -> UInt32 {
    let end = min(position + 4, bytes.count)
    let digits = bytes[position..<end]
    guard digits.count == 4, digits.allSatisfy({ $0 != UInt8(ascii: "+") }),
      let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw .malformed("there should be four hexadecimal digits at column \(position + 1)") }
    position = end
    return code
  }
}
