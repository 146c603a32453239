import StrataCore

/// What a store does beside single reads and writes: turns, syncs, scans, numbers.
extension AppendLogStore {
  /// Runs `body` as the only writer; a failure of the disk ends writing until the store is opened again.
  ///
  /// After a failed write nobody knows what is in the file: trying again would build on that.
  func whileWriting<Result>(
    _ body: () throws(StoreError) -> Result
  ) throws(StoreError) -> Result {
    try writing.withLock { () throws(StoreError) -> Result in
      try status.checkWritable()
      do throws(StoreError) {
        return try body()
      } catch {
        if case .invalidArgument = error { throw error }
        _ = status.becomeReadOnly(error)
        throw error
      }
    }
  }

  /// Makes everything in the log durable; there is nothing to be moved to other files.
  ///
  /// Also what an earlier process wrote and failed to sync, as far as that is known; see `LogTail`.
  public func flush() throws(StoreError) {
    try whileWriting { () throws(StoreError) in
      _ = try settledFile()
      try sync()
    }
  }

  /// Called with `writing`.
  func sync() throws(StoreError) {
    guard let file else { return }
    try file.sync()
    schedule.synced()
  }

  /// The entries of a range in order of their keys, as they are now.
  ///
  /// - Complexity: O(n log n) to begin, because the log has no order: all keys are sorted in memory (and
  ///   read first, without an index); then one read an entry. A sorted file would need none of that.
  public func scan(
    _ range: KeyRange, _ direction: ScanDirection, limit: Int?
  ) throws(StoreError) -> any EntryScan {
    precondition(limit ?? 0 >= 0, "a limit cannot be negative")
    try status.checkReadable()
    let now = clock.now
    var (file, end, places) = view.withLock { view in
      (view.file, view.end, view.index.isReady ? view.index.places(in: range) : nil)
    }
    if places == nil {
      var index = HashIndex()
      try index.build(from: LogEntries(file, upTo: end))
      places = index.places(in: range)
    }
    let sorted = (places ?? []).sorted {
      direction == .forward ? $0.key < $1.key : $1.key < $0.key
    }
    return LogScan(file, sorted, limit: limit, now: now, status)
  }

  /// What the store holds, and has done since it was opened; without an index, it reads the log to count.
  public func statistics() throws(StoreError) -> StoreStatistics {
    try status.checkReadable()
    let counts = try countedLog()
    let (end, reads) = view.withLock { ($0.end, $0.reads) }
    var statistics = StoreStatistics()
    statistics.engine = "append-log"
    statistics.durability = options.durability.description
    statistics.diskBytes = end
    statistics.records = counts.records
    statistics.lastSequence = counts.changes
    if counts.records > 0 {
      statistics.levels = [
        StoreStatistics.Level(
          level: 0, runs: 1, segments: 1, records: counts.records, tombstones: counts.tombstones,
          bytes: end)
      ]
    }
    statistics.writes = writing.withLock { writes }
    statistics.reads = reads
    return statistics
  }

  private func countedLog() throws(StoreError) -> LogCounts {
    if let counts = view.withLock({ $0.counts }) { return counts }
    return try writing.withLock { () throws(StoreError) in
      let (file, end) = view.withLock { ($0.file, $0.end) }
      let counts = try LogCounts(of: LogEntries(file, upTo: end))
      view.withLock { $0.counts = counts }
      return counts
    }
  }
}

/// How many entries of which kind there are in a log.
struct LogCounts: Sendable {
  var records = 0
  var tombstones = 0
  /// Entries with a time after which they hold nothing.
  var expiring = 0
  /// Entries that compactions have dropped since the store was opened.
  var forgotten = 0

  init() {}

  /// Counts by walking.
  init(of entries: LogEntries) throws(StoreError) {
    var entries = entries
    while let entry = try entries.next() { add(entry) }
  }

  /// Changes since the log was begun, or compacted by an earlier process: the log keeps no other count.
  var changes: UInt64 { UInt64(records + forgotten) }

  mutating func add(_ entry: LogEntry) {
    add(isTombstone: entry.value == nil, expires: entry.expiresAt != nil)
  }

  mutating func add(isTombstone: Bool, expires: Bool) {
    records += 1
    if isTombstone { tombstones += 1 }
    if expires { expiring += 1 }
  }
}

/// A walk over keys that were sorted when it began; each value is read when its turn has come.
final class LogScan: EntryScan {
  private let file: any ReadableFile
  private var rest: ArraySlice<(key: Key, place: LogPlace)>
  private var left: Int
  private let now: UnixMilliseconds
  private let status: StoreStatus
  private(set) var expiresAt: UnixMilliseconds?

  init(
    _ file: any ReadableFile, _ places: [(key: Key, place: LogPlace)], limit: Int?,
    now: UnixMilliseconds, _ status: StoreStatus
  ) {
    self.file = file
    rest = places[...]
    left = limit ?? .max
    self.now = now
    self.status = status
  }

  func next() throws(StoreError) -> Entry? {
    try status.checkReadable()
    while left > 0, let (key, place) = rest.popFirst() {
      let entry = try AppendLogStore.entry(of: key, at: place, in: file)
      guard !entry.isDead(at: now), let value = entry.value else { continue }
      left -= 1
      expiresAt = entry.expiresAt
      return Entry(key: key, value: value)
    }
    return nil
  }
}
