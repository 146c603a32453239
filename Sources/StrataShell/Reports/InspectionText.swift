import Strata
import StrataCore

/// A piece of a file as lines: what it is, and each field with its offset and its bytes.
struct InspectionText {
  /// Bytes shown of a field; the rest is counted.
  private static let shownBytes = 8

  var style = Style.plain

  func lines(_ part: FilePart, _ bytes: ByteView) -> [String] {
    var lines = ["\(offset(part.offset))  \(style.bold(part.title)), \(part.count) bytes"]
    let rows = part.fields.map { field in
      (offset(field.offset), hex(field, part, bytes), field.name, field.meaning)
    }
    let nameWidth = rows.map(\.2.count).max() ?? 0
    for (offset, hex, name, meaning) in rows {
      let gap = String(repeating: " ", count: nameWidth - name.count)
      let end = meaning.isEmpty ? name : "\(name)\(gap)  \(meaning)"
      lines.append("  \(offset)  \(style.dim(hex))  \(end)")
    }
    if let damage = part.damage { lines.append("  \(style.bad("damaged: \(damage)"))") }
    return lines
  }

  func json(_ part: FilePart, _ bytes: ByteView) -> JSONText {
    .object([
      ("offset", .integer(part.offset)), ("count", .integer(part.count)),
      ("title", .string(part.title)),
      (
        "fields",
        .array(
          part.fields.map { field in
            .object([
              ("offset", .integer(field.offset)), ("count", .integer(field.count)),
              ("name", .string(field.name)), ("meaning", .string(field.meaning)),
              ("hex", .string(digits(field, part, bytes, limit: 64).joined())),
            ])
          })
      ),
      ("damage", part.damage.map(JSONText.string) ?? .null),
    ])
  }

  /// Eight hexadecimal digits, as in hexdump.
  private func offset(_ offset: Int) -> String {
    let digits = String(offset, radix: 16)
    return String(repeating: "0", count: max(0, 8 - digits.count)) + digits
  }

  /// A field's first bytes in a column of fixed width.
  private func hex(_ field: FilePart.Field, _ part: FilePart, _ bytes: ByteView) -> String {
    let digits = digits(field, part, bytes, limit: InspectionText.shownBytes)
    let more = field.count > InspectionText.shownBytes ? " …" : ""
    let text = digits.joined(separator: " ") + more
    let width = 3 * InspectionText.shownBytes + 1
    return text + String(repeating: " ", count: max(0, width - text.count))
  }

  /// The bytes of a field that lie within its part.
  private func digits(
    _ field: FilePart.Field, _ part: FilePart, _ bytes: ByteView, limit: Int
  ) -> [String] {
    let start = field.offset - part.offset
    let count = min(field.count, limit)
    guard bytes.holds(count, at: start) else { return [] }
    return bytes.slice(at: start, count: count).array.map(Escaping.hex)
  }
}
