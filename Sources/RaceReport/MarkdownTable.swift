/// A table that can be read as it stands, and that documentation shows as one.
struct MarkdownTable {
  private let heading: [String]
  private var rows: [[String]] = []

  init(_ heading: [String]) { self.heading = heading }

  /// Adds a row; its first cell is even on the left, the others on the right, texts excepted.
  mutating func add(_ cells: [String]) { rows.append(cells) }

  /// All lines.
  var text: String {
    let widths = heading.indices.map { column in
      ([heading] + rows).map { $0[column].count }.max() ?? 0
    }
    let isNumber = heading.indices.map { column in
      column > 0 && rows.allSatisfy { $0[column].first?.isNumber ?? true || $0[column] == "–" }
        && rows.contains { !$0[column].isEmpty }
    }
    func line(_ cells: [String]) -> String {
      let padded = cells.enumerated().map { column, cell in
        let gap = String(repeating: " ", count: widths[column] - cell.count)
        return isNumber[column] ? gap + cell : cell + gap
      }
      return "| " + padded.joined(separator: " | ") + " |"
    }
    let rule = heading.indices.map { column in
      let dashes = String(repeating: "-", count: widths[column] + 1)
      return isNumber[column] ? "\(dashes):" : ":\(dashes)"
    }
    return ([line(heading), "|" + rule.joined(separator: "|") + "|"] + rows.map(line))
      .joined(separator: "\n")
  }
}
