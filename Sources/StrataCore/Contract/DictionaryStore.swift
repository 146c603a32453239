/// The contract as its shortest program: a dictionary in memory, gone with the process.
///
/// It says what the right answer is. The engines are compared with it, operation by operation; that is
/// its whole purpose, so it sorts at every scan and has no durability at all.
///
/// - Complexity: `put`, `get`, `delete` O(1) on average; `scan` O(n log n).
public final class DictionaryStore: KeyValueStore, @unchecked Sendable {
  private struct State {
    var entries: [Key: (value: Value, expiresAt: UnixMilliseconds?)] = [:]
    var changes: UInt64 = 0
    var isClosed = false
  }

  private let lock = Lock()
  private var state = State()  // guarded by `lock`
  private let clock: any WallClock

  /// An empty store.
  public init(clock: any WallClock = SystemClock()) { self.clock = clock }

  /// Makes `key` hold `value`.
  public func put(_ key: Key, _ value: Value) throws(StoreError) {
    try apply(WriteBatch([.put(key, value, expiresAt: nil)]))
  }

  /// What `key` holds, or nil.
  public func get(_ key: Key) throws(StoreError) -> Value? { try lookUp(key)?.value }

  /// The same, and until when.
  public func lookUp(_ key: Key) throws(StoreError) -> ExpiringValue? {
    try key.checkLength()
    let now = clock.now
    return try withState { state in
      guard let entry = state.entries[key], entry.expiresAt.map({ now < $0 }) ?? true else {
        return nil
      }
      return ExpiringValue(entry.value, expiresAt: entry.expiresAt)
    }
  }

  /// Makes `key` hold nothing.
  public func delete(_ key: Key) throws(StoreError) { try apply(WriteBatch([.delete(key)])) }

  /// The entries of a range in order.
  public func scan(
    _ range: KeyRange, _ direction: ScanDirection, limit: Int?
  ) throws(StoreError) -> any EntryScan {
    precondition(limit ?? 0 >= 0, "a limit cannot be negative")
    let now = clock.now
    var found = try withState { state in
      state.entries.filter {
        range.contains($0.key) && ($0.value.expiresAt.map { now < $0 } ?? true)
      }
      .map { (entry: Entry(key: $0.key, value: $0.value.value), expiresAt: $0.value.expiresAt) }
    }
    found.sort {
      direction == .forward ? $0.entry.key < $1.entry.key : $1.entry.key < $0.entry.key
    }
    return ArrayScan(limit.map { Array(found.prefix($0)) } ?? found)
  }

  /// Applies all changes of the batch.
  public func apply(_ batch: WriteBatch) throws(StoreError) {
    try batch.checkLengths()
    try withState { state in
      for change in batch.changes {
        switch change {
        case .put(let key, let value, let expiresAt): state.entries[key] = (value, expiresAt)
        case .delete(let key): state.entries[key] = nil
        }
      }
      state.changes += UInt64(batch.count)
    }
  }

  /// Does nothing: there are no files.
  public func flush() throws(StoreError) { try withState { _ in } }

  /// Reclaims nothing: there are no files.
  public func compact() throws(StoreError) -> Int { try withState { _ in 0 } }

  /// How many entries there are.
  public func statistics() throws(StoreError) -> StoreStatistics {
    try withState { state in
      var statistics = StoreStatistics()
      statistics.engine = "dictionary"
      statistics.records = state.entries.count
      statistics.lastSequence = state.changes
      return statistics
    }
  }

  /// Ends the use of the store.
  public func close() throws(StoreError) { lock.withLock { state.isClosed = true } }

  private func withState<Result>(_ body: (inout State) -> Result) throws(StoreError) -> Result {
    try lock.withLock { () throws(StoreError) in
      if state.isClosed { throw .closed }
      return body(&state)
    }
  }
}

/// A scan over entries that are already there.
public final class ArrayScan: EntryScan {
  private var rest: ArraySlice<(entry: Entry, expiresAt: UnixMilliseconds?)>
  /// When the entry that came last expires.
  public private(set) var expiresAt: UnixMilliseconds?

  /// A scan over these entries, each with its time.
  public init(_ entries: [(entry: Entry, expiresAt: UnixMilliseconds?)]) { rest = entries[...] }

  /// The next entry; nil at the end.
  public func next() throws(StoreError) -> Entry? {
    guard let (entry, expiresAt) = rest.popFirst() else { return nil }
    self.expiresAt = expiresAt
    return entry
  }
}
