/// What a store holds and has done, as plain numbers.
///
/// An engine fills in what it has; the rest stays zero or empty. Everything in bytes, unless the name
/// says otherwise.
public struct StoreStatistics: Equatable, Sendable {
  /// The engine's name: `lsm`, `bitcask`, `append-log`, `dictionary`.
  public var engine = ""
  /// When a write is acknowledged: `sync`, `interval:100`, `system`.
  public var durability = ""
  /// One row for each level that holds something, newest first; the memtables are level −1.
  public var levels: [Level] = []
  /// All bytes of the store's files.
  public var diskBytes = 0
  /// Records in files and memory, overwritten and deleted ones included.
  public var records = 0
  /// The last sequence number given to a change.
  public var lastSequence: UInt64 = 0
  /// The work done over the store's whole life.
  public var writes = WriteTotals()
  /// The work done for readers since the store was opened.
  public var reads = ReadTotals()
  /// How often writers had to wait for background work since the store was opened.
  public var stalls = 0
  /// For how long, in milliseconds.
  public var stalledMilliseconds = 0

  /// Statistics of nothing.
  public init() {}

  /// What lies on one level.
  public struct Level: Equatable, Sendable {
    /// The level's number; −1 is memory.
    public var level: Int
    /// Sorted runs on it: at most so many places are asked for a key here.
    public var runs: Int
    /// Segments in these runs.
    public var segments: Int
    /// Records in these segments, tombstones included.
    public var records: Int
    /// Tombstones among them.
    public var tombstones: Int
    /// Their bytes.
    public var bytes: Int

    /// One row.
    public init(
      level: Int, runs: Int, segments: Int, records: Int, tombstones: Int, bytes: Int
    ) {
      self.level = level
      self.runs = runs
      self.segments = segments
      self.records = records
      self.tombstones = tombstones
      self.bytes = bytes
    }
  }

  /// Bytes written for users' bytes, over the life of the store.
  public struct WriteTotals: Equatable, Sendable {
    /// Keys and values that users wrote.
    public var userBytes = 0
    /// Bytes appended to logs for them.
    public var logBytes = 0
    /// Bytes of segments written from memtables.
    public var flushedBytes = 0
    /// Bytes of segments written by compactions.
    public var compactedBytes = 0
    /// Flushes.
    public var flushes = 0
    /// Compactions.
    public var compactions = 0

    /// No work at all.
    public init() {}

    /// All bytes that went to files: the numerator of write amplification.
    public var diskBytes: Int { logBytes + flushedBytes + compactedBytes }
  }

  /// What reads looked at.
  public struct ReadTotals: Equatable, Sendable {
    /// Single reads: the denominator of read amplification.
    public var gets = 0
    /// Of these, found in a memtable.
    public var memTableHits = 0
    /// Segments whose range held the key: the numerator of read amplification.
    public var segmentsAsked = 0
    /// Of these, ruled out by the filter alone.
    public var filteredOut = 0
    /// Of these, passed by the filter although the key was not there.
    public var falsePositives = 0
    /// Records found in segments; one of another key, read because its fingerprint is alike, does not count.
    public var recordsRead = 0

    /// No reads at all.
    public init() {}
  }
}

/// What is alive in a store, found by walking over all of it.
public struct SpaceUse: Equatable, Sendable {
  /// Entries that a scan finds.
  public var liveEntries = 0
  /// Bytes of their keys and values: the denominator of space amplification.
  public var liveBytes = 0
  /// All bytes of the store's files: the numerator of space amplification.
  public var diskBytes = 0

  /// Nothing.
  public init() {}

  /// Bytes on disk that hold nothing live: old versions, tombstones, indexes, checksums, slack.
  public var deadBytes: Int { max(0, diskBytes - liveBytes) }
}
