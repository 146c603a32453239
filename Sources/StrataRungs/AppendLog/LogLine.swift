import StrataCore

/// One line of the log, as it is written and as it is read.
///
/// | a line | means |
/// |---|---|
/// | `{"key":"45","value":"hello"}` | the key holds the value |
/// | `{"key":"45","value":null}` | the key was deleted: a tombstone |
/// | `{"key":"45","value":"hello","expires":1760000000000}` | the same until that time, in ms since 1970 |
/// | `{"key_base64":"/w==","value":"any"}` | a key (or a value) that is not UTF-8 |
/// | `[{"key":"a","value":"1"},{"key":"b","value":null}]` | a batch: all of it or none |
///
/// A line ends with a newline; within strings a newline is `\n`, so no line holds another. The same lines
/// are what `kvcli export --format json` writes.
///
/// **What it cannot do**: say that it was damaged. A flipped bit within a text gives another text.
public struct LogLine {
  /// The bytes of the line, with its newline.
  public private(set) var bytes: [UInt8] = []
  /// The keys in order, and where their entries lie from the line's beginning; nil place: a tombstone.
  private(set) var entries: [(key: Key, place: LogPlace?, expires: Bool)] = []

  /// The line of a batch.
  public init(_ batch: WriteBatch) {
    let isBatch = batch.count > 1
    if isBatch { bytes.append(UInt8(ascii: "[")) }
    batch.forEach { key, value, expiresAt in
      if !entries.isEmpty { bytes.append(UInt8(ascii: ",")) }
      append(Key(key), value.map { Value($0) }, expiresAt)
    }
    if isBatch { bytes.append(UInt8(ascii: "]")) }
    bytes.append(UInt8(ascii: "\n"))
  }

  private mutating func append(_ key: Key, _ value: Value?, _ expiresAt: UnixMilliseconds?) {
    let start = bytes.count
    LogLine.write(key, value, expiresAt, into: &bytes)
    let place = LogPlace(offset: start, length: bytes.count - start)
    entries.append((key, value == nil ? nil : place, expiresAt != nil))
  }

  /// Appends one object, as the table above has it.
  ///
  /// `JSONObject.write` writes a name and its bytes.
  static func write(
    _ key: Key, _ value: Value?, _ expiresAt: UnixMilliseconds?, into text: inout [UInt8]
  ) {
    text.append(UInt8(ascii: "{"))
    JSONObject.write("key", key.bytes, into: &text)
    text.append(UInt8(ascii: ","))
    if let value {
      JSONObject.write("value", value.bytes, into: &text)
    } else {
      text += "\"value\":null".utf8
    }
    if let expiresAt { text += ",\"expires\":\(expiresAt)".utf8 }
    text.append(UInt8(ascii: "}"))
  }

  // MARK: Reading

  private static let names = ["key", "value", "key_base64", "value_base64", "expires"]

  /// The entries of a line that begins at `offset` of the log.
  static func entries(of line: ByteView, at offset: Int) throws(JSONError) -> [LogEntry] {
    var reader = JSONReader(line)
    var entries: [LogEntry] = []
    if reader.take("[") {
      repeat { entries.append(try entry(&reader, at: offset)) } while reader.take(",")
      try reader.expect("]")
    } else {
      entries.append(try entry(&reader, at: offset))
    }
    try reader.expectEnd()
    return entries
  }

  /// The entry whose bytes these are, and nothing else.
  static func entry(_ bytes: ByteView, at offset: Int) throws(JSONError) -> LogEntry {
    var reader = JSONReader(bytes)
    let entry = try entry(&reader, at: offset)
    try reader.expectEnd()
    return entry
  }

  private static func entry(
    _ reader: inout JSONReader, at offset: Int
  ) throws(JSONError) -> LogEntry {
    _ = reader.peek()
    let start = reader.position
    var object = try reader.object()
    let place = LogPlace(offset: offset + start, length: reader.position - start)
    try object.expectOnly(names)
    guard let key = try object.removeBytes("key") else {
      throw JSONError("the key is null")
    }
    guard key.count <= Key.maximumLength else {
      throw JSONError("the key has \(key.count) bytes, more than a key may have")
    }
    let value = try object.removeBytes("value")
    let expiresAt: UnixMilliseconds?
    switch object.remove("expires") {
    case nil: expiresAt = nil
    case .number(let moment): expiresAt = moment
    default: throw JSONError("\"expires\" is not a number")
    }
    return LogEntry(
      place: place, key: Key(key), value: value.map { Value($0) }, expiresAt: expiresAt)
  }
}
