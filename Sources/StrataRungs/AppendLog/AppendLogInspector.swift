import StrataCore

/// A log, line by line, with the meaning of each entry; needs nothing but the file.
public enum AppendLogInspector {
  /// True when this may be a log: its name says so, or its first bytes do.
  public static func recognises(_ contents: FileContents) -> Bool {
    if contents.name.hasSuffix(".jsonl") { return true }
    return contents.withBytes { bytes in
      let start = bytes.slice(at: 0, count: min(bytes.count, 4)).array
      return [[UInt8]("{\"ke".utf8), [UInt8]("[{\"k".utf8)].contains(start)
    }
  }

  /// Calls `body` with each line and its bytes, from the beginning, until it returns false.
  public static func inspect(
    _ path: String, fileSystem: any FileSystem = LocalFileSystem(),
    _ body: (FilePart, _ bytes: ByteView) -> Bool
  ) throws(StoreError) {
    try inspect(try FileContents.read(path, fileSystem: fileSystem), body)
  }

  /// The same for a file that was read already.
  ///
  /// - Throws: `invalidArgument` when it is no log.
  public static func inspect(
    _ contents: FileContents, _ body: (FilePart, _ bytes: ByteView) -> Bool
  ) throws(StoreError) {
    guard recognises(contents) else {
      throw .invalidArgument("\(contents.path): this is not an append log")
    }
    contents.withBytes { bytes in
      var offset = 0
      while offset < bytes.count {
        var end = offset
        while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
        let line = bytes.slice(at: offset, count: end - offset)
        let count = min(end + 1, bytes.count) - offset
        let part = part(line, at: offset, count: count)
        guard body(part, bytes.slice(at: offset, count: count)) else { return }
        offset += count
      }
    }
  }

  private static func part(
    _ line: ByteView, at offset: Int, count: Int
  ) -> FilePart {
    var part = FilePart(offset: offset, count: count, title: "line")
    do throws(JSONError) {
      let entries = try LogLine.entries(of: line, at: offset)
      part.title = entries.count > 1 ? "batch of \(entries.count)" : "line"
      for entry in entries {
        part.fill(upTo: entry.offset)
        part.fields.append(field(of: entry))
      }
      part.fill(upTo: offset + line.count)
    } catch {
      let isTorn = line.count == count
      part.title = isTorn ? "torn line" : "line"
      part.damage = isTorn ? "this is no whole line; it does not count" : error.reason
      part.fields = [
        FilePart.Field(offset: offset, count: line.count, name: "text", meaning: "cannot be read")
      ]
      return part
    }
    if line.count < count {
      part.fields.append(
        FilePart.Field(offset: offset + line.count, count: 1, name: "newline", meaning: ""))
    }
    return part
  }

  private static func field(of entry: LogEntry) -> FilePart.Field {
    var meaning = entry.key.description
    if let value = entry.value { meaning += " = \(value)" }
    if let expiresAt = entry.expiresAt { meaning += ", until \(expiresAt) ms since 1970" }
    return FilePart.Field(
      offset: entry.offset, count: entry.place.length,
      name: entry.value == nil ? "delete" : "put", meaning: meaning)
  }
}

extension FilePart {
  /// Adds what lies between two entries: brackets and commas.
  fileprivate mutating func fill(upTo end: Int) {
    let start = fields.last.map { $0.offset + $0.count } ?? offset
    guard start < end else { return }
    fields.append(Field(offset: start, count: end - start, name: "between", meaning: ""))
  }
}
