import StrataCore
import Synchronization

/// The engine: a log, a sorted memtable, sorted segments, and the merging of them.
///
///     put ─▶ write-ahead log ─▶ memtable ──full──▶ segment ──too many──▶ merged segment
///             durable from here  visible from here  (flush)              (compaction)
///
///     get ─▶ memtable ─▶ frozen memtables ─▶ segments, newest first; the first opinion counts
///
/// This file holds the state and the short operations; each longer one has a file of its own:
///
/// | file | what |
/// |---|---|
/// | `Recovery` | opening: what the last process left behind |
/// | `+Write` | a group of changes into log and memtable |
/// | `+Flush` | a frozen memtable becomes a segment |
/// | `+Compaction` | segments are merged |
/// | `+Scan` | ranges and snapshots |
/// | `+Lifecycle` | the background worker, failure, the end |
/// | `+Statistics`, `+Checkpoint`, `Verification` | looking from outside |
///
/// Any number of threads may call it. Readers never wait. **Lock order**: `maintenance`, then the turn
/// of `commits`, then `Backlog`'s and `Worker`'s, then `LogSet`'s, then `CurrentVersion`'s; whoever has
/// the turn never asks for `maintenance`.
///
/// A program that links Strata and may meet a file size limit should ignore SIGXFSZ, as `kvcli` does:
/// the failed write is then an error like any other.
///
/// - Invariant: a change with sequence number n is in the log before it is in the memtable, and in a
///   segment that the manifest names before its log is removed.
/// - Invariant: along memtable, frozen memtables and runs, the records of any one key get older.
public final class LogStructuredStore: RecoveringStore, @unchecked Sendable {
  /// What was found when the store was opened.
  public let recovery: RecoveryReport
  /// How it behaves.
  public let options: StoreOptions

  let fileSystem: any FileSystem
  let directory: any Directory
  let identity: StoreIdentity
  let hash: KeyedHash
  let clock: any WallClock
  let observer: StoreObserver?
  let status = StoreStatus()

  let current: CurrentVersion
  let logs: LogSet
  let commits = CommitQueue()
  /// Changes up to this one are visible; the next batch becomes visible as a whole.
  let visibleSequence: Atomic<UInt64>
  let nextFileNumber: Atomic<UInt32>

  /// Held during a flush, a compaction, a checkpoint: whatever changes or counts on the set of files.
  let maintenance = Lock()
  var manifest: Manifest  // guarded by `maintenance`

  // Guarded by the turn of `commits`.
  @exclusivity(unchecked) var active: MemTable  // the current version's
  @exclusivity(unchecked) var nextSequence: UInt64
  @exclusivity(unchecked) var loneFrame = FrameEncoder()  // the frame of a writer who met no other
  @exclusivity(unchecked) var groupBuffer = ByteBuffer(capacity: 4096)
  var lastSync: UnixMilliseconds = 0
  /// Recovery left memtables to be flushed; that begins with the first change, since a process that
  /// only reads should not write.
  @exclusivity(unchecked) var isWorkWaiting: Bool

  // For interval durability: when it was synced last, in monotonic nanoseconds; whether the worker knows
  // that there is something to sync.
  let lastIntervalSync = Atomic<UInt64>(0)
  let isWorkerToSync = Atomic(false)
  /// True while there are so many runs that each write waits a moment.
  let isBehind = Atomic(false)
  /// What is in segments, and what it took; apart from the manifest, so that nobody waits for a merge.
  var flushedTotals: StoreStatistics.WriteTotals  // guarded by `totalsLock`
  let totalsLock = Lock()

  let backlog = Backlog()
  let worker: Worker

  /// Opens the store at `path`, recovering whatever an earlier process left there.
  ///
  /// - Parameters:
  ///   - path: the store's directory; made when it is missing, unless the options say otherwise.
  ///   - options: how it behaves; the files can be opened with any.
  ///   - fileSystem: what the directory lies on.
  ///   - clock: decides what has expired.
  ///   - observer: is told what happens; see `StoreObserver`.
  /// - Throws: `StoreError.locked` when it is open already, `.notFound` when there is none and none is
  ///   to be made, `.corrupt` when its files are damaged, `.invalidArgument` when the directory holds
  ///   something else, `.io` and `.noSpace` from the system. Nothing is changed but by a success.
  public init(
    at path: String, options: StoreOptions = StoreOptions(),
    fileSystem: any FileSystem = LocalFileSystem(), clock: any WallClock = SystemClock(),
    observer: StoreObserver? = nil
  ) throws(StoreError) {
    try options.check()
    let directory = try fileSystem.openDirectory(path, creating: options.createsIfMissing)
    let recovered = try Recovery.run(in: directory, options: options)
    self.fileSystem = fileSystem
    self.directory = directory
    self.options = options
    self.clock = clock
    self.observer = observer
    recovery = recovered.report
    manifest = recovered.manifest
    identity = recovered.manifest.identity
    hash = identity.hash
    current = CurrentVersion(recovered.version)
    active = recovered.version.active
    logs = recovered.logs
    visibleSequence = Atomic(recovered.lastSequence)
    nextSequence = recovered.lastSequence + 1
    nextFileNumber = Atomic(recovered.manifest.nextFileNumber)
    worker = Worker()
    flushedTotals = recovered.manifest.totals
    isWorkWaiting = !recovered.version.frozen.isEmpty
  }

  deinit { worker.stop(andWait: false) }

  // MARK: Reading

  /// What `key` holds, as a fresh array.
  ///
  /// - Complexity: O(log n) in the memtable, O(1) in each run of segments.
  /// - Throws: `.corrupt` when a record or index page that had to be read is damaged.
  public func get(_ key: Key) throws(StoreError) -> Value? {
    try withLiveRecord(key) { $0.map { Value($0.value) } }
  }

  /// True when `key` holds something.
  public func contains(_ key: Key) throws(StoreError) -> Bool {
    try withLiveRecord(key) { $0 != nil }
  }

  /// What `key` holds and until when, or nil.
  public func lookUp(_ key: Key) throws(StoreError) -> ExpiringValue? {
    try withLiveRecord(key) { record in
      record.map { ExpiringValue(Value($0.value), expiresAt: $0.expiresAt) }
    }
  }

  /// Reads what `key` holds into an array whose room is used again; false when it holds nothing.
  public func get(_ key: Key, into value: inout [UInt8]) throws(StoreError) -> Bool {
    try withLiveRecord(key) { record in
      value.removeAll(keepingCapacity: true)
      guard let found = record?.value else { return false }
      value.append(contentsOf: UnsafeRawBufferPointer(start: found.start, count: found.count))
      return true
    }
  }

  /// Calls `body` with what `key` holds, without copying it; nil when it holds nothing.
  ///
  /// The bytes are those of the memtable or of the mapped segment; they are valid during the call.
  @inlinable
  public func withValue<Result>(
    forKey key: Key, _ body: (RawSpan) -> Result
  ) throws(StoreError) -> Result? {
    var result: Result?
    try visitValue(ofKey: key) { result = body($0) }
    return result
  }

  /// `withValue` without a type that only the caller knows, so that it can be compiled here.
  @usableFromInline
  func visitValue(ofKey key: Key, _ body: (RawSpan) -> Void) throws(StoreError) {
    try withLiveRecord(key) { $0?.value.withSpan(body) }
  }

  @inline(__always)
  private func withLiveRecord<Result>(
    _ key: Key, _ body: (Record?) -> Result
  ) throws(StoreError) -> Result {
    try status.checkReadable()
    try key.checkLength()
    return try ByteView.withBytes(of: key.bytes) { key throws(StoreError) in
      let hash = self.hash(key)
      return try current.read { version, slot throws(StoreError) in
        // After the version: it must not name a segment with changes that this number excludes.
        let sequence = visibleSequence.load(ordering: .acquiring)
        var totals = StoreStatistics.ReadTotals()
        let record = try version.find(key, hash: hash, asOf: sequence, &totals, observer)
        slot.pointee.count(totals)
        return body(record.flatMap { $0.isDead(at: clock.now) ? nil : $0 })
      }
    }
  }

  // MARK: Writing

  /// Makes `key` hold `value`; durable, as far as the store's level promises, when the call returns.
  public func put(_ key: Key, _ value: Value) throws(StoreError) {
    try key.checkLength()
    try value.checkLength()
    try write(needsSync: options.durability == .sync) { frame in
      ByteView.withBytes(of: key.bytes) { key in
        ByteView.withBytes(of: value.bytes) { value in frame.add(key, value) }
      }
    }
  }

  /// Makes `key` hold nothing; a record of its own, a tombstone, says so.
  public func delete(_ key: Key) throws(StoreError) {
    try key.checkLength()
    try write(needsSync: options.durability == .sync) { frame in
      ByteView.withBytes(of: key.bytes) { key in frame.add(key, nil) }
    }
  }

  /// Applies all changes of the batch or none, for every reader and after every crash.
  public func apply(_ batch: WriteBatch) throws(StoreError) { try apply(batch, syncing: false) }

  /// The same; when `syncing`, it returns only when the batch is on the disk, whatever the store's level.
  public func apply(_ batch: WriteBatch, syncing: Bool) throws(StoreError) {
    try batch.checkLengths()
    guard !batch.isEmpty else { return try status.checkWritable() }
    try write(needsSync: syncing || options.durability == .sync) { frame in
      batch.forEach { key, value, expiresAt in frame.add(key, value, expiresAt: expiresAt) }
    }
  }
}
