/// The members of a JSON object, in their order; and bytes as such a member.
///
/// JSON knows text only. Bytes that are text in UTF-8 are a member of the name that they have; bytes that
/// are not, or hold control characters beside tab, newline and return, go into one with another name, in
/// base 64:
///
///     {"key":"city","value":"Zürich"}
///     {"key_base64":"/w==","value":"any"}
///
/// So every byte comes back, and text stays readable.
package struct JSONObject {
  /// What a member may be.
  package enum Scalar: Equatable {
    /// A string, as UTF-8.
    case text([UInt8])
    /// A whole number, not negative.
    case number(UInt64)
    /// Nothing.
    case null
  }

  private var members: [(name: String, value: Scalar)] = []

  /// An object without members.
  package init() {}

  /// Adds a member; false when there is one of that name.
  package mutating func add(_ name: String, _ value: Scalar) -> Bool {
    guard !members.contains(where: { $0.name == name }) else { return false }
    members.append((name, value))
    return true
  }

  /// Takes the member of this name out.
  package mutating func remove(_ name: String) -> Scalar? {
    guard let index = members.firstIndex(where: { $0.name == name }) else { return nil }
    return members.remove(at: index).value
  }

  /// Makes sure that there is no member of another name: one that nobody knows may change what it all means.
  package func expectOnly(_ names: [String]) throws(JSONError) {
    guard let other = members.first(where: { !names.contains($0.name) }) else { return }
    throw JSONError(
      "there is an unknown member \"\(other.name)\"; there may be \(names.joined(separator: ", "))")
  }

  /// Takes out bytes: the text of this name, or the base 64 of its longer name; nil for null.
  package mutating func removeBytes(_ name: String) throws(JSONError) -> [UInt8]? {
    switch (remove(name), remove("\(name)_base64")) {
    case (.text(let text), nil): return text
    case (.null, nil): return nil
    case (nil, .text(let encoded)):
      guard let bytes = Base64.decode(encoded) else {
        throw JSONError("\(name)_base64 is not base 64")
      }
      return bytes
    case (nil, nil): throw JSONError("there is no member \"\(name)\"")
    case (.number, nil), (nil, _): throw JSONError("\"\(name)\" is not a string")
    default: throw JSONError("there are both \"\(name)\" and \"\(name)_base64\"")
    }
  }

  /// Appends `"name":"text"`, or `"name_base64":"…"` where the bytes are not text.
  package static func write(_ name: String, _ bytes: [UInt8], into text: inout [UInt8]) {
    if isText(bytes) {
      text += "\"\(name)\":".utf8
      JSONText.write(bytes, into: &text)
    } else {
      text += "\"\(name)_base64\":\"".utf8
      text += Base64.encode(bytes)
      text.append(UInt8(ascii: "\""))
    }
  }

  private static func isText(_ bytes: [UInt8]) -> Bool {
    for byte in bytes where byte < 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D {
      return false
    }
    return String(validating: bytes, as: UTF8.self) != nil
  }
}
