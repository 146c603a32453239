import StrataCore

extension Execution {
  func bench(_ request: BenchRequest) throws(StoreError) -> Outcome {
    if session.settings.isNamed { try checkThatStoreIsEmpty(session) }
    if request.format == .text {
      try output.line(
        "\(Units.count(request.count)) entries, keys of 16 bytes, values of \(request.valueSize), "
          + "engine \(session.settings.engine.name), durability \(session.settings.durability)")
      try output.line()
      try output.line(BenchTable.heading)
    }
    // A store that was not named is a temporary one: nobody's data is measured by accident. There,
    // the ascending keys have a store of their own, so that the others find random ones only.
    guard !session.settings.isNamed else {
      try bench(request, in: session)
      return .done(printed: true)
    }
    for group in [[Workload.fillseq], Workload.allCases.filter { $0 != .fillseq }] {
      var part = request
      part.workloads = group.filter(request.workloads.contains)
      if !part.workloads.isEmpty { try benchInTemporaryStore(part) }
    }
    return .done(printed: true)
  }

  private func checkThatStoreIsEmpty(_ session: Session) throws(StoreError) {
    guard try session.storeForReading().scan(.all, .forward, limit: 1).next() == nil else {
      throw .invalidArgument(
        "\(session.settings.path) holds entries already; a benchmark needs a store of its own")
    }
  }

  private func benchInTemporaryStore(_ request: BenchRequest) throws(StoreError) {
    let directory = try Platform.makeTemporaryDirectory("kvcli-bench")
    defer { Platform.removeTree(directory) }
    var settings = session.settings
    settings.path = "\(directory)/store"
    let session = Session(settings: settings)
    try bench(request, in: session)
    try session.close()
  }

  private func bench(_ request: BenchRequest, in session: Session) throws(StoreError) {
    try Bench(request, on: try session.storeForWriting()).run { result throws(StoreError) in
      switch request.format {
      case .text: try output.line(BenchTable.row(result))
      case .json: try output.line(BenchTable.json(result, request, session.settings).line)
      }
      try output.flush()
    }
  }
}

/// Results as rows of fixed width, because each is shown as soon as it is there.
enum BenchTable {
  private static let widths = [12, 11, 12, 9, 9, 9, 9, 9]
  private static let shares: [(name: String, share: Double)] = [
    ("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999),
  ]

  static var heading: String {
    row(["workload", "ops/s", "mean"] + shares.map(\.name) + ["max"])
  }

  static func row(_ result: BenchResult) -> String {
    let perSecond = Double(result.operations) / max(Double(result.nanoseconds) / 1e9, 1e-9)
    let mean = Double(result.nanoseconds) / Double(max(result.operations, 1))
    return row(
      [result.workload.rawValue, Units.count(Int(perSecond)), Units.nanoseconds(mean)]
        + shares.map { Units.nanoseconds(Double(result.times.percentile($0.share))) }
        + [Units.nanoseconds(Double(result.times.maximum))])
  }

  static func json(
    _ result: BenchResult, _ request: BenchRequest, _ settings: StoreSettings
  ) -> JSONText {
    let mean = Double(result.nanoseconds) / Double(max(result.operations, 1))
    return .object(
      [
        ("workload", .string(result.workload.rawValue)),
        ("engine", .string(settings.engine.name)),
        ("durability", .string("\(settings.durability)")),
        ("operations", .integer(result.operations)), ("value_size", .integer(request.valueSize)),
        ("nanoseconds", .integer(Int(result.nanoseconds))), ("mean_ns", .decimal(mean)),
      ]
        + shares.map { ("\($0.name)_ns", .integer(Int(result.times.percentile($0.share)))) }
        + [("max_ns", .integer(Int(result.times.maximum)))])
  }

  private static func row(_ cells: [String]) -> String {
    zip(cells, widths).enumerated().map { index, cell in
      let gap = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
      return index == 0 ? cell.0 + gap : gap + cell.0
    }.joined(separator: " ")
  }
}
