/// Reads JSON objects whose members are strings, whole numbers or null (RFC 8259), and arrays of them.
///
/// Strict where data could be lost: repeated members, lone surrogates and control characters within a
/// string are errors. It reads one object at a time and knows where that ends, so that one can be taken
/// out of the middle of a line:
///
///     var reader = JSONReader(bytes)                      // {"key":"45","value":"hello"}
///     let object = try reader.object()
///     reader.position                                     // 28, behind the closing brace
///
/// - Complexity: O(n); nothing is allocated beyond the strings themselves.
package struct JSONReader {
  private let bytes: ByteView
  /// Where it reads on.
  package private(set) var position: Int

  /// A reader of these bytes, from `position` on; they must outlive it.
  package init(_ bytes: ByteView, at position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  /// The members of the object that begins here.
  package mutating func object() throws(JSONError) -> JSONObject {
    var object = JSONObject()
    try expect("{")
    if take("}") { return object }
    repeat {
      let name = String(decoding: try string(), as: UTF8.self)
      try expect(":")
      guard object.add(name, try scalar(of: name)) else {
        throw JSONError("the member \"\(name)\" is there twice")
      }
    } while take(",")
    try expect("}")
    return object
  }

  /// Moves behind the character if it comes next, white space before it included.
  package mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  /// Moves behind the character, which must come next.
  package mutating func expect(_ character: Unicode.Scalar) throws(JSONError) {
    guard take(character) else {
      throw JSONError("there should be a \(character) at column \(position + 1)")
    }
  }

  /// Makes sure that nothing but white space is left.
  package mutating func expectEnd() throws(JSONError) {
    guard peek() == nil else {
      throw JSONError("there is something behind the object, at column \(position + 1)")
    }
  }

  /// The next byte that is not white space.
  package mutating func peek() -> UInt8? {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0D, 0x0A: position += 1
      default: return bytes[position]
      }
    }
    return nil
  }

  private mutating func scalar(of name: String) throws(JSONError) -> JSONObject.Scalar {
    switch peek() {
    case UInt8(ascii: "\""): return .text(try string())
    case UInt8(ascii: "n"):
      guard bytes.holds(4, at: position),
        bytes.slice(at: position, count: 4).array.elementsEqual("null".utf8)
      else { break }
      position += 4
      return .null
    case let byte? where isDigit(byte):
      let start = position
      while position < bytes.count, isDigit(bytes[position]) { position += 1 }
      let digits = bytes.slice(at: start, count: position - start)
      // Not "007": the text of a number is the number's only text.
      guard digits.count == 1 || digits[0] != UInt8(ascii: "0"),
        let number = UInt64(String(decoding: digits.array, as: UTF8.self))
      else { break }
      return .number(number)
    default: break
    }
    throw JSONError(
      "the value of \"\(name)\" is neither a string nor a whole number nor null, at column "
        + "\(position + 1)")
  }

  private func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

  private mutating func string() throws(JSONError) -> [UInt8] {
    guard take("\"") else { throw JSONError("there should be a string at column \(position + 1)") }
    var text: [UInt8] = []
    while position < bytes.count {
      // Most of a string is plain; it is copied run by run.
      let run = plainRun()
      text += UnsafeRawBufferPointer(start: bytes.start + position, count: run)
      position += run
      guard position < bytes.count else { break }
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\\") {
        text += try escape()
      } else if byte < 0x20 {
        throw JSONError("a control character at column \(position) must be escaped")
      } else {
        guard String(validating: text, as: UTF8.self) != nil else {
          throw JSONError("a string is not UTF-8; such bytes go into a member in base 64")
        }
        return text
      }
    }
    throw JSONError("a string is not closed")
  }

  /// How many bytes from here on stand for themselves.
  private func plainRun() -> Int {
    var end = position
    while end < bytes.count {
      let byte = bytes[end]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { break }
      end += 1
    }
    return end - position
  }

  private mutating func escape() throws(JSONError) -> [UInt8] {
    guard position < bytes.count else { throw JSONError("a string is not closed") }
    position += 1
    switch bytes[position - 1] {
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [bytes[position - 1]]
    case UInt8(ascii: "u"): return try unicode()
    default: throw JSONError("there is no such escape, at column \(position)")
    }
  }

  /// `XXXX`, or `XXXX\uXXXX` for a character beyond the first 65,536.
  private mutating func unicode() throws(JSONError) -> [UInt8] {
    var code = try fourDigits()
    if (0xD800..<0xDC00).contains(code), bytes.holds(2, at: position),
      bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u")
    {
      position += 2
      let low = try fourDigits()
      guard (0xDC00..<0xE000).contains(low) else {
        throw JSONError("half of a surrogate pair, at column \(position)")
      }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else {
      throw JSONError("half of a surrogate pair, at column \(position)")
    }
    return Array(String(Character(scalar)).utf8)
  }

  private mutating func fourDigits() throws(JSONError) -> UInt32 {
    let digits = bytes.holds(4, at: position) ? bytes.slice(at: position, count: 4).array : []
    guard digits.count == 4, digits.allSatisfy({ $0 != UInt8(ascii: "+") }),
      let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw JSONError("there should be four hexadecimal digits at column \(position + 1)") }
    position += 4
    return code
  }
}

/// What is wrong with a piece of JSON, as the end of a sentence.
package struct JSONError: Error {
  /// What is wrong, and where in the line.
  package let reason: String

  /// An error with this reason.
  package init(_ reason: String) { self.reason = reason }
}
