import StrataCore

/// The shape of a store as bars, one row a level, as long as the level is large.
///
///     memory           1,204 records   48.1 KiB  ░░
///     level 0     3 runs, 3 segments  412.0 KiB  ████│████│█████
///     level 1       1 run, 1 segment    1.3 MiB  ██████████████████████████
///
/// Each run is a place that a read may have to ask; fewer bars are quicker reads.
struct StoreShapePicture {
  let levels: [StoreStatistics.Level]
  /// The bytes that a full row stands for; nil: those of the largest level.
  ///
  /// Two pictures with the same scale can be compared.
  var scale: Int?
  var style = Style.plain
  var width = 80

  var lines: [String] {
    let largest = max(scale ?? 0, levels.map(\.bytes).max() ?? 0)
    guard largest > 0 else { return ["(nothing)"] }
    let room = max(10, width - 44)
    let rows = levels.map { level in
      (name: name(of: level), bar: bar(of: level, largest: largest, room: room), level: level)
    }
    var left = TextTable([.left, .right, .right])
    for row in rows { left.add(row.name, contents(of: row.level), Units.bytes(row.level.bytes)) }
    return zip(left.lines, rows).map { line, row in
      // The bar stands last, so that its colours do not disturb the widths of the columns.
      "\(line)  \(row.bar)"
    }
  }

  var text: String { lines.joined(separator: "\n") }

  private func name(of level: StoreStatistics.Level) -> String {
    level.level < 0 ? "memory" : "level \(level.level)"
  }

  private func contents(of level: StoreStatistics.Level) -> String {
    level.level < 0
      ? Units.plural(level.records, "record")
      : "\(Units.plural(level.runs, "run")), \(Units.plural(level.segments, "segment"))"
  }

  /// One piece for each run, up to as many as fit.
  private func bar(of level: StoreStatistics.Level, largest: Int, room: Int) -> String {
    guard level.bytes > 0 else { return "" }
    let length = max(1, Int(Double(level.bytes) / Double(largest) * Double(room)))
    let pieces = max(1, min(level.runs, (length + 1) / 2))
    guard level.level >= 0 else {
      return style.shade(String(repeating: "░", count: length), 0)
    }
    let inked = max(pieces, length - (pieces - 1))
    let runs = (0..<pieces).map { piece in
      let cells = inked * (piece + 1) / pieces - inked * piece / pieces
      return style.shade(String(repeating: "█", count: max(1, cells)), level.level + 1)
    }
    return runs.joined(separator: style.dim("│"))
  }
}
