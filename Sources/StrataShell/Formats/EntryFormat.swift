import StrataCore

/// How entries are written as text, one a line, and read back; every format keeps every byte.
enum EntryFormat: String, CaseIterable, Sendable {
  case tsv, csv, json

  /// The format that a file's name promises.
  init?(fileName: String) {
    guard let dot = fileName.lastIndex(of: ".") else { return nil }
    switch fileName[fileName.index(after: dot)...].lowercased() {
    case "tsv", "tab", "txt": self = .tsv
    case "csv": self = .csv
    case "json", "jsonl", "ndjson": self = .json
    default: return nil
    }
  }

  /// Appends an entry and its newline; only the key where there is no value.
  func write(_ key: Key, _ value: Value?, into text: inout [UInt8]) {
    switch self {
    case .tsv: TabSeparated.write(key, value, into: &text)
    case .csv: CommaSeparated.write(key, value, into: &text)
    case .json: JSONLines.write(key, value, into: &text)
    }
    text.append(UInt8(ascii: "\n"))
  }

  /// The next entry of a file; nil at its end.
  func read(from reader: LineReader) throws(EntryFormatError) -> Entry? {
    switch self {
    case .tsv: try TabSeparated.read(from: reader)
    case .csv: try CommaSeparated.read(from: reader)
    case .json: try JSONLines.read(from: reader)
    }
  }
}

/// Why an entry could not be read.
enum EntryFormatError: Error {
  /// The line is not what the format says.
  case malformed(String)
  /// The file could not be read.
  case store(StoreError)
}

extension LineReader {
  /// The next line that is not blank, without a carriage return at its end.
  func nextContent() throws(EntryFormatError) -> [UInt8]? {
    while let line = try nextLine() {
      let content = line.last == UInt8(ascii: "\r") ? line.dropLast() : line[...]
      if !content.isEmpty { return Array(content) }
    }
    return nil
  }

  /// The next line, with the formats' errors.
  func nextLine() throws(EntryFormatError) -> [UInt8]? {
    do throws(StoreError) { return try next() } catch { throw .store(error) }
  }
}
