import StrataCore

/// Where the objects of a line lie, found without understanding them.
///
///     {"key":"a","value":"1"}                      0..<23
///     [{"key":"a","value":"1"},{"key":"b",…}]      1..<24, 25..<…
///
/// An object ends with the first closing brace outside of its strings, because none holds another. Whether
/// what lies between the braces makes sense is for its reader to find out.
struct ObjectSpans {
  private let line: ByteView
  private var position = 0

  /// The span of the only object, or those of all objects of a batch.
  static func find(in line: ByteView) throws(JSONError) -> [Range<Int>] {
    var search = ObjectSpans(line)
    let spans = try search.pass("[") ? search.batch() : [search.object()]
    if search.nextByte != nil {
      throw JSONError("there is something behind the object, at column \(search.position + 1)")
    }
    return spans
  }

  private init(_ line: ByteView) { self.line = line }

  /// What stands between the brackets, and the closing one.
  private mutating func batch() throws(JSONError) -> [Range<Int>] {
    var spans: [Range<Int>] = []
    repeat { spans.append(try object()) } while pass(",")
    guard pass("]") else {
      throw JSONError("there should be a , or a ] at column \(position + 1)")
    }
    return spans
  }

  private mutating func object() throws(JSONError) -> Range<Int> {
    guard pass("{") else { throw JSONError("there should be a { at column \(position + 1)") }
    let start = position - 1
    var isInString = false
    while position < line.count {
      let byte = line[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""): isInString.toggle()
      case UInt8(ascii: "\\") where isInString: position += 1
      case UInt8(ascii: "}") where !isInString: return start..<position
      default: break
      }
    }
    throw JSONError(isInString ? "a string is not closed" : "an object is not closed")
  }

  /// Goes behind the character if it comes next.
  private mutating func pass(_ character: Unicode.Scalar) -> Bool {
    guard nextByte == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  /// The next byte that is not white space; `position` is moved to it.
  private var nextByte: UInt8? {
    mutating get {
      while position < line.count, [0x20, 0x09, 0x0D, 0x0A].contains(line[position]) {
        position += 1
      }
      return position < line.count ? line[position] : nil
    }
  }
}
