import StrataShell

/// A text and its charts.
struct Page {
  var text = ""
  var charts: [BarChart] = []
}

/// Strata and the others, one row for each workload, and which goals are reached.
struct RacePage {
  private let results: RaceResults
  private let comparisons: [Comparison]

  init(_ rows: [GoalRow], _ results: RaceResults) {
    self.results = results
    comparisons = results.sizes.flatMap { entries in
      rows.map { Comparison($0, results, entries: entries) }
    }.filter { !$0.values.isEmpty }
  }

  var page: Page {
    var page = Page()
    page.text = heading
    for entries in results.sizes {
      let rows = comparisons.filter { $0.entries == entries }
      page.text += "\n\(Units.plural(entries, "entry", "entries"))\n\n" + table(rows).text + "\n"
      page.charts += charts(rows)
    }
    page.text += "\n" + footing
    return page
  }

  private var heading: String {
    var lines = [
      "Medians of \(Units.plural(roundCount, "round")); in brackets, how many times as much"
    ]
    lines[0] += " an engine takes as Strata."
    lines += results.notes.map { "\($0.name): \($0.text)" }
    return lines.joined(separator: "\n") + "\n"
  }

  private var roundCount: Int {
    comparisons.flatMap { row in
      results.engines.map {
        results.rounds($0, row.row.workload, entries: row.entries, threads: row.row.threads).count
      }
    }.max() ?? 0
  }

  private func table(_ rows: [Comparison]) -> MarkdownTable {
    let engines = results.engines
    var table = MarkdownTable(
      ["workload"] + engines.map { Engines.name($0) } + ["goal", "reached"])
    for row in rows {
      let cells = engines.map { engine -> String in
        guard let value = row.value(of: engine) else { return "–" }
        guard engine != Engines.own, let advantage = row.advantage(over: engine) else {
          return Number.text(value)
        }
        return "\(Number.text(value)) (\(Number.ratio(advantage)))"
      }
      table.add(
        ["\(row.row.title), \(row.row.measure.rawValue)"] + cells + [row.goals, row.verdict.text])
    }
    return table
  }

  private var footing: String {
    let verdicts = comparisons.map(\.verdict).filter { $0 != .none }
    let reached = verdicts.filter {
      if case .reached = $0 { true } else { false }
    }
    var lines: [String] = []
    if !verdicts.isEmpty {
      lines.append("\(reached.count) of \(Units.plural(verdicts.count, "goal")) reached.")
    }
    lines += loops
    lines += results.failures.map { "Failed: \($0)" }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What the programs that measure take themselves.
  private var loops: [String] {
    ["loop-get", "loop-put"].compactMap { workload in
      let means = [Engines.own, "peers"].map { engine in
        results.measurements.filter { $0.engine == engine && $0.workload == workload }
          .map(\.mean).median
      }
      guard let own = means[0], let others = means[1] else { return nil }
      return "The loop of \(workload == "loop-get" ? "a read" : "a write") takes "
        + "\(Number.text(own)) ns here and \(Number.text(others)) ns with the others, and is in all numbers."
    }
  }

  /// One chart for each section whose rows are times; sections are named in the order of the rows.
  private func charts(_ rows: [Comparison]) -> [BarChart] {
    let names = rows.map(\.row.section).reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    return names.map { name in
      let groups = rows.filter { $0.row.section == name }
      let size = results.sizes.count > 1 ? "-\(groups.first?.entries ?? 0)" : ""
      return BarChart(
        name: name + size,
        series: results.engines.map { Engines.name($0) },
        groups: groups.map { row in
          BarChart.Group(
            title: "\(row.row.title), \(row.row.measure.rawValue)",
            bars: results.engines.enumerated().compactMap { index, engine in
              row.value(of: engine).map { BarChart.Bar(series: index, value: $0) }
            })
        })
    }
  }
}
