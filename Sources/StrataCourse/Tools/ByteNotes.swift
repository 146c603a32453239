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

  private static func decimal(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: " ", count: max(0, 6 - digits.count)) + digits
  }

  /// The fields of the formats, from the pages in `Docs/Formats`: offset, size, meaning.
  private static func fields(_ bytes: [UInt8], _ file: String) -> [String] {
    guard file.hasSuffix(".wal") || file == "record" else { return [] }
    var lines: [String] = []
    var offset = file == "record" ? 0 : 40
    ByteView.withBytes(of: bytes) { view in
      while lines.count < 24 {
        if file != "record" {
          guard view.holds(32, at: offset) else { return }
          let count = view.uint32(at: offset + 24)
          lines.append(
            "at \(offset): frame, \(view.uint32(at: offset + 4)) bytes of records, from change "
              + "\(view.uint64(at: offset + 8)), \(count) of them, synced up to \(view.uint64(at: offset + 16))"
          )
          offset += 32
          if count == 0 || count == .max { continue }
        }
        guard view.holds(24, at: offset) else { return }
        let (value, key) = (
          Int(view.uint32(at: offset + 8)), Int(view.uint32(at: offset + 12) & 0xFF_FFFF)
        )
        let kind = view[offset + 15]
        lines.append(
          "at \(offset): record of kind \(kind), key of \(key) bytes, value of \(value), "
            + "change \(view.uint64(at: offset + 16))")
        let size = 24 + (kind == 3 ? 8 : 0) + key + value
        guard view.holds(size, at: offset) else { return }
        offset += size
      }
    }
    return lines
  }
}
