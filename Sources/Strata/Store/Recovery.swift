import StrataCore

/// Opening a store: from what an earlier process left, to a state that can be read and written.
///
///     lock ─▶ manifest ─▶ segments ─▶ logs replayed into memtables ─▶ rubbish removed
///
/// Nothing is changed before everything was read and found to be sound; a store that is damaged is left
/// as it is. What *is* changed can be interrupted anywhere and begun again: a torn tail is cut before
/// anything is appended, files that the manifest does not name are removed, and both are durable before
/// the store is handed out.
struct Recovery {
  /// What the store begins with.
  struct Result {
    var report: RecoveryReport
    var manifest: Manifest
    var version: Version
    var logs: LogSet
    var lastSequence: UInt64
  }

  private let directory: any Directory
  private let options: StoreOptions
  private var report = RecoveryReport()
  private var logNumbers: [UInt32] = []
  private var segmentNumbers: [UInt32] = []
  private var temporaries: [String] = []
  private var foreign: [String] = []
  private var hasManifest = false

  /// Locks the directory and brings the store in it back to life, or makes one.
  static func run(
    in directory: any Directory, options: StoreOptions
  ) throws(StoreError) -> Result {
    do throws(StoreError) {
      try directory.lock()
      var recovery = try Recovery(directory, options)
      return try recovery.hasManifest ? recovery.reopen() : recovery.create()
    } catch {
      directory.close()
      throw error
    }
  }

  private init(_ directory: any Directory, _ options: StoreOptions) throws(StoreError) {
    self.directory = directory
    self.options = options
    for name in try directory.names() {
      if name == FileName.manifest {
        hasManifest = true
      } else if let (kind, number) = FileName.parse(name) {
        if kind == .log { logNumbers.append(number) } else { segmentNumbers.append(number) }
      } else if FileName.parseTemporary(name) != nil {
        temporaries.append(name)
      } else {
        foreign.append(name)
      }
    }
    logNumbers.sort()
    segmentNumbers.sort()
  }

  // MARK: A new store

  private mutating func create() throws(StoreError) -> Result {
    try checkThatNothingIsHere()
    guard options.createsIfMissing else { throw .notFound(path: directory.path) }
    for name in temporaries + logNumbers.map({ FileName.of(.log, $0) }) {
      try directory.remove(name)
    }
    let manifest = Manifest(identity: options.identity ?? .random())
    let log = try WriteAheadLog.create(
      number: manifest.oldestLog, identity: manifest.identity,
      appendingBy: options.durability.appendMethod, in: directory)
    try manifest.commit(in: directory)
    report.wasCreated = true
    return Result(
      report: report, manifest: manifest,
      version: Version(active: MemTable(log: log.number)),
      logs: LogSet(
        frozen: [], active: log, appended: 0, synced: 0, in: directory), lastSequence: 0)
  }

  /// Never creates over what exists: a store whose manifest was lost is not an empty store.
  ///
  /// A creation that was interrupted leaves at most temporaries and a first log without any frame.
  private func checkThatNothingIsHere() throws(StoreError) {
    var remains = segmentNumbers.map { FileName.of(.segment, $0) }
    for number in logNumbers {
      let name = FileName.of(.log, number)
      let hasFrames = try directory.read(name).withBytes { $0.hasContent(from: FileHeader.size) }
      if number != 1 || hasFrames { remains.append(name) }
    }
    if let name = remains.first {
      throw .corrupt(
        file: "\(directory.path)/\(FileName.manifest)", offset: 0,
        reason: "the manifest is missing, although \(name) is there")
    }
    if let name = foreign.first(where: { $0 != "lost+found" }) {
      throw options.createsIfMissing
        ? .invalidArgument(
          "\(directory.path): this directory holds other files (\(name)) and no store; "
            + "choose an empty or a new directory") : .notFound(path: directory.path)
    }
  }

  // MARK: An old store

  private mutating func reopen() throws(StoreError) -> Result {
    var manifest = try Manifest(reading: directory)
    let runs = try Self.openRuns(of: manifest, in: directory)
    let files = try neededLogs(manifest)
    var tables = files.map { MemTable(log: $0.number) }
    let reader = LogReader(
      identity: manifest.identity, files: files, flushedSequence: manifest.flushedSequence)
    var replay = Replay(into: tables)
    let (extents, tear, mark) = try reader.read { frame throws(StoreError) in
      replay.begin(log: frame.log)
      frame.forEachRecord { replay.insert($0) }
    }
    withExtendedLifetime(files) { replay.finish() }
    note(extents, tear, tables)
    let highest = max(logNumbers.last ?? 0, segmentNumbers.last ?? 0)
    if manifest.nextFileNumber <= highest { manifest.nextFileNumber = highest + 1 }
    // From here on the store is changed.
    let counting = extents.filter { $0.size > 0 }
    tables = Array(tables.prefix(counting.count))
    let active = tables.removeLast()  // the first log always counts
    var logs = try resume(counting, manifest.identity)
    try removeRubbish(manifest, counting)
    let lastSequence = max(manifest.flushedSequence, counting.map(\.lastSequence).max() ?? 0)
    let activeLog = logs.removeLast()
    let set = LogSet(
      frozen: logs, active: activeLog, appended: lastSequence, synced: mark, in: directory)
    // What was found may be only in the system's hands. Who was promised more gets it before reading.
    if options.durability != .system { try set.sync() }
    return Result(
      report: report, manifest: manifest,
      version: Version(active: active, frozen: tables.reversed(), runs: runs), logs: set,
      lastSequence: lastSequence)
  }

  /// Opens all segments that the manifest names.
  static func openRuns(
    of manifest: Manifest, in directory: any Directory
  ) throws(StoreError) -> [SortedRun] {
    var segments: [UInt32: (level: Int, segments: [Segment])] = [:]
    for row in manifest.segments {
      let segment = try openSegment(row, manifest.identity, in: directory)
      segments[row.run, default: (Int(row.level), [])].segments.append(segment)
    }
    // `Version` sorts the runs; the order of a dictionary never matters.
    let runs = segments.map {
      SortedRun(id: $0.key, level: $0.value.level, segments: $0.value.segments)
    }
    guard runs.allSatisfy(\.isInOrder) else {
      throw .corrupt(
        file: "\(directory.path)/\(FileName.manifest)", offset: Manifest.fixedSize,
        reason: "it names segments of one run that overlap")
    }
    return runs
  }

  static func openSegment(
    _ row: Manifest.Row, _ identity: StoreIdentity, in directory: any Directory
  ) throws(StoreError) -> Segment {
    let name = FileName.of(.segment, row.number)
    let segment: Segment
    do throws(StoreError) {
      segment = try Segment(number: row.number, identity: identity, in: directory)
    } catch {
      guard error.isMissingFile else { throw error }
      throw .corrupt(
        file: "\(directory.path)/\(name)", offset: 0,
        reason: "the segment is missing, although the manifest names it")
    }
    guard segment.size == row.size, segment.footerChecksum == row.footerChecksum else {
      throw .corrupt(
        file: segment.path, offset: segment.size - 4,
        reason: "this is not the segment that the manifest names, but another of the same number")
    }
    return segment
  }

  /// Reads the logs that are not all in segments.
  ///
  /// The oldest of them was on the disk before the manifest could name it, so it must be there.
  private func neededLogs(_ manifest: Manifest) throws(StoreError) -> [LogReader.File] {
    guard logNumbers.contains(manifest.oldestLog) else {
      throw .corrupt(
        file: "\(directory.path)/\(FileName.of(.log, manifest.oldestLog))", offset: 0,
        reason: "the log is missing, although the manifest names it")
    }
    var files: [LogReader.File] = []
    for number in logNumbers where number >= manifest.oldestLog {
      files.append(
        LogReader.File(number: number, contents: try directory.read(FileName.of(.log, number))))
    }
    return files
  }

  /// Opens the logs that count, cutting off what does not.
  private func resume(
    _ extents: [LogReader.Extent], _ identity: StoreIdentity
  ) throws(StoreError) -> [WriteAheadLog] {
    var logs: [WriteAheadLog] = []
    for extent in extents {
      logs.append(
        try WriteAheadLog.resume(
          number: extent.number, identity: identity, replayed: extent.size,
          vouched: extent.vouchedSize, isTorn: extent.bytesDropped > 0,
          appendingBy: options.durability.appendMethod, in: directory))
    }
    return logs
  }

  /// Removes what the store does not consist of, oldest first, and makes that durable: a dropped log
  /// must not come back when its sequence numbers have been given again.
  private mutating func removeRubbish(
    _ manifest: Manifest, _ extents: [LogReader.Extent]
  ) throws(StoreError) {
    let liveSegments = manifest.segments.map(\.number)
    let liveLogs = extents.map(\.number)
    let rubbishLogs = logNumbers.filter { !liveLogs.contains($0) }
    let behindTear = rubbishLogs.filter { $0 > liveLogs[0] }.map { FileName.of(.log, $0) }
    let rubbish =
      behindTear + temporaries
      + rubbishLogs.filter { $0 < liveLogs[0] }.map { FileName.of(.log, $0) }
      + segmentNumbers.filter { !liveSegments.contains($0) }.map { FileName.of(.segment, $0) }
    guard !rubbish.isEmpty else { return }
    // The manifest itself may be known to the system's cache only, if its writer was killed at once.
    // What it does not name may be removed when it is durable, and not before.
    try directory.sync()
    for (index, name) in rubbish.enumerated() {
      try directory.remove(name)
      // Of several logs behind a tear, the first goes alone: with it there and a later one gone, they
      // would look like logs of which somebody took one away.
      if index == 0 && behindTear.count > 1 { try directory.sync() }
    }
    try manifest.commit(in: directory)  // remembers that their numbers were given; syncs the names
    report.filesRemoved = rubbish
  }

  private mutating func note(
    _ extents: [LogReader.Extent], _ tear: LogReader.Tear?, _ tables: [MemTable]
  ) {
    report.logs = extents.map(\.number)
    report.records = tables.reduce(0) { $0 + $1.recordCount }
    report.bytesDropped = extents.reduce(0) { $0 + $1.bytesDropped }
    guard let tear else { return }
    var warning = "\(tear.file) ends at byte \(tear.offset): \(tear.reason)."
    if tear.framesDropped > 0 {
      warning += " \(tear.framesDropped) later batches, never promised to survive, went with it."
    }
    report.warnings.append(warning)
  }
}
