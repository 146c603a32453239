import StrataCore

/// A way to keep changes in a file, as an autopsy sees it: bytes go in, entries come out, or a refusal.
protocol AutopsyFormat {
  /// The heading of its column.
  var name: String { get }

  /// The file that holds these changes, as a killed process leaves it.
  func write(_ changes: [WriteBatch.Change]) throws(StoreError) -> [UInt8]

  /// What a reader makes of the file, after writing one more change to it if there is one.
  ///
  /// - Throws: whatever the reader says instead of answering.
  func read(
    _ file: [UInt8], afterAppending change: WriteBatch.Change?
  ) throws(StoreError) -> AutopsyReading
}

/// What came out of a file.
struct AutopsyReading {
  /// The entries, by key.
  var entries: [Entry]
  /// True when the reader said that something was wrong.
  var isReported = false
}

/// A format whose file is read into a dictionary, change by change: all that the simplest stores do.
protocol SimpleFormat: AutopsyFormat {
  /// Appends one change.
  func encode(_ change: WriteBatch.Change, into file: inout [UInt8])

  /// Reads changes up to the end of the file, or to where there is no more sense in it.
  func decode(_ file: [UInt8]) throws(StoreError) -> [WriteBatch.Change]
}

extension SimpleFormat {
  func write(_ changes: [WriteBatch.Change]) throws(StoreError) -> [UInt8] {
    var file: [UInt8] = []
    for change in changes { encode(change, into: &file) }
    return file
  }

  func read(
    _ file: [UInt8], afterAppending change: WriteBatch.Change?
  ) throws(StoreError) -> AutopsyReading {
    var file = file
    if let change {
      // As these stores do: read what is there, then write at the end, wherever that is.
      _ = try decode(file)
      encode(change, into: &file)
    }
    let store = DictionaryStore()
    try store.apply(WriteBatch(try decode(file)))
    return AutopsyReading(entries: try store.scan().collect())
  }
}

/// `PUT|key|value` and `DEL|key`, a line each: the first idea that everybody has.
///
/// The key ends at the first bar, the value at the end of the line. Nothing is escaped.
struct BarredLines: SimpleFormat {
  let name = "PUT|key|value"

  func encode(_ change: WriteBatch.Change, into file: inout [UInt8]) {
    switch change {
    case .put(let key, let value, _):
      file += Array("PUT|".utf8) + key.bytes + [UInt8(ascii: "|")] + value.bytes
    case .delete(let key): file += Array("DEL|".utf8) + key.bytes
    }
    file.append(UInt8(ascii: "\n"))
  }

  func decode(_ file: [UInt8]) throws(StoreError) -> [WriteBatch.Change] {
    var changes: [WriteBatch.Change] = []
    for line in file.split(separator: UInt8(ascii: "\n")) {
      let parts = line.split(
        separator: UInt8(ascii: "|"), maxSplits: 2, omittingEmptySubsequences: false)
      switch (String(decoding: parts[0], as: UTF8.self), parts.count) {
      case ("PUT", 3):
        changes.append(.put(Key(Array(parts[1])), Value(Array(parts[2])), expiresAt: nil))
      case ("DEL", 2): changes.append(.delete(Key(Array(parts[1]))))
      default:
        throw .corrupt(file: "log.txt", offset: line.startIndex, reason: "there is no such line")
      }
    }
    return changes
  }
}

/// Records behind their lengths, without a checksum.
///
/// | size | meaning |
/// |---:|---|
/// | 8 | length of the rest |
/// | 8 | timestamp |
/// | 8 | length of the key, then the key |
/// | 1 | 1: a value follows; 0: a tombstone |
/// | 8 | length of the value, then the value |
///
/// A record that is not whole ends the reading; what is written next goes behind it.
struct LengthPrefixed: SimpleFormat {
  let name = "length first"

  func encode(_ change: WriteBatch.Change, into file: inout [UInt8]) {
    var body = ByteBuffer()
    body.append(UInt64(1_000_000))
    switch change {
    case .put(let key, let value, _):
      append(key.bytes, to: &body)
      body.append(UInt8(1))
      append(value.bytes, to: &body)
    case .delete(let key):
      append(key.bytes, to: &body)
      body.append(UInt8(0))
    }
    withUnsafeBytes(of: UInt64(body.count).littleEndian) { file += $0 }
    file += body.view.array
  }

  private func append(_ bytes: [UInt8], to body: inout ByteBuffer) {
    body.append(UInt64(bytes.count))
    ByteView.withBytes(of: bytes) { body.append($0) }
  }

  func decode(_ file: [UInt8]) throws(StoreError) -> [WriteBatch.Change] {
    try ByteView.withBytes(of: file) { (bytes) throws(StoreError) in
      var changes: [WriteBatch.Change] = []
      var offset = 0
      while bytes.holds(8, at: offset) {
        let length = Int(clamping: bytes.uint64(at: offset))
        guard bytes.holds(length, at: offset + 8) else { break }
        guard let change = change(in: bytes.slice(at: offset + 8, count: length)) else {
          throw .corrupt(file: "data.bin", offset: offset, reason: "the record makes no sense")
        }
        changes.append(change)
        offset += 8 + length
      }
      return changes
    }
  }

  private func change(in record: ByteView) -> WriteBatch.Change? {
    var offset = 8
    guard let key = take(from: record, at: &offset), record.holds(1, at: offset) else { return nil }
    let tag = record[offset]
    offset += 1
    if tag == 0 { return .delete(Key(key)) }
    guard tag == 1, let value = take(from: record, at: &offset) else { return nil }
    return .put(Key(key), Value(value), expiresAt: nil)
  }

  private func take(from record: ByteView, at offset: inout Int) -> ByteView? {
    guard record.holds(8, at: offset) else { return nil }
    let length = Int(clamping: record.uint64(at: offset))
    guard record.holds(length, at: offset + 8) else { return nil }
    defer { offset += 8 + length }
    return record.slice(at: offset + 8, count: length)
  }
}
