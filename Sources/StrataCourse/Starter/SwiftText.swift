/// A Swift source of which comments and texts are known.
///
/// `code` has the same bytes as `bytes`, at the same places, with spaces where a comment or a string literal
/// stands; so braces can be counted in it.
struct SwiftText {
  let bytes: [UInt8]
  private(set) var code: [UInt8]
  private var comments: [Range<Int>] = []

  init(_ text: String) {
    bytes = Array(text.utf8)
    code = bytes
    var position = 0
    while position < bytes.count {
      guard let end = endOfRegion(at: position) else {
        position += 1
        continue
      }
      if !starts("\"", at: position), !starts("#", at: position) { comments.append(position..<end) }
      for index in position..<end where code[index] != UInt8(ascii: "\n") {
        code[index] = UInt8(ascii: " ")
      }
      position = end
    }
  }

  /// Where the comment or string that begins here ends; nil when none does.
  private func endOfRegion(at start: Int) -> Int? {
    if starts("//", at: start) {
      return bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    }
    if starts("/*", at: start) { return endOfComment(at: start) }
    return endOfString(at: start)
  }

  /// Comments of this kind lie within each other.
  private func endOfComment(at start: Int) -> Int {
    var depth = 0
    var position = start
    while position < bytes.count {
      if starts("/*", at: position) {
        depth += 1
        position += 2
      } else if starts("*/", at: position) {
        depth -= 1
        position += 2
        if depth == 0 { return position }
      } else {
        position += 1
      }
    }
    return bytes.count
  }

  /// String literals of every kind: one line or several, raw or not, with interpolations that hold others.
  private func endOfString(at start: Int) -> Int? {
    var hashes = 0
    while start + hashes < bytes.count, bytes[start + hashes] == UInt8(ascii: "#") { hashes += 1 }
    guard starts("\"", at: start + hashes) else { return nil }
    let quotes = starts("\"\"\"", at: start + hashes) ? 3 : 1
    let rawMark = String(repeating: "#", count: hashes)
    let closing = String(repeating: "\"", count: quotes) + rawMark
    let escape = "\\" + rawMark
    var position = start + hashes + quotes
    while position < bytes.count {
      if starts(closing, at: position) { return position + closing.utf8.count }
      guard starts(escape, at: position) else {
        position += 1
        continue
      }
      position += escape.utf8.count
      position = starts("(", at: position) ? endOfInterpolation(at: position) : position + 1
    }
    return bytes.count
  }

  private func endOfInterpolation(at start: Int) -> Int {
    var depth = 0
    var position = start
    while position < bytes.count {
      if let end = endOfRegion(at: position) {
        position = end
        continue
      }
      if bytes[position] == UInt8(ascii: "(") { depth += 1 }
      if bytes[position] == UInt8(ascii: ")") { depth -= 1 }
      position += 1
      if depth == 0 { return position }
    }
    return bytes.count
  }

  private func starts(_ text: String, at position: Int) -> Bool {
    var index = position
    for byte in text.utf8 {
      guard index < bytes.count, bytes[index] == byte else { return false }
      index += 1
    }
    return true
  }

  /// The source between two places.
  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// The code between two places without comments, as if it stood on one line.
  func words(_ range: Range<Int>) -> String {
    var kept: [UInt8] = []
    var position = range.lowerBound
    for comment in comments where comment.overlaps(range) {
      kept += bytes[position..<comment.lowerBound]
      position = comment.upperBound
    }
    kept += bytes[position..<range.upperBound]
    return String(decoding: kept, as: UTF8.self).split { $0.isWhitespace }.joined(separator: " ")
      .replacing("( ", with: "(").replacing(" )", with: ")")
  }
}
