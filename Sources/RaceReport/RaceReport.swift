import Foundation

/// Makes tables and charts of what the race has measured.
///
///     RaceReport [--scale] --goals GOALS --out DIRECTORY RESULTS
///
/// Prints the table, and writes into the directory: the table (`race.md`), every number (`race.json`), and
/// a chart for each group of rows. With `--scale` it compares one engine with itself, at several sizes;
/// the names then begin with `scale`. `Fixtures/Race/run` measures, and calls this.
@main
struct RaceReport {
  static func main() {
    do {
      let arguments = try ReportArguments(Array(CommandLine.arguments.dropFirst()))
      try write(arguments)
    } catch let error as RaceError {
      stop(error.reason)
    } catch {
      stop("\(error.localizedDescription)")
    }
  }

  private static func write(_ arguments: ReportArguments) throws {
    let results = RaceResults(try text(of: arguments.results))
    guard !results.measurements.isEmpty else {
      throw RaceError("\(arguments.results) holds no measurement")
    }
    let rows = try GoalRow.all(in: try text(of: arguments.goals))
    let page = arguments.isScale ? ScalePage(rows, results).page : RacePage(rows, results).page
    print(page.text)
    let name = arguments.isScale ? "scale" : "race"
    try write(page.text, to: "\(arguments.directory)/\(name).md")
    try write(results.json, to: "\(arguments.directory)/\(name).json")
    for chart in page.charts {
      try write(chart.svg, to: "\(arguments.directory)/\(name)-\(chart.name).svg")
    }
  }

  private static func text(of path: String) throws -> String {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw RaceError("\(path) cannot be read")
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func write(_ text: String, to path: String) throws {
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }

  private static func stop(_ reason: String) -> Never {
    FileHandle.standardError.write(Data("RaceReport: \(reason).\n".utf8))
    exit(1)
  }
}

/// Something in the input that cannot be understood; a sentence without its full stop.
struct RaceError: Error, Equatable {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}

/// What the command line asks for.
struct ReportArguments {
  private(set) var goals = ""
  private(set) var directory = ""
  private(set) var results = ""
  private(set) var isScale = false

  init(_ words: [String]) throws {
    var rest = words[...]
    while let word = rest.popFirst() {
      switch word {
      case "--scale": isScale = true
      case "--goals": goals = rest.popFirst() ?? ""
      case "--out": directory = rest.popFirst() ?? ""
      default: results = word
      }
    }
    guard !goals.isEmpty, !directory.isEmpty, !results.isEmpty else {
      throw RaceError("it is called so: RaceReport [--scale] --goals GOALS --out DIRECTORY RESULTS")
    }
  }
}
