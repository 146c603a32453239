import StrataCore

/// Bytes of a file as a person reads them: sixteen a line, and the fields of the formats that are known.
enum ByteNotes {
  /// The lines around a place of a file.
  static func lines(_ bytes: [UInt8], file: String, around offset: Int) -> [String] {
    let first = max(0, (offset / 16 - 2) * 16)
    var lines: [String] = []
    for start in stride(from: first, to: min(bytes.count, first + 80), by: 16) {
      let row = bytes[start..<min(start + 16, bytes.count)]
      let hex = row.map { Escaping.hex($0) }.joined(separator: " ")
      let text = row.map { (0x20...0x7E).contains($0) ? String(UnicodeScalar($0)) : "." }.joined()
      let mark = row.indices.contains(offset) ? "  ← byte \(offset) is here" : ""
      let pad = String(repeating: " ", count: 47 - hex.count)
      lines.append("\(decimal(start))  \(hex)\(pad)  \(text)\(mark)")
    }
    if bytes.count <= first { lines.append("the file ends at byte \(bytes.count)") }
    return lines + fields(bytes, file)
  }

  /// What was done to a file, in a few words.
  static func change(of file: String, from old: [UInt8], to new: [UInt8]) -> String {
    if new.count < old.count, old.starts(with: new) {
      return "the last \(old.count - new.count) of \(old.count) bytes of \(file) are cut off"
    }
    if new.count > old.count, new.starts(with: old) {
      return "\(new.count - old.count) bytes are appended to \(file)"
    }
    let changed = old.indices.filter { new.indices.contains($0) && old[$0] != new[$0] }
    if new.count == old.count, changed.count == 1, let offset = changed.first {
      let (from, to) = (Escaping.hex(old[offset]), Escaping.hex(new[offset]))
      return "byte \(offset) of \(file) becomes \(to), where it was \(from)"
    }
    return "\(file) gets other bytes, \(new.count) of them"
  }

  private static func decimal(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: " ", count: max(0, 6 - digits.count)) + digits
  }

  /// More lines than this explain nothing.
  private static let longest = 24

  /// The fields of the formats, from the pages in `Docs/Formats`: where each record lies, and what it says.
  private static func fields(_ bytes: [UInt8], _ file: String) -> [String] {
    ByteView.withBytes(of: bytes) { view in
      if file.hasSuffix(".wal") { return frames(view) }
      if file.hasPrefix("data.") { return bitcaskRecords(view) }
      if file == "record" { return records(view, from: 0, to: view.count) }
      return file.hasSuffix(".seg") ? records(view, from: 40, to: view.count) : []
    }
  }

  private static func frames(_ view: ByteView) -> [String] {
    var lines: [String] = []
    var offset = 40
    while lines.count < longest, view.holds(32, at: offset) {
      let (length, count) = (Int(view.uint32(at: offset + 4)), view.uint32(at: offset + 24))
      lines.append(
        "at \(offset): frame, \(length) bytes of records, from change \(view.uint64(at: offset + 8)), "
          + "\(count) of them, synced up to \(view.uint64(at: offset + 16))")
      offset += 32
      if count == 0 || count == .max { continue }
      guard view.holds(length, at: offset) else { break }
      lines += records(view, from: offset, to: offset + length)
      offset += length
    }
    return Array(lines.prefix(longest))
  }

  private static func records(_ view: ByteView, from start: Int, to end: Int) -> [String] {
    var lines: [String] = []
    var offset = start
    while lines.count < longest, view.holds(24, at: offset), offset < end {
      let value = Int(view.uint32(at: offset + 8))
      let key = Int(view.uint32(at: offset + 12) & 0xFF_FFFF)
      let kind = view[offset + 15]
      guard (1...3).contains(kind) else { break }
      lines.append(
        "at \(offset): record of kind \(kind), key of \(key) bytes, value of \(value), "
          + "change \(view.uint64(at: offset + 16))")
      offset += 24 + (kind == 3 ? 8 : 0) + key + value
    }
    return lines
  }

  private static func bitcaskRecords(_ view: ByteView) -> [String] {
    var lines: [String] = []
    var offset = 56
    while lines.count < longest, view.holds(40, at: offset) {
      let (key, value) = (Int(view.uint32(at: offset + 16)), Int(view.uint32(at: offset + 20)))
      let kind = view[offset + 39]
      guard (1...4).contains(kind) else { break }
      lines.append(
        "at \(offset): record of kind \(kind), key of \(key) bytes, value of \(value), "
          + "\(view.uint32(at: offset + 36) & 0xFF_FFFF) of its batch follow")
      offset += 40 + key + value
    }
    return lines
  }
}
