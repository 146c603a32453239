import StrataCore

/// Opening a log: find its end, build the index, say what was found.
struct LogOpening {
  private(set) var report = RecoveryReport()
  let tail: LogTail
  private(set) var view: AppendLogStore.View

  /// Opens or makes the log in a locked directory.
  init(in directory: any Directory, _ options: AppendLogOptions) throws(StoreError) {
    let names = try directory.names()
    let isThere = names.contains(options.logName)
    if !isThere {
      try OpeningCheck.mayCreate(
        in: directory, beside: names, createsIfMissing: options.createsIfMissing)
      try directory.create(options.logName).close()
      try directory.sync()
      report.wasCreated = true
    }
    let file = try directory.openForReading(options.logName)
    tail = try LogTail(of: file)
    view = AppendLogStore.View(file: file, end: tail.end, index: HashIndex(), counts: nil)
    if options.buildsIndex {
      var counts = LogCounts()
      try view.index.build(from: LogEntries(file, upTo: tail.end)) { counts.add($0) }
      view.counts = counts
      report.records = counts.records
    }
    note(file)
    if names.contains(options.temporaryName) {
      try directory.remove(options.temporaryName)
      report.filesRemoved = [options.temporaryName]
    }
  }

  private mutating func note(_ file: any ReadableFile) {
    if !report.wasCreated { report.logs = [0] }
    guard tail.tornBytes > 0 else { return }
    report.bytesDropped = tail.tornBytes
    report.warnings.append("\(file.path) ends at byte \(tail.end): the last line is torn.")
  }
}
