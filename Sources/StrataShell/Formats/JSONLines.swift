import StrataCore

/// One object a line: `{"key":"city","value":"Zürich"}`.
///
/// JSON knows text only, so bytes that are not UTF-8 go into a member with another name, in base 64:
/// `{"key_base64":"/w==","value":"…"}`.
enum JSONLines {
  private static let names = ["key", "value", "key_base64", "value_base64"]

  static func write(_ key: Key, _ value: Value?, into text: inout [UInt8]) {
    text.append(UInt8(ascii: "{"))
    write("key", key.bytes, into: &text)
    if let value {
      text.append(UInt8(ascii: ","))
      write("value", value.bytes, into: &text)
    }
    text.append(UInt8(ascii: "}"))
  }

  private static func write(_ name: String, _ bytes: [UInt8], into text: inout [UInt8]) {
    if String(validating: bytes, as: UTF8.self) != nil {
      text += "\"\(name)\":".utf8
      JSONText.write(bytes, into: &text)
    } else {
      text += "\"\(name)_base64\":\"".utf8
      text += Base64.encode(bytes)
      text.append(UInt8(ascii: "\""))
    }
  }

  static func read(from reader: LineReader) throws(EntryFormatError) -> Entry? {
    guard let line = try reader.nextContent() else { return nil }
    var members = try JSONReader.members(of: line)
    if let other = members.keys.filter({ !names.contains($0) }).min() {
      throw .malformed(
        "there is an unknown member \"\(other)\"; there may be \(names.joined(separator: ", "))")
    }
    let key = try bytes(of: "key", in: &members)
    let value = try bytes(of: "value", in: &members)
    return Entry(key: Key(key), value: Value(value))
  }

  private static func bytes(
    of name: String, in members: inout [String: [UInt8]]
  ) throws(EntryFormatError) -> [UInt8] {
    switch (members.removeValue(forKey: name), members.removeValue(forKey: "\(name)_base64")) {
    case (let text?, nil): return text
    case (nil, let encoded?):
      guard let bytes = Base64.decode(encoded) else {
        throw .malformed("\(name)_base64 is not base 64")
      }
      return bytes
    case (nil, nil): throw .malformed("there is no member \"\(name)\"")
    default: throw .malformed("there are both \"\(name)\" and \"\(name)_base64\"")
    }
  }
}
