import StrataShell

/// Strata at several sizes, one row for each workload: how its times grow with its entries.
struct ScalePage {
  private let results: RaceResults
  private let rows: [GoalRow]

  init(_ rows: [GoalRow], _ results: RaceResults) {
    self.results = results
    self.rows = rows.filter { row in
      results.sizes.contains { Comparison(row, results, entries: $0).own != nil }
    }
  }

  var page: Page {
    var table = MarkdownTable(["workload"] + results.sizes.map { Units.count($0) })
    for row in rows {
      let values = results.sizes.map { Comparison(row, results, entries: $0).own }
      table.add(
        ["\(row.title), \(row.measure.rawValue)"] + values.map { $0.map(Number.text) ?? "–" })
    }
    let notes = results.notes.map { "\($0.name): \($0.text)\n" }.joined()
    let failures = results.failures.map { "\nFailed: \($0)" }.joined()
    return Page(text: notes + "\n" + table.text + failures + "\n", charts: charts)
  }

  private var charts: [BarChart] {
    let names = rows.map(\.section).reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    return names.map { name in
      BarChart(
        name: name, series: results.sizes.map { Units.plural($0, "entry", "entries") },
        groups: rows.filter { $0.section == name }.map { row in
          BarChart.Group(
            title: "\(row.title), \(row.measure.rawValue)",
            bars: results.sizes.enumerated().compactMap { index, entries in
              Comparison(row, results, entries: entries).own.map {
                BarChart.Bar(series: index, value: $0)
              }
            })
        })
    }
  }
}
