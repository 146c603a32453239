import Foundation
import StrataTestSupport
import Testing

@testable import RaceReport
@testable import StrataShell

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("The report of the race")
struct RaceReportTests {
  /// A line as the programs that measure write it.
  private static func line(
    _ engine: String, _ workload: String, _ mean: Double, entries: Int = 1_000_000,
    threads: Int = 1,
    remarks: String = "-"
  ) -> String {
    let perSecond = Int(1e9 / mean * Double(threads))
    return "R \(engine) tuned \(workload) \(entries) 100 \(threads) \(perSecond) \(mean) 7 9 "
      + "4096 1 2 2048 1024 0.5 0.25 \(remarks)"
  }

  private static func row(
    _ goals: String, workload: String = "readview", measure: String = "ns", threads: Int = 1
  ) throws -> GoalRow {
    let text =
      "reading\trandom read\t\(measure)\t\(workload)\treadview,readrandom\t\(threads)\t1000000\t\(goals)"
    return try #require(try GoalRow.all(in: text).first)
  }

  private static func comparison(
    _ goals: String, _ lines: [String], workload: String = "readview", threads: Int = 1
  ) throws -> Comparison {
    Comparison(
      try row(goals, workload: workload, threads: threads),
      RaceResults(lines.joined(separator: "\n")), entries: 1_000_000)
  }

  @Test("a measurement is read from its line, and anything else is none")
  func lines() throws {
    let measurement = try #require(
      Measurement(Self.line("lmdb", "compact", 500, remarks: "before=7,spaceamp_after=1.25")[...]))
    #expect(measurement.engine == "lmdb" && measurement.workload == "compact")
    #expect(measurement.mean == 500 && measurement.median == 7)
    #expect(measurement.peakMemory == 2_097_152 && measurement.anonymousMemory == 1_048_576)
    #expect(measurement.remarks["spaceamp_after"] == 1.25)
    #expect(Measurement("R lmdb tuned compact") == nil)
    #expect(Measurement("") == nil)
    let results = RaceResults("M date 2026-11-21\nF lmdb, random\nrubbish\n")
    #expect(results.note("date") == "2026-11-21" && results.failures == ["lmdb, random"])
    #expect(results.measurements.isEmpty)
  }

  @Test("what kvcli writes can be read")
  func fromKvcli() throws {
    var request = BenchRequest()
    request.format = .lines
    var result = BenchResult(
      workload: .compact, entries: 10, valueSize: 100, threads: 2, operations: 4,
      nanoseconds: 1000, times: Histogram(), cost: BenchCost(peakMemory: 1 << 20))
    result.remarks = [("spaceamp_after", "1.050"), ("writeamp", "-")]
    let line = BenchReport(request, StoreSettings()).line(result)
    let measurement = try #require(Measurement(line[...]))
    #expect(measurement.engine == Engines.own && measurement.mean == 500)
    #expect(measurement.remarks == ["spaceamp_after": 1.05])
  }

  @Test("the number of a row is the median of its rounds, of the first workload an engine has")
  func medians() throws {
    let row = try Self.comparison(
      "",
      [
        Self.line("lmdb", "readview", 900), Self.line("lmdb", "readrandom", 100),
        Self.line("leveldb", "readrandom", 5000), Self.line("lsm", "readview", 300),
        Self.line("lsm", "readview", 200), Self.line("lsm", "readview", 900),
        Self.line("lsm", "readview", 7, entries: 10), Self.line("lsm", "readview", 8, threads: 2),
      ])
    #expect(row.values.map(\.engine) == ["lsm", "lmdb", "leveldb"])
    #expect(row.values.map(\.value) == [300, 900, 5000])
    #expect(row.advantage(over: "lmdb") == 3)
    #expect([1.0, 2].median == 1.5 && [Double]().median == nil)
  }

  @Test(
    "a goal is reached or missed",
    arguments: [
      ("300", "yes"), ("299", "**no**: 300 > 299"), ("3 of lmdb", "yes"),
      ("3.1 of lmdb;300", "**no**: 3.0 × LMDB"),
      ("3.1 of lmdb;299", "**no**: 3.0 × LMDB, 300 > 299"),
      ("3 of all", "**no**: 0.50 × tkrzw hash"), ("0.5 of all", "yes"),
      ("4 of rocksdb", "yes, without RocksDB"), ("1.5 fdatasync", "yes"),
      ("1.4 fdatasync", "**no**: 1.5 × fdatasync"), ("", ""),
    ])
  func verdicts(goals: String, verdict: String) throws {
    let row = try Self.comparison(
      goals,
      [
        Self.line("lsm", "readview", 300), Self.line("lsm", "fdatasync", 200),
        Self.line("lmdb", "readview", 900), Self.line("tkrzw", "readview", 150),
      ])
    #expect(row.verdict.text == verdict)
  }

  @Test(
    "two threads are compared with one", arguments: [(220.0, "yes"), (240, "**no**: scales 1.7 ×")])
  func scaling(mean: Double, verdict: String) throws {
    let row = try Self.comparison(
      "scales 1.8",
      [Self.line("lsm", "readview", 200), Self.line("lsm", "readview", mean, threads: 2)],
      threads: 2)
    #expect(row.verdict.text == verdict)
  }

  @Test("the project's goals can be read, and kvcli has every workload in them")
  func goals() throws {
    let rows = try GoalRow.all(in: try ProjectFiles.text("Fixtures/Race/goals.tsv"))
    #expect(rows.count > 25)
    let own = Set(Workload.allCases.map(\.rawValue)).union(["cli-get"])
    for row in rows { #expect(own.contains(row.workload), "\(row.title)") }
    #expect(try #require(rows.first).goals.keys.sorted() == [10_000, 100_000, 1_000_000])
    let run = try ProjectFiles.text("Fixtures/Race/run")
    for workload in Workload.allCases {
      let name = workload.rawValue.replacing("-compacted", with: "")
      #expect(run.contains(name), "Fixtures/Race/run never measures \(name)")
    }
  }

  @Test(
    "a goal that is none is refused with its line", arguments: ["much", "4 from lmdb", "1 2 3"])
  func mistakes(goal: String) {
    let error = #expect(throws: RaceError.self) { _ = try Self.row(goal) }
    #expect(error?.reason == "line 1 of the goals has a goal that is none: \(goal)")
    #expect(throws: RaceError.self) { _ = try GoalRow.all(in: "# a comment\nfew\tfields\n") }
  }

  @Test("the page shows values, advantages, goals and what failed")
  func page() throws {
    let results = RaceResults(
      """
      M machine a small one
      \(Self.line("lmdb", "readview", 1200))
      \(Self.line("lsm", "readview", 240))
      \(Self.line("lsm", "loop-get", 10))
      \(Self.line("peers", "loop-get", 8))
      F sqlite, random, round 1
      """)
    let page = RacePage([try Self.row("300;4 of lmdb")], results).page
    #expect(
      page.text == """
        Medians of 1 round; in brackets, how many times as much an engine takes as Strata.
        machine: a small one

        1,000,000 entries

        | workload        | Strata |        LMDB | goal              | reached |
        |:----------------|-------:|------------:|:------------------|:--------|
        | random read, ns |    240 | 1,200 (5.0) | ≤ 300; ≥ 4 × LMDB | yes     |

        1 of 1 goal reached.
        The loop of a read takes 10 ns here and 8 ns with the others, and is in all numbers.
        Failed: sqlite, random, round 1

        """)
    #expect(page.charts.map(\.name) == ["reading"])
  }

  @Test("others can be compared without Strata")
  func withoutStrata() throws {
    let results = RaceResults(
      [Self.line("lmdb", "readview", 1200), Self.line("leveldb", "readrandom", 3000)]
        .joined(separator: "\n"))
    let text = RacePage([try Self.row("300")], results).page.text
    #expect(text.contains("| random read, ns | 1,200 |   3,000 | ≤ 300 |         |"))
  }

  @Test("the page of sizes has one column for each")
  func sizes() throws {
    let results = RaceResults(
      [
        Self.line("lsm", "readview", 25, entries: 10_000),
        Self.line("lsm", "readview", 240, entries: 1_000_000),
      ].joined(separator: "\n"))
    let page = ScalePage([try Self.row("300")], results).page
    #expect(page.text.contains("| workload        | 10,000 | 1,000,000 |"))
    #expect(page.text.contains("| random read, ns |     25 |       240 |"))
  }

  @Test("a chart is sound XML, and ten times as much is everywhere one step")
  func chart() throws {
    let chart = BarChart(
      name: "a < b", series: ["Strata", "R&D"],
      groups: [
        BarChart.Group(
          title: "fast, ns",
          bars: [BarChart.Bar(series: 0, value: 20), BarChart.Bar(series: 1, value: 200)]),
        BarChart.Group(
          title: "slow, ns",
          bars: [BarChart.Bar(series: 0, value: 3000), BarChart.Bar(series: 1, value: 3000)]),
      ])
    let parser = XMLParser(data: Data(chart.svg.utf8))
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    #expect(chart.svg.filter { $0 == "\n" }.count > 8)
    #expect(chart.length(of: 200, least: 20) - chart.length(of: 20, least: 20) == chart.step)
    #expect(chart.length(of: 3000, least: 3000) == chart.length(of: 20, least: 20))
    let long = BarChart(
      name: "", series: ["a"],
      groups: [
        BarChart.Group(
          title: "",
          bars: [BarChart.Bar(series: 0, value: 1), BarChart.Bar(series: 0, value: 1e6)])
      ])
    #expect(long.length(of: 1e6, least: 1) <= 540.001)
  }

  @Test("all numbers are there as JSON")
  func json() throws {
    let results = RaceResults(
      [
        "M date 2026-11-21", Self.line("lsm", "scan", 20), Self.line("lsm", "scan", 40),
      ].joined(separator: "\n"))
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(results.json.utf8)) as? [String: Any])
    let rows = try #require(object["measurements"] as? [[String: Any]])
    #expect(rows.count == 1)
    #expect(rows.first?["means_ns"] as? [Double] == [20, 40])
    #expect(rows.first?["median_of_means_ns"] as? Double == 30)
  }
}
