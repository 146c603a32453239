import StrataCore

/// `key<TAB>value`, each escaped so that neither holds a tab or a newline of its own; see `Escaping`.
enum TabSeparated {
  static func write(_ key: Key, _ value: Value?, into text: inout [UInt8]) {
    ByteView.withBytes(of: key.bytes) { Escaping.escape($0, into: &text) }
    guard let value else { return }
    text.append(UInt8(ascii: "\t"))
    ByteView.withBytes(of: value.bytes) { Escaping.escape($0, into: &text) }
  }

  static func read(from reader: LineReader) throws(EntryFormatError) -> Entry? {
    guard let line = try reader.nextContent() else { return nil }
    guard let tab = line.firstIndex(of: UInt8(ascii: "\t")) else {
      throw .malformed("there is no tab between a key and a value")
    }
    let value = line[(tab + 1)...]
    guard !value.contains(UInt8(ascii: "\t")) else {
      throw .malformed("there is more than one tab; a tab within a value is written \\t")
    }
    return Entry(
      key: Key(try unescape(line[..<tab], "key")), value: Value(try unescape(value, "value")))
  }

  /// The bytes that a field stands for.
  static func unescape(_ field: ArraySlice<UInt8>, _ what: String) throws(EntryFormatError)
    -> [UInt8]
  {
    guard field.contains(UInt8(ascii: "\\")) else { return Array(field) }
    guard let bytes = Escaping.unescape(field) else {
      throw .malformed(
        "the \(what) holds a backslash that begins no escape; a backslash is written \\\\")
    }
    return bytes
  }
}
