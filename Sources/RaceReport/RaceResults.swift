import Foundation
import StrataCore
import StrataShell

/// One measurement of one engine in one round, as a line of `kvcli bench --format lines`.
///
///     R lsm default readview 1000000 100 1 4000000 250.0 240 400 …
struct Measurement: Sendable {
  let engine: String
  let workload: String
  let entries: Int
  let valueSize: Int
  let threads: Int
  let perSecond: Double
  /// Nanoseconds of an operation.
  let mean: Double
  let median: Double
  let diskBytes: Double
  /// Bytes, the most since the process began.
  let peakMemory: Double
  /// Bytes of memory without a file behind them, at the end.
  let anonymousMemory: Double
  let remarks: [String: Double]

  /// A line of measurements; nil for any other.
  init?(_ line: Substring) {
    let fields = line.split(separator: " ").map(String.init)
    guard fields.count == 19, fields[0] == "R",
      let entries = Int(fields[4]), let valueSize = Int(fields[5]), let threads = Int(fields[6]),
      let perSecond = Double(fields[7]), let mean = Double(fields[8]),
      let median = Double(fields[9]), let diskBytes = Double(fields[11]),
      let peakMemory = Double(fields[14]), let anonymousMemory = Double(fields[15])
    else { return nil }
    engine = fields[1]
    workload = fields[3]
    self.entries = entries
    self.valueSize = valueSize
    self.threads = threads
    self.perSecond = perSecond
    self.mean = mean
    self.median = median
    self.diskBytes = diskBytes
    self.peakMemory = peakMemory * 1024
    self.anonymousMemory = anonymousMemory * 1024
    var remarks: [String: Double] = [:]
    for remark in fields[18].split(separator: ",") {
      let parts = remark.split(separator: "=", maxSplits: 1)
      if parts.count == 2 { remarks[String(parts[0])] = Double(parts[1]) }
    }
    self.remarks = remarks
  }
}

/// All measurements of a race, and what its script noted about machine, versions and failures.
struct RaceResults: Sendable {
  private(set) var measurements: [Measurement] = []
  /// What stands behind the names in lines `M NAME TEXT`, in their order.
  private(set) var notes: [(name: String, text: String)] = []
  /// What went wrong, a line each.
  private(set) var failures: [String] = []

  /// Reads the lines that the race wrote; what is none of them is left out.
  init(_ text: String) {
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 2).map(String.init)
      if let measurement = Measurement(line) {
        measurements.append(measurement)
      } else if words.first == "M", words.count == 3 {
        notes.append((words[1], words[2]))
      } else if words.first == "F" {
        failures.append(words.dropFirst().joined(separator: " "))
      }
    }
  }

  /// The engines, Strata first, the others as they came.
  var engines: [String] {
    let all = measurements.map(\.engine).filter { $0 != "peers" }
    let unique = all.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return unique.filter { $0 == Engines.own } + unique.filter { $0 != Engines.own }
  }

  /// The numbers of entries, in ascending order; the few large values are no size of their own.
  var sizes: [Int] {
    let sizes = Set(measurements.filter { $0.valueSize < 1 << 20 }.map(\.entries))
    return (sizes.isEmpty ? Set(measurements.map(\.entries)) : sizes).sorted()
  }

  /// What one measurement came to in each round.
  func rounds(
    _ engine: String, _ workload: String, entries: Int, threads: Int
  ) -> [Measurement] {
    measurements.filter {
      $0.engine == engine && $0.workload == workload && $0.threads == threads
        && ($0.entries == entries || $0.valueSize == 1 << 20)
    }
  }

  /// The text of a note; nil where there is none.
  func note(_ name: String) -> String? { notes.first { $0.name == name }?.text }
}

/// How engines are written.
enum Engines {
  static let own = "lsm"
  private static let names = [
    "lsm": "Strata", "leveldb": "LevelDB", "rocksdb": "RocksDB", "lmdb": "LMDB",
    "tkrzw": "tkrzw hash", "wiredtiger": "WiredTiger", "sqlite": "SQLite",
  ]

  static func name(_ engine: String) -> String { names[engine] ?? engine }
}

extension Array where Element == Double {
  /// The middle one, or the mean of the two in the middle; nil of nothing.
  var median: Double? {
    guard !isEmpty else { return nil }
    let sorted = self.sorted()
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
  }
}

extension RaceResults {
  /// Every number, for other programs.
  var json: String {
    let notes = self.notes.map { ($0.name, JSONText.string($0.text)) }
    var seen: Set<String> = []
    let rows = measurements.compactMap { first -> JSONText? in
      let key = "\(first.engine) \(first.workload) \(first.entries) \(first.threads)"
      guard seen.insert(key).inserted else { return nil }
      let rounds = self.rounds(
        first.engine, first.workload, entries: first.entries, threads: first.threads)
      return .object([
        ("engine", .string(first.engine)), ("workload", .string(first.workload)),
        ("entries", .integer(first.entries)), ("value_size", .integer(first.valueSize)),
        ("threads", .integer(first.threads)),
        ("median_of_means_ns", rounds.map(\.mean).median.map { .decimal($0) } ?? .null),
        ("means_ns", .array(rounds.map { .decimal($0.mean) })),
        ("medians_ns", .array(rounds.map { .decimal($0.median) })),
        ("disk_bytes", .array(rounds.map { .decimal($0.diskBytes) })),
        ("peak_memory", .array(rounds.map { .decimal($0.peakMemory) })),
        ("anonymous_memory", .array(rounds.map { .decimal($0.anonymousMemory) })),
      ])
    }
    return JSONText.object([
      ("notes", .object(notes)), ("failures", .array(failures.map { .string($0) })),
      ("measurements", .array(rows)),
    ]).line + "\n"
  }
}
