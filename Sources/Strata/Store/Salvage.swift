import StrataCore

extension LogStructuredStore {
  /// Writes what can still be trusted of a damaged store into a new one; the damaged one stays as it is.
  ///
  /// Of each key the newest sound record counts, a tombstone like any other. Nothing is guessed: a record
  /// whose checksums do not match is lost, and so is a batch of which one record is lost. But with a newer
  /// record lost, an older one may be what the new store shows. Every key for which that is possible is
  /// **uncertain**, present or not, and is told to `uncertain`, in order, while the new store is written.
  /// A key of which no sound record is left cannot be named; the report bounds it by a range of keys.
  ///
  /// A manifest that cannot be used is done without: then all files of the store are read, and the
  /// segments' footers say what is newer. Files that a crash left behind may then bring back what
  /// was deleted, and a file that is missing is not noticed.
  ///
  /// - Parameters:
  ///   - source: the damaged store; it is locked, read, and never written to.
  ///   - target: a new or an empty directory. Its manifest comes last, so that an interrupted salvage
  ///     is not taken for a store. The new store has an identity of its own.
  ///   - fileSystem: what both lie on.
  ///   - options: how the new store is written.
  ///   - uncertain: is told each key whose newest record may be lost.
  /// - Throws: `notFound` when there is nothing of a store, `locked`, and what writing may throw.
  /// - Complexity: O(n) time; memory for the logs' records, and 8 bytes for each record of a damaged
  ///   segment.
  public static func salvage(
    from source: String, to target: String, fileSystem: any FileSystem = LocalFileSystem(),
    options: StoreOptions = StoreOptions(), uncertain: (Key) -> Void = { _ in }
  ) throws(StoreError) -> SalvageReport {
    let directory = try fileSystem.openDirectory(source, creating: false)
    defer { directory.close() }
    try directory.lock()
    var salvage = try Salvage(directory)
    let output = try emptyDirectory(target, on: fileSystem, for: "a salvaged store")
    defer { output.close() }
    try salvage.write(into: output, options, uncertain)
    return salvage.report
  }
}

/// One salvage on its way: first all losses are found, then the new store is written.
struct Salvage {
  /// A walk over sound records, and how new they are: lower is newer.
  final class Source {
    var cursor: RecordCursor
    var rank: Int

    init(_ records: any RecordSource, rank: Int) throws(StoreError) {
      cursor = try RecordCursor(records)
      self.rank = rank
    }
  }

  var report = SalvageReport()
  private(set) var sources: [Source] = []
  var lastSequence: UInt64 = 0
  private var identity: StoreIdentity?

  init(_ directory: any Directory) throws(StoreError) {
    let files = try SalvageFiles(directory)
    report.warnings = files.warnings
    report.losses = files.losses
    identity = files.identity
    let logs = LogSalvage(files.logs, of: files.identity, flushed: files.manifest?.flushedSequence)
    report.filesRead += files.logs.map(\.name)
    report.soundRecords += logs.recordCount
    report.losses += logs.losses
    lastSequence = logs.lastSequence
    sources.append(try Source(MemTableCursor(logs.table, .everything, asOf: .max), rank: -1))
    if files.manifest != nil && files.logs.isEmpty {
      report.losses.append(
        SalvageReport.Loss(
          file: FileName.of(.log, files.manifest?.oldestLog ?? 0), offset: 0, length: 0,
          reason: "the log is missing", changes: (lastSequence + 1)...Record.maximumSequence,
          isTail: true))
    }
    for file in files.segments { try add(file, in: directory) }
    report.filesRead.sort()
    report.losses.sort { ($0.file, $0.offset) < ($1.file, $1.offset) }
  }

  private mutating func add(
    _ file: SalvageFiles.Segment, in directory: any Directory
  ) throws(StoreError) {
    report.filesRead.append(file.name)
    if let segment = soundSegment(file, in: directory) {
      report.soundRecords += segment.recordCount
      sources.append(
        try Source(SegmentCursor(segment, .everything, evictsBehind: true), rank: file.rank))
      return
    }
    let salvage = SegmentSalvage(
      file.contents, name: file.name, number: file.number, row: file.row, rank: file.rank)
    report.soundRecords += salvage.offsets.count
    report.losses += salvage.losses
    report.warnings += salvage.warnings
    sources.append(try Source(SegmentSalvageCursor(salvage), rank: file.rank))
  }

  /// The segment, when there is nothing wrong with it.
  private func soundSegment(
    _ file: SalvageFiles.Segment, in directory: any Directory
  ) -> Segment? {
    guard let identity, file.name == FileName.of(.segment, file.number),
      let segment = try? Segment(number: file.number, identity: identity, in: directory)
    else { return nil }
    if let row = file.row,
      segment.size != row.size || segment.footerChecksum != row.footerChecksum
    {
      return nil
    }
    var isSound = true
    segment.verify { _ in isSound = false }
    return isSound ? segment : nil
  }
}
