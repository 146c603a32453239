import StrataCore

/// `key,value` after RFC 4180, with the same escapes inside the fields as tab-separated text.
///
/// A field that holds a comma, a quotation mark or a space at one of its ends stands in quotation
/// marks, and marks within it are doubled. Bytes that are not text, backslashes and newlines are
/// escaped with backslashes *before* that, so that every byte comes back, and an exported entry is
/// always one line. Read are also fields that go over several lines between quotation marks, as
/// spreadsheets write them; so is the byte order mark that they put before the first line. There is no header line, because any line may be an entry.
enum CommaSeparated {
  private static let mark = UInt8(ascii: "\"")
  private static let comma = UInt8(ascii: ",")
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  static func write(_ key: Key, _ value: Value?, into text: inout [UInt8]) {
    write(key.bytes, into: &text)
    guard let value else { return }
    text.append(comma)
    write(value.bytes, into: &text)
  }

  private static func write(_ bytes: [UInt8], into text: inout [UInt8]) {
    let isSpaced = bytes.first == UInt8(ascii: " ") || bytes.last == UInt8(ascii: " ")
    // An empty field alone on its line would be a blank line, which readers skip.
    // A key that begins with the mark would lose it at the beginning of a file.
    let isMarked = bytes.starts(with: byteOrderMark)
    guard
      isSpaced || isMarked || bytes.isEmpty
        || bytes.contains(where: { $0 == comma || $0 == mark })
    else {
      ByteView.withBytes(of: bytes) { Escaping.escape($0, into: &text) }
      return
    }
    var field: [UInt8] = []
    ByteView.withBytes(of: bytes) { Escaping.escape($0, into: &field) }
    text.append(mark)
    for byte in field { text += byte == mark ? [mark, mark] : [byte] }
    text.append(mark)
  }

  static func read(from reader: LineReader) throws(EntryFormatError) -> Entry? {
    guard var line = try content(from: reader) else { return nil }
    var fields: [[UInt8]] = []
    var position = 0
    while true {
      fields.append(try field(of: &line, from: &position, reader))
      guard position < line.count else { break }
      position += 1
    }
    guard fields.count == 2 else {
      throw .malformed("there should be 2 fields, a key and a value, but there are \(fields.count)")
    }
    return Entry(
      key: Key(try TabSeparated.unescape(fields[0][...], "key")),
      value: Value(try TabSeparated.unescape(fields[1][...], "value")))
  }

  /// The next line that holds something, without the mark that may begin a file.
  private static func content(from reader: LineReader) throws(EntryFormatError) -> [UInt8]? {
    guard let line = try reader.nextContent() else { return nil }
    guard reader.lineNumber == 1, line.starts(with: byteOrderMark) else { return line }
    return line.count > byteOrderMark.count
      ? Array(line[byteOrderMark.count...]) : try reader.nextContent()
  }

  /// One field; afterwards `position` is at the comma behind it or at the end.
  private static func field(
    of line: inout [UInt8], from position: inout Int, _ reader: LineReader
  ) throws(EntryFormatError) -> [UInt8] {
    guard position < line.count, line[position] == mark else {
      let end = line[position...].firstIndex(of: comma) ?? line.count
      defer { position = end }
      return Array(line[position..<end])
    }
    var field: [UInt8] = []
    position += 1
    while true {
      guard position < line.count else {
        guard let more = try reader.nextLine() else {
          throw .malformed("a quotation mark is not closed")
        }
        field.append(UInt8(ascii: "\n"))
        line = more
        position = 0
        continue
      }
      let byte = line[position]
      position += 1
      if byte != mark {
        field.append(byte)
      } else if position < line.count, line[position] == mark {
        field.append(mark)
        position += 1
      } else {
        break
      }
    }
    // A line read within quotation marks still has the carriage return of its line end.
    if position == line.count - 1, line[position] == UInt8(ascii: "\r") { line.removeLast() }
    guard position == line.count || line[position] == comma else {
      throw .malformed("a closing quotation mark is followed by something other than a comma")
    }
    return field
  }
}
