import StrataCore

/// One workload after the other on each engine of the table, and the results side by side.
public struct EngineRace {
  private static let workloads: [Workload] = [
    .fillrandom, .readrandom, .readmissing, .scan, .mixed, .overwrite,
  ]
  private let count: Int

  /// A race over so many entries.
  public init(count: Int) { self.count = count }

  /// Runs everything, each engine in a temporary directory; returns the table, line by line.
  public func run() throws(StoreError) -> [String] {
    var table = TextTable([.left] + EngineTable.all.map { _ in .right })
    table.add(cells: ["time per operation"] + EngineTable.all.map(\.name))
    var columns: [[Workload: String]] = []
    for engine in EngineTable.all { columns.append(try run(engine)) }
    for workload in EngineRace.workloads {
      table.add(cells: [workload.rawValue] + columns.map { $0[workload] ?? "–" })
    }
    return ["\(Units.count(count)) entries, keys of 16 bytes, values of 100", ""] + table.lines
  }

  private func run(_ engine: Engine) throws(StoreError) -> [Workload: String] {
    var request = BenchRequest()
    request.workloads = EngineRace.workloads
    request.count = count
    request.operations = count
    var cells: [Workload: String] = [:]
    for stage in BenchStage.all(for: request.workloads) {
      let directory = try Platform.makeTemporaryDirectory("strata-race")
      defer { Platform.removeTree(directory) }
      var settings = StoreSettings()
      settings.path = "\(directory)/store"
      settings.engine = engine
      settings.durability = request.durability
      let session = Session(settings: settings)
      let bench = Bench(request, in: session) { (result) throws(StoreError) in
        cells[result.workload] = Units.nanoseconds(result.mean)
      }
      try bench.run(stage)
      try session.close()
    }
    return cells
  }
}
