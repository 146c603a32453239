import Foundation

/// A row of the table: which measurements it compares, and what is to be reached.
///
/// A line of `goals.tsv`; the columns are explained in `Fixtures/Race/README.md`.
struct GoalRow: Sendable {
  let section: String
  let title: String
  let measure: Measure
  let workload: String
  /// What the others do for it: the first of these that an engine has.
  let others: [String]
  let threads: Int
  /// The goals, by number of entries.
  private(set) var goals: [Int: [Goal]]

  /// The number of a measurement that the row shows.
  enum Measure: String, CaseIterable, Sendable {
    case meanNanoseconds = "ns"
    case meanMicroseconds = "µs"
    case medianMicroseconds = "µs (median)"
    case milliseconds = "ms"
    case peakMemory = "MiB"
    case anonymousMemory = "MiB without a file"
    case space = "× on disk"
    case written = "× written"

    func value(of measurement: Measurement) -> Double? {
      switch self {
      case .meanNanoseconds: measurement.mean
      case .meanMicroseconds: measurement.mean / 1e3
      case .medianMicroseconds: measurement.median / 1e3
      case .milliseconds: measurement.mean / 1e6
      case .peakMemory: measurement.peakMemory / 1_048_576
      case .anonymousMemory: measurement.anonymousMemory / 1_048_576
      case .space: measurement.remarks["spaceamp_after"]
      case .written: measurement.remarks["writeamp"]
      }
    }
  }

  /// Something to be reached.
  enum Goal: Equatable, Sendable {
    /// At most so much.
    case atMost(Double)
    /// At most so many times what another workload of ours takes.
    case atMostTimes(Double, workload: String)
    /// So many times better than another engine; nil: than every one.
    case timesBetter(Double, than: String?)
    /// So many times as much work in all as one thread does.
    case scales(Double)
  }

  /// The rows of a file; lines with the same title, workload and threads are one row at several sizes.
  static func all(in text: String) throws -> [GoalRow] {
    var rows: [GoalRow] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    where !line.isEmpty && !line.hasPrefix("#") {
      let row = try GoalRow(line, number: index + 1)
      let same = rows.firstIndex {
        $0.title == row.title && $0.workload == row.workload && $0.threads == row.threads
      }
      if let same {
        rows[same].goals.merge(row.goals) { _, new in new }
      } else {
        rows.append(row)
      }
    }
    return rows
  }

  private init(_ line: Substring, number: Int) throws {
    let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    guard fields.count == 8, let measure = Measure(rawValue: fields[2]),
      let threads = Int(fields[5]), let entries = Int(fields[6])
    else {
      throw RaceError(
        "line \(number) of the goals is not eight fields between tabs, as the README explains them")
    }
    section = fields[0]
    title = fields[1]
    self.measure = measure
    workload = fields[3]
    others = fields[4].split(separator: ",").map(String.init)
    self.threads = threads
    let goals = try fields[7].split(separator: ";").map { try Goal($0, number: number) }
    self.goals = [entries: goals]
  }
}

extension GoalRow.Goal {
  /// `300`, `1.1 fdatasync`, `4 of lmdb`, `5 of all`, `scales 1.8`.
  fileprivate init(_ text: Substring, number: Int) throws {
    let words = text.split(separator: " ").map(String.init)
    switch (words.count, Double(words[0]), words.count > 1 ? Double(words[1]) : nil) {
    case (1, let limit?, _): self = .atMost(limit)
    case (2, let times?, _): self = .atMostTimes(times, workload: words[1])
    case (3, let times?, _) where words[1] == "of":
      self = .timesBetter(times, than: words[2] == "all" ? nil : words[2])
    case (2, nil, let times?) where words[0] == "scales": self = .scales(times)
    default: throw RaceError("line \(number) of the goals has a goal that is none: \(text)")
    }
  }
}
