import Strata
import StrataCore

extension Execution {
  func statistics(_ format: ReportFormat) throws(StoreError) -> Outcome {
    let store = try session.existingStore()
    let statistics = try store.statistics()
    let space = try spaceUse(of: store, diskBytes: statistics.diskBytes)
    let path = session.settings.path
    switch format {
    case .json: return try printed(statistics.json(path: path, space: space).line)
    case .text:
      return try printed(
        StatisticsText(
          path: path, statistics: statistics, space: space, style: output.style,
          width: output.width
        ).text)
    }
  }

  /// What is alive in the store, by a walk over all of it.
  private func spaceUse(
    of store: any KeyValueStore, diskBytes: Int
  ) throws(StoreError) -> SpaceUse? {
    if let store = store as? LogStructuredStore { return try store.spaceUse() }
    guard store is any RecoveringStore else { return nil }
    var space = SpaceUse()
    let scan = try store.scan()
    while let entry = try scan.next() {
      space.liveEntries += 1
      space.liveBytes += entry.key.bytes.count + entry.value.bytes.count
    }
    space.diskBytes = diskBytes
    return space
  }

  func shape() throws(StoreError) -> Outcome {
    for level in try session.existingStore().statistics().levels where level.records > 0 {
      let records = Units.plural(level.records, "record")
      let tombstones =
        level.tombstones == 0 ? "" : ", \(Units.plural(level.tombstones, "tombstone"))"
      let runs = Units.plural(level.runs, "run")
      try output.line(
        level.level < 0
          ? "memory: \(records)\(tombstones)"
          : "level \(level.level): \(runs), \(records)\(tombstones)")
    }
    return .done(printed: true)
  }

  func verify(_ format: ReportFormat) throws(StoreError) -> Outcome {
    let report = try verification()
    switch format {
    case .json: try output.line(report.json(path: session.settings.path).line)
    case .text:
      try output.line(report.text(path: session.settings.path, style: output.style))
    }
    try checkReadable(report)
    return report.isSound ? .done(printed: true) : .damaged
  }

  /// Refused is not damaged: a file that the system does not let us read fails the command.
  private func checkReadable(_ report: VerificationReport) throws(StoreError) {
    for file in Set(report.problems.map(\.file)).sorted() {
      let path = "\(session.settings.path)/\(file)"
      do throws(StoreError) {
        Platform.closeFile(try Platform.openForReading(path))
      } catch {
        guard Platform.refusal(error) != .missing else { continue }
        throw error
      }
    }
  }

  /// Checks the files as they are on disk, which takes the store's lock: an open store is closed for it.
  private func verification() throws(StoreError) -> VerificationReport {
    try session.settleEngine()
    guard let verify = session.settings.engine.verify else {
      throw .invalidArgument("the engine \(session.settings.engine.name) has no verification")
    }
    try session.close()
    return try verify(session.settings.path)
  }

  func checkpoint(_ directory: String, _ format: ReportFormat) throws(StoreError) -> Outcome {
    try logStructuredStore(for: "checkpoints").checkpoint(to: directory)
    let names = try LocalFileSystem().openDirectory(directory, creating: false).names()
    switch format {
    case .json:
      return try printed(
        JSONText.object([
          ("checkpoint", .string(directory)), ("files", .array(names.map(JSONText.string))),
        ]).line)
    case .text:
      return try printed(
        "Checkpoint of \(session.settings.path) in \(directory): "
          + "\(Units.plural(names.count, "file")).")
    }
  }

  func inspect(_ file: String?, _ format: ReportFormat) throws(StoreError) -> Outcome {
    guard let file else { return try listFiles(format) }
    let inStore = "\(session.settings.path)/\(file)"
    let path = file.contains("/") || !Platform.exists(inStore) ? file : inStore
    guard Platform.exists(path) else {
      let places = file.contains("/") ? file : "\(file) (and \(inStore))"
      throw Platform.missingFile(places)
    }
    guard !Platform.isDirectory(path) else {
      throw .invalidArgument("\(path): this is not a file of a Strata store")
    }
    let text = InspectionText(style: output.style)
    var isDamaged = false
    var failure: StoreError?
    try inspect(path) { part, bytes in
      if part.damage != nil { isDamaged = true }
      do throws(StoreError) {
        switch format {
        case .json: try output.line(text.json(part, bytes).line)
        case .text: for line in text.lines(part, bytes) { try output.line(line) }
        }
        return true
      } catch {
        failure = error
        return false
      }
    }
    if let failure { throw failure }
    return isDamaged ? .damaged : .done(printed: true)
  }

  /// Has the engine whose file it is show it.
  private func inspect(_ path: String, _ body: FileInspection) throws(StoreError) {
    let contents = try FileContents.read(path, fileSystem: LocalFileSystem())
    let shown = try withoutActuallyEscaping(body) { body throws(StoreError) in
      for engine in EngineTable.all {
        if try engine.inspect(contents, body) { return true }
      }
      return false
    }
    guard shown else {
      throw .invalidArgument("\(contents.path): this is not a file of a Strata store")
    }
  }

  private func listFiles(_ format: ReportFormat) throws(StoreError) -> Outcome {
    let report = try verification()
    switch format {
    case .json: try output.line(report.json(path: session.settings.path).line)
    case .text:
      var table = TextTable([.left, .left, .right, .right, .left])
      table.add("file", "kind", "size", "records", "state")
      for file in report.files {
        let isSound = !report.problems.contains { $0.file == file.name }
        table.add(
          file.name, file.kind, Units.bytes(file.bytes), Units.count(file.records),
          isSound ? "sound" : "damaged")
      }
      for line in table.lines { try output.line(line) }
    }
    return .done(printed: true)
  }
}
