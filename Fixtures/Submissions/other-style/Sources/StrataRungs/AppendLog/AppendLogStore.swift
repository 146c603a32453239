import StrataCore

/// The first rung: one file, one line of JSON for each change, always written at the end.
///
///     put 45 hello     →   {"key":"45","value":"hello"}⏎         appended, never changed
///     delete 45        →   {"key":"45","value":null}⏎            a tombstone
///     get 45           →   the newest line with that key
///
/// Why the simplest database is fast to write: an append is one write at one place, and there is nothing
/// else to keep right. What it costs is reading: without an index a get scans everything. The store does
/// exactly that until its `HashIndex` is ready; from then on a get is one seek and one read. Nothing ever
/// becomes smaller by itself; `LogCompaction` rewrites the log with the newest entry of each key.
///
/// | file | what |
/// |---|---|
/// | `LogLine` | the format of a line |
/// | `LogEntries` | the walk over all entries |
/// | `LogTail` | what a crash left at the end |
/// | `HashIndex` | key → byte offset |
/// | `LogCompaction` | the log without what is overwritten |
/// | `+Lifecycle`, `+Upkeep` | syncing and the end; scans and numbers |
///
/// **What this rung lacks, and what the next ones cure**: a line has no checksum, so that a flipped bit can
/// be served as a value (`RecordCodec`, Bitcask); a compaction rewrites the one file there is, and writers
/// wait for it (Bitcask has many files); the index is built by reading everything (hint files); keys must
/// fit into memory and scans have to sort them (Strata's memtable and segments).
///
/// **Its promise**: after a crash the log holds a prefix of what was written, and everything that was
/// acknowledged as durable, on a file system that keeps the order of what is appended, as ext4 does. On a
/// disk that may leave holes or old bytes in a file's unsynced end, a line may come back changed.
///
/// Any number of threads may call it; writers take turns, and readers wait for nobody.
public final class AppendLogStore: RecoveringStore, @unchecked Sendable {
  /// What readers see of the log.
  struct View {
    let file: any ReadableFile
    /// Up to here the log counts.
    var end: Int
    var index: HashIndex
    /// Nil: nobody has counted yet.
    var counts: LogCounts?
    var reads = StoreStatistics.ReadTotals()

    /// Lets readers see a line that was appended at `start`.
    mutating func show(_ line: LogLine, at start: Int) {
      end = start + line.bytes.count
      for (key, place, expires) in line.entries {
        counts?.add(isTombstone: place == nil, expires: expires)
        guard index.isReady else { continue }
        if let place {
          index.remember(key, at: LogPlace(offset: start + place.offset, length: place.length))
        } else {
          index.forget(key)
        }
      }
    }
  }

  /// What was found when the store was opened.
  public let recovery: RecoveryReport
  /// How it behaves.
  public let options: AppendLogOptions

  let directory: any Directory
  let clock: any WallClock
  let status = StoreStatus()
  let worker = Worker()

  /// Held during a whole write or compaction.
  ///
  /// Lock order: this one, then `view`.
  let writing = Lock()
  // Guarded by `writing`.
  var file: (any WritableFile)?  // nil until its end is settled
  var needsNewline: Bool
  var schedule: SyncSchedule
  var writes = StoreStatistics.WriteTotals()
  let tail: LogTail

  let view: Guarded<View>

  /// Opens the log in the directory `path`, or makes one.
  ///
  /// - Throws: `locked` when it is open already, `notFound` when there is none and none is to be made,
  ///   `corrupt` when a line that is not the last cannot be read, `invalidArgument` when the directory
  ///   holds something else, `io` and `noSpace` from the system.
  /// - Complexity: O(n) to build the index; without index O(length of the last line).
  public init(
    at path: String, options: AppendLogOptions = AppendLogOptions(),
    fileSystem: any FileSystem = LocalFileSystem(), clock: any WallClock = SystemClock()
  ) throws(StoreError) {
    try options.check()
    let directory = try fileSystem.openDirectory(path, creating: options.createsIfMissing)
    let opening: LogOpening
    do throws(StoreError) {
      try directory.lock()
      opening = try LogOpening(in: directory, options)
    } catch {
      directory.close()
      throw error
    }
    self.directory = directory
    self.options = options
    self.clock = clock
    recovery = opening.report
    tail = opening.tail
    needsNewline = opening.tail.needsNewline
    view = Guarded(opening.view)
    schedule = SyncSchedule(options.durability, options.maintenance, clock)
    // What is shown from now on must not be lost, if anything is promised: a killed process may have left it
    // unsynced.
    guard options.durability != .system, tail.end + tail.tornBytes > 0 else { return }
    do throws(StoreError) {
      _ = try settledFile()
    } catch {
      directory.close()
      throw error
    }
  }

  deinit { worker.stop(andWait: false) }

  // MARK: Reading

  /// What `key` holds, as a fresh array.
  ///
  /// - Complexity: one read with the index; O(n) without.
  public func get(_ key: Key) throws(StoreError) -> Value? {
    try lookUp(key)?.value
  }

  /// The same, and until when.
  public func lookUp(_ key: Key) throws(StoreError) -> ExpiringValue? {
    try status.checkReadable()
    try key.checkLength()
    let now = clock.now
    guard let entry = try newestEntry(of: key), !entry.isDead(at: now) else { return nil }
    return entry.value.map { ExpiringValue($0, expiresAt: entry.expiresAt) }
  }

  private func newestEntry(of key: Key) throws(StoreError) -> LogEntry? {
    let (file, end, isReady, place) = view.withLock { view in
      view.reads.gets += 1
      let place = view.index.isReady ? view.index.lookup(key) : nil
      if place != nil { view.reads.recordsRead += 1 }
      return (view.file, view.end, view.index.isReady, place)
    }
    guard isReady else { return try AppendLogStore.scan(file, upTo: end, for: key) }
    return try place.map { place throws(StoreError) in
      try AppendLogStore.entry(of: key, at: place, in: file)
    }
  }

  /// The first rung's way of reading: everything, from the beginning, and the last one counts.
  private static func scan(
    _ file: any ReadableFile, upTo end: Int, for key: Key
  ) throws(StoreError) -> LogEntry? {
    var newest: LogEntry?
    var walk = LogEntries(file, upTo: end)
    while let entry = try walk.next() {
      if entry.key == key { newest = entry }
    }
    return newest
  }

  /// The second rung's: one read, of exactly the entry.
  static func entry(
    of key: Key, at place: LogPlace, in file: any ReadableFile
  ) throws(StoreError) -> LogEntry {
    let bytes = try file.read(at: place.offset, count: place.length)
    let entry: LogEntry
    do throws(JSONError) {
      entry = try ByteView.withBytes(of: bytes) { bytes throws(JSONError) in
        try LogLine.entry(bytes, at: place.offset)
      }
    } catch {
      throw .corrupt(file: file.path, offset: place.offset, reason: error.reason)
    }
    guard entry.key == key, entry.place == place, entry.value != nil else {
      throw .corrupt(
        file: file.path, offset: place.offset,
        reason: "the index leads here for \(key), and here is another entry")
    }
    return entry
  }

  /// Every entry of the log as it is now, overwritten ones and tombstones included.
  public func entries() throws(StoreError) -> LogEntries {
    try status.checkReadable()
    let (file, end) = view.withLock { ($0.file, $0.end) }
    return LogEntries(file, upTo: end)
  }

  /// Builds the hash index if the store was opened without one.
  public func buildIndex() throws(StoreError) {
    try status.checkReadable()
    // With the writers' turn, so that no entry comes after those that are read.
    try writing.withLock { () throws(StoreError) in
      let (file, end) = view.withLock { ($0.file, $0.end) }
      var index = HashIndex()
      try index.build(from: LogEntries(file, upTo: end))
      let ready = index
      view.withLock { $0.index = ready }
    }
  }

  // MARK: Writing

  /// Makes `key` hold `value`.
  public func put(_ key: Key, _ value: Value) throws(StoreError) {
    try apply(WriteBatch([.put(key, value, expiresAt: nil)]))
  }

  /// Makes `key` hold nothing.
  public func delete(_ key: Key) throws(StoreError) { try apply(WriteBatch([.delete(key)])) }

  /// Applies all changes or none: they stand on one line.
  public func apply(_ batch: WriteBatch) throws(StoreError) {
    try batch.checkLengths()
    guard !batch.isEmpty else { return try status.checkWritable() }
    let line = LogLine(batch)
    try whileWriting { () throws(StoreError) in try append(line, userBytes: batch.userBytes) }
  }

  private func append(_ line: LogLine, userBytes: Int) throws(StoreError) {
    let log = try settledFile()
    let oldEnd = view.withLock { $0.end }
    // A last line that lacks its newline gets it in the same call.
    let missing: [UInt8] = needsNewline ? [UInt8(ascii: "\n")] : []
    let addition = missing.isEmpty ? line.bytes : missing + line.bytes
    try ByteView.withBytes(of: addition) { bytes throws(StoreError) in try log.append(bytes) }
    needsNewline = false
    writes.userBytes += userBytes
    writes.logBytes += addition.count
    if schedule.mustSyncNow() {
      try sync()
    } else if schedule.needsWorker {
      wakeWorker()
    }
    // From here on it is seen; whatever was promised of it holds already.
    view.withLock { $0.show(line, at: oldEnd + missing.count) }
  }

  /// The log to append to, with its end settled.
  ///
  /// Called with `writing`.
  func settledFile() throws(StoreError) -> any WritableFile {
    if let file { return file }
    let opened = try directory.openForAppending(options.logName)
    try tail.settle(opened, in: directory)
    file = opened
    return opened
  }
}
