import StrataCore

/// One workload after the other on each engine of the table, and the results side by side.
public struct EngineRace {
  private let count: Int

  /// A race over so many entries.
  public init(count: Int) { self.count = count }

  /// Runs everything, each engine in a temporary directory; returns the table, line by line.
  public func run() throws(StoreError) -> [String] {
    let workloads: [Workload] = [.fillrandom, .overwrite, .readrandom, .readmissing, .scan, .mixed]
    var table = TextTable([.left] + EngineTable.all.map { _ in .right })
    table.add(cells: ["time per operation"] + EngineTable.all.map(\.name))
    var columns: [[String]] = []
    for engine in EngineTable.all { columns.append(try run(workloads, on: engine)) }
    for (row, workload) in workloads.enumerated() {
      table.add(cells: [workload.rawValue] + columns.map { $0[row] })
    }
    return ["\(Units.count(count)) entries, keys of 16 bytes, values of 100", ""] + table.lines
  }

  private func run(
    _ workloads: [Workload], on engine: Engine
  ) throws(StoreError) -> [String] {
    let directory = try Platform.makeTemporaryDirectory("strata-race")
    defer { Platform.removeTree(directory) }
    var settings = StoreSettings()
    settings.path = "\(directory)/store"
    settings.engine = engine
    settings.durability = .system
    let store = try engine.open(settings)
    var cells: [String] = []
    var request = BenchRequest()
    request.workloads = workloads
    request.count = count
    try Bench(request, on: store).run { result throws(StoreError) in
      let mean = Double(result.nanoseconds) / Double(max(result.operations, 1))
      cells.append(Units.nanoseconds(mean))
    }
    try store.close()
    return cells
  }
}
