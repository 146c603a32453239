import StrataCore

/// One object a line: `{"key":"city","value":"Zürich"}`.
///
/// JSON knows text only, so bytes that are not UTF-8 go into a member with another name, in base 64:
/// `{"key_base64":"/w==","value":"…"}`. The log of the engine `append-log` is such a file too.
enum JSONLines {
  private static let names = ["key", "value", "key_base64", "value_base64"]

  static func write(_ key: Key, _ value: Value?, into text: inout [UInt8]) {
    text.append(UInt8(ascii: "{"))
    JSONObject.write("key", key.bytes, into: &text)
    if let value {
      text.append(UInt8(ascii: ","))
      JSONObject.write("value", value.bytes, into: &text)
    }
    text.append(UInt8(ascii: "}"))
  }

  static func read(from reader: LineReader) throws(EntryFormatError) -> Entry? {
    guard let line = try reader.nextContent() else { return nil }
    do throws(JSONError) {
      return try ByteView.withBytes(of: line) { bytes throws(JSONError) in try entry(bytes) }
    } catch {
      throw .malformed(error.reason)
    }
  }

  private static func entry(_ bytes: ByteView) throws(JSONError) -> Entry {
    var reader = JSONReader(bytes)
    var object = try reader.object()
    try reader.expectEnd()
    try object.expectOnly(names)
    guard let key = try object.removeBytes("key"), let value = try object.removeBytes("value")
    else { throw JSONError("null is neither a key nor a value") }
    return Entry(key: Key(key), value: Value(value))
  }
}
