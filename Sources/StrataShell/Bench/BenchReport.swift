import StrataCore

/// Results as lines, because each is shown as soon as it is there.
struct BenchReport {
  private static let widths = [22, 3, 11, 9, 9, 9, 9, 9, 10, 10]
  private static let shares: [(name: String, share: Double)] = [
    ("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999),
  ]

  private let request: BenchRequest
  private let settings: StoreSettings

  init(_ request: BenchRequest, _ settings: StoreSettings) {
    self.request = request
    self.settings = settings
  }

  /// What stands above the results.
  var heading: [String] {
    guard request.format == .text else { return [] }
    return [
      "\(Units.plural(request.count, "entry", "entries")), keys of \(BenchData.keySize) bytes, "
        + "values of \(request.valueSize), engine \(settings.engine.name), "
        + "durability \(request.durability)",
      "",
      BenchReport.row(
        ["workload", "thr", "ops/s", "mean"] + BenchReport.shares.map(\.name)
          + ["max", "written", "on disk"]),
    ]
  }

  /// What stands below the results: what the whole process has cost.
  func footing(stages: Int) -> [String] {
    guard request.format == .text, stages > 0 else { return [] }
    let cost = BenchCost.soFar
    let anonymous = cost.anonymousMemory.map { ", \(Units.bytes($0)) of it without a file now" }
    return [
      "",
      "\(Units.decimal(cost.processorSeconds, 1)) s of processors, "
        + "at most \(Units.bytes(cost.peakMemory)) of memory\(anonymous ?? "").",
    ]
  }

  /// One result.
  func line(_ result: BenchResult) -> String {
    switch request.format {
    case .text: BenchReport.row(cells(result)) + remarks(result)
    case .json: json(result).line
    case .lines: fields(result).joined(separator: " ")
    }
  }

  // MARK: For people

  private func cells(_ result: BenchResult) -> [String] {
    let isTimed = result.times.count > 1
    let shares = BenchReport.shares.map { Double(result.times.percentile($0.share)) }
    return [
      result.workload.rawValue, "\(result.threads)", Units.count(Int(result.perSecond)),
      Units.nanoseconds(result.mean),
    ] + (shares + [Double(result.times.maximum)]).map { isTimed ? Units.nanoseconds($0) : "–" }
      + [
        result.cost.writtenBytes.map(Units.bytes) ?? "–",
        result.store.map { Units.bytes($0.diskBytes) } ?? "–",
      ]
  }

  private func remarks(_ result: BenchResult) -> String {
    let pairs = result.remarks.map { "\($0.name) \($0.value)" }
    return pairs.isEmpty ? "" : "\n  " + pairs.joined(separator: ", ")
  }

  private static func row(_ cells: [String]) -> String {
    zip(cells, widths).enumerated().map { index, cell in
      let gap = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
      return index == 0 ? cell.0 + gap : gap + cell.0
    }.joined(separator: " ")
  }

  // MARK: For programs

  private func json(_ result: BenchResult) -> JSONText {
    var members: [(String, JSONText)] = [
      ("workload", .string(result.workload.rawValue)),
      ("engine", .string(settings.engine.name)), ("durability", .string(durability(result))),
      ("policy", settings.policy.map { .string($0) } ?? .null),
      ("entries", .integer(result.entries)), ("value_size", .integer(result.valueSize)),
      ("seed", .integer(request.seed)), ("threads", .integer(result.threads)),
      ("operations", .integer(result.operations)),
      ("nanoseconds", .integer(Int(result.nanoseconds))),
      ("per_second", .decimal(result.perSecond)), ("mean_ns", .decimal(result.mean)),
    ]
    members += BenchReport.shares.map {
      ("\($0.name)_ns", .integer(Int(result.times.percentile($0.share))))
    }
    members.append(("max_ns", .integer(Int(result.times.maximum))))
    members += cost(result.cost)
    if let store = result.store { members += self.store(store, of: result) }
    members += result.remarks.map { ($0.name, .string($0.value)) }
    return .object(members)
  }

  private func durability(_ result: BenchResult) -> String {
    let isSynced = BenchStage.allCases.contains {
      $0.isSynced && $0.workloads.contains(result.workload)
    }
    return isSynced ? "sync" : "\(request.durability)"
  }

  private func cost(_ cost: BenchCost) -> [(String, JSONText)] {
    func number(_ count: Int?) -> JSONText { count.map { .integer($0) } ?? .null }
    return [
      ("cpu_seconds", .decimal(cost.processorSeconds)),
      ("written_bytes", number(cost.writtenBytes)), ("passed_bytes", number(cost.passedBytes)),
      ("peak_memory", .integer(cost.peakMemory)),
      ("anonymous_memory", number(cost.anonymousMemory)),
    ]
  }

  private func store(
    _ store: BenchStoreState, of result: BenchResult
  ) -> [(String, JSONText)] {
    func ratio(_ numerator: Int, _ denominator: Int) -> JSONText {
      denominator == 0 ? .null : .decimal(Double(numerator) / Double(denominator))
    }
    let live = result.entries * (BenchData.keySize + result.valueSize)
    return [
      ("disk_bytes", .integer(store.diskBytes)),
      ("user_bytes", .integer(store.writes.userBytes)),
      ("log_bytes", .integer(store.writes.logBytes)),
      ("flushed_bytes", .integer(store.writes.flushedBytes)),
      ("compacted_bytes", .integer(store.writes.compactedBytes)),
      ("write_amplification", ratio(store.writes.diskBytes, store.writes.userBytes)),
      ("space_amplification", ratio(store.diskBytes, live)),
    ]
  }

  // MARK: For a table of several engines

  /// The fields that `Fixtures/Race` documents.
  private func fields(_ result: BenchResult) -> [String] {
    func seconds(_ number: Double) -> String { Units.decimal(number, 4) }
    let isTimed = result.times.count > 0
    let remarks =
      result.remarks.map { "\($0.name)=\($0.value)" }
      + (isTimed
        ? [
          "p999=\(result.times.percentile(0.999))", "max=\(result.times.maximum)",
        ] : [])
    return [
      "R", settings.engine.name, "default", result.workload.rawValue, "\(result.entries)",
      "\(result.valueSize)", "\(result.threads)", Units.decimal(result.perSecond, 0),
      Units.decimal(result.mean, 1), "\(result.times.percentile(0.5))",
      "\(result.times.percentile(0.99))", "\(result.store?.diskBytes ?? 0)",
      "\(result.cost.writtenBytes ?? 0)", "\(result.cost.passedBytes ?? 0)",
      "\(result.cost.peakMemory >> 10)", "\((result.cost.anonymousMemory ?? 0) >> 10)",
      seconds(result.cost.processorSeconds), seconds(Double(result.nanoseconds) / 1e9),
      remarks.isEmpty ? "-" : remarks.joined(separator: ","),
    ]
  }
}
