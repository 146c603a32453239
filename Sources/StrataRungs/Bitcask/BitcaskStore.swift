import StrataCore

/// The second rung: binary records with checksums in numbered files, and all keys in memory.
///
///     put a 1 ──▶ append to the newest file ──▶ key directory: a → file 7, offset 4711, 42 bytes
///     get a   ──▶ key directory ──▶ one read from file 7 ──▶ both checksums, the key ──▶ 1
///
///     data.5          data.6        data.7        data.8
///     merged, hint.5  hint.6        hint.7        written to
///     └──────────── sealed: never change ──────┘
///
/// Why many files? What is sealed never changes, so it can be merged while writers go on in another file,
/// and its keys can be kept in a small *hint* beside it, so that opening need not read the values.
///
/// | file | what |
/// |---|---|
/// | `BitcaskRecord`, `BitcaskFileHeader`, `HintFile` | the formats |
/// | `BitcaskRecovery`, `BitcaskFiles`, `DataFileReplay` | opening |
/// | `+Writing` | appending, sealing |
/// | `+Merge`, `MergeThreshold` | what is superfluous goes |
/// | `+Scan`, `+Lifecycle` | ranges and numbers, syncing and the end |
/// | `KeyDirectory`, `ReaderPool` | in memory |
///
/// **What this rung lacks, and what the next one cures**: every key must fit into memory, and opening loads
/// them all (Strata reads an index when a key is asked for); a range scan sorts all keys and then seeks once
/// for each (sorted segments); a merge rewrites everything that is alive, in one file (levels); a write waits
/// for a sync of its own (group commit).
///
/// Any number of threads may call it. Writers take turns; readers hold a lock only to look up a key, or to
/// list those of a scan, never while they read. **Lock order**: `maintenance`, `writing`, `view`, then the lock of the `ReaderPool`.
///
/// - Invariant: what the newest of all records of a key says is what the key holds; newer is the larger
///   file number, then the larger offset. No clock takes part in that.
public final class BitcaskStore: RecoveringStore, @unchecked Sendable {
  /// What was found when the store was opened.
  public let recovery: RecoveryReport
  /// How it behaves.
  public let options: BitcaskOptions

  let directory: any Directory
  let identity: StoreIdentity
  let clock: any WallClock
  let status = StoreStatus()
  let pool: ReaderPool
  let view: Guarded<BitcaskView>
  let worker = Worker()

  /// Held during a whole merge, and while the store is closed.
  let maintenance = Lock()
  /// Held during a whole write.
  let writing = Lock()
  // Guarded by `writing`.
  var active: ActiveFile?
  var newestAtOpening: BitcaskRecovery.Newest?
  var nextNumber: UInt32
  /// The data file that the next one continues.
  var lastNumber: UInt32
  var schedule: SyncSchedule
  var threshold: MergeThreshold
  var writes = StoreStatistics.WriteTotals()

  /// Opens the store in the directory `path`, or makes one.
  ///
  /// - Throws: `locked` when it is open already, `notFound` when there is none and none is to be made,
  ///   `corrupt` when its files are damaged, `invalidArgument` when the directory holds something else,
  ///   `io` and `noSpace` from the system.
  /// - Complexity: O(keys) with hints; without, every record is read.
  public init(
    at path: String, options: BitcaskOptions = BitcaskOptions(),
    fileSystem: any FileSystem = LocalFileSystem(), clock: any WallClock = SystemClock()
  ) throws(StoreError) {
    try options.check()
    let directory = try fileSystem.openDirectory(path, creating: options.createsIfMissing)
    let recovered: BitcaskRecovery
    do throws(StoreError) {
      try directory.lock()
      recovered = try BitcaskRecovery(in: directory, options, clock: clock)
    } catch {
      directory.close()
      throw error
    }
    self.directory = directory
    self.options = options
    self.clock = clock
    identity = recovered.identity
    recovery = recovered.report
    pool = ReaderPool(directory, capacity: options.openFiles)
    newestAtOpening = recovered.newest
    nextNumber = recovered.nextNumber
    lastNumber = recovered.view.files.keys.max() ?? BitcaskFileHeader.none
    schedule = SyncSchedule(options.durability, options.maintenance, clock)
    threshold = MergeThreshold(
      smallest: options.mergeBytes, living: recovered.view.keys.liveBytes)
    view = Guarded(recovered.view)
    try settleAtOpening()
  }

  deinit { worker.stop(andWait: false) }

  // MARK: Reading

  /// What `key` holds, as a fresh array.
  ///
  /// - Complexity: O(1): one look into memory, and one read if the key is there.
  /// - Throws: `corrupt` when the record is damaged.
  public func get(_ key: Key) throws(StoreError) -> Value? { try lookUp(key)?.value }

  /// The same, and until when.
  public func lookUp(_ key: Key) throws(StoreError) -> ExpiringValue? {
    try status.checkReadable()
    try key.checkLength()
    let now = clock.now
    let found = view.withLock { view -> (place: RecordPlace, file: DataFile)? in
      view.reads.gets += 1
      guard let place = view.keys[key], place.isAlive(at: now),
        let file = view.files[place.file]
      else { return nil }
      view.reads.recordsRead += 1
      return (place, file)
    }
    return try found.map { found throws(StoreError) in
      ExpiringValue(
        try value(of: key, at: found.place, in: found.file), expiresAt: found.place.end)
    }
  }

  /// True when `key` holds something; reads no file.
  public func contains(_ key: Key) throws(StoreError) -> Bool {
    try status.checkReadable()
    try key.checkLength()
    let now = clock.now
    return view.withLock { $0.keys[key]?.isAlive(at: now) ?? false }
  }

  /// Reads one record and believes nothing of it before both checksums and the key were checked.
  func value(
    of key: Key, at place: RecordPlace, in file: DataFile
  ) throws(StoreError) -> Value {
    let bytes = try pool.read(file, at: place.offset, count: Int(place.length))
    do throws(BitcaskRecord.Defect) {
      return try ByteView.withBytes(of: bytes) { (bytes) throws(BitcaskRecord.Defect) in
        let record = try BitcaskRecord(header: bytes, seed: file.seed)
        guard record.size == bytes.count else { throw .nonsense }
        try record.checkBody(bytes)
        let isRight = ByteView.withBytes(of: key.bytes) { $0 == record.key(in: bytes) }
        guard isRight, record.kind == .value || record.kind == .expiringValue else {
          throw .nonsense
        }
        return Value(record.value(in: bytes))
      }
    } catch {
      throw .corrupt(file: file.path, offset: place.offset, reason: error.reason)
    }
  }
}
