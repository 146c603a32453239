import StrataCore

extension Execution {
  func bench(_ request: BenchRequest) throws(StoreError) -> Outcome {
    var stages = BenchStage.all(for: request.workloads)
    if !session.settings.engine.keepsEntries { stages.removeAll(where: \.needsFiles) }
    if session.settings.isNamed { try checkNamedStore(for: stages) }
    let report = BenchReport(request, session.settings)
    for line in report.heading { try output.line(line) }
    for stage in stages {
      try bench(stage, request) { [output] result throws(StoreError) in
        try output.line(report.line(result))
        try output.flush()
      }
    }
    for line in report.footing(stages: stages.count) { try output.line(line) }
    try output.flush()
    if request.isKilled { Platform.killThisProcess() }
    return .done(printed: true)
  }

  /// A store that was named must be new, so that nobody's data is measured by accident.
  private func checkNamedStore(for stages: [BenchStage]) throws(StoreError) {
    guard stages.count == 1 else {
      throw .invalidArgument(
        "these workloads need a store each, and --store names one: choose among "
          + BenchStage.random.workloads.map(\.rawValue).joined(separator: ", ")
          + ", or leave --store out")
    }
    guard try isEmpty() else {
      throw .invalidArgument(
        "\(session.settings.path) holds entries already; a benchmark needs a store of its own")
    }
    try session.close()
  }

  private func isEmpty() throws(StoreError) -> Bool {
    do throws(StoreError) {
      return try session.existingStore().scan(.all, .forward, limit: 1).next() == nil
    } catch {
      if case .notFound = error { return true }
      throw error
    }
  }

  /// Runs one stage in a store of its own: the named one, or one in a temporary directory.
  private func bench(
    _ stage: BenchStage, _ request: BenchRequest,
    report: @escaping (BenchResult) throws(StoreError) -> Void
  ) throws(StoreError) {
    var settings = session.settings
    settings.durability = stage.isSynced ? .sync : request.durability
    guard !settings.isNamed else {
      session.settings = settings
      return try Bench(request, in: session, report: report).run(stage)
    }
    let directory = try Platform.makeTemporaryDirectory("kvcli-bench")
    defer { Platform.removeTree(directory) }
    settings.path = "\(directory)/store"
    let session = Session(settings: settings)
    try Bench(request, in: session, report: report).run(stage)
    try session.close()
  }
}
