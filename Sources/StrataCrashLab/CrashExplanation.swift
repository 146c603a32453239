import StrataCore

/// A file of a store in a few lines of a report.
enum CrashExplanation {
  /// The first pieces that an inspector finds, each with its fields, and with its bytes where it is damaged.
  static func lines(
    of inspect: ((FilePart, ByteView) -> Bool) throws(StoreError) -> Void
  ) -> [String] {
    var lines: [String] = []
    do throws(StoreError) {
      try inspect { part, bytes in
        let fields = part.fields.map { "\($0.name) \($0.meaning)" }.joined(separator: ", ")
        lines.append("at \(part.offset), \(part.count) bytes: \(part.title) (\(fields))")
        if let damage = part.damage {
          let hex = bytes.slice(at: 0, count: min(bytes.count, 48)).array.map(Escaping.hex)
          lines += ["  DAMAGED: \(damage)", "  " + hex.joined(separator: " ")]
        }
        return lines.count < 24
      }
    } catch {
      lines.append("\(error)")
    }
    return lines
  }
}
