/// What every engine can do.
///
/// Small enough to be implemented in an afternoon; every engine of the ladder conforms, and one suite
/// of tests runs on all of them.
///
///     try store.put("city", "Zürich")
///     try store.get("city")?.description     // "Zürich"
///     try store.delete("city")
///     try store.get("city")                  // nil
///
/// - Keys and values are bytes; the empty key and the empty value are as good as any other. A key has
///   at most `Key.maximumLength` bytes and a value at most `Value.maximumLength`; more is refused
///   before anything is written.
/// - An absent key is nil, not an error; deleting one succeeds.
/// - Safe to call from any number of threads.
/// - Calls are synchronous: when one returns, the thing has happened, as durably as the store promises.
/// - After `close`, every call throws `StoreError.closed`, but for `close` itself.
public protocol KeyValueStore: AnyObject, Sendable {
  /// Makes `key` hold `value`, whatever it held before.
  func put(_ key: Key, _ value: Value) throws(StoreError)

  /// What `key` holds, or nil.
  func get(_ key: Key) throws(StoreError) -> Value?

  /// Makes `key` hold nothing, whatever it held before.
  func delete(_ key: Key) throws(StoreError)

  /// True when `key` holds something.
  func contains(_ key: Key) throws(StoreError) -> Bool

  /// What `key` holds and until when, or nil.
  func lookUp(_ key: Key) throws(StoreError) -> ExpiringValue?

  /// The entries of a range in order of their keys, as they are now, whatever is written meanwhile.
  func scan(_ range: KeyRange, _ direction: ScanDirection, limit: Int?) throws(StoreError)
    -> any EntryScan

  /// Applies all changes of the batch, or none.
  func apply(_ batch: WriteBatch) throws(StoreError)

  /// Brings what is only in memory and log to its final files.
  func flush() throws(StoreError)

  /// Rewrites the files without what is overwritten, deleted or expired.
  ///
  /// - Returns: the bytes reclaimed: those of the records that are not stored any more.
  func compact() throws(StoreError) -> Int

  /// What the store holds and has done.
  func statistics() throws(StoreError) -> StoreStatistics

  /// Ends the use of the store. What was acknowledged is there when it is opened again.
  func close() throws(StoreError)
}

extension KeyValueStore {
  /// True when `key` holds something.
  public func contains(_ key: Key) throws(StoreError) -> Bool { try get(key) != nil }

  /// What `key` holds and until when, or nil.
  ///
  /// By a scan of one key, which an engine without order pays for with a look at all keys; such an engine
  /// has its own.
  public func lookUp(_ key: Key) throws(StoreError) -> ExpiringValue? {
    try key.checkLength()
    let scan = try scan(KeyRange(from: key, to: Key(key.bytes + [0])), .forward, limit: 1)
    return try scan.next().map { ExpiringValue($0.value, expiresAt: scan.expiresAt) }
  }

  /// The entries of a range, from the smallest key.
  public func scan(_ range: KeyRange = .all) throws(StoreError) -> any EntryScan {
    try scan(range, .forward, limit: nil)
  }

  /// Makes `key` hold `value` until `expiresAt`; from then on the key is absent.
  public func put(
    _ key: Key, _ value: Value, expiresAt: UnixMilliseconds
  ) throws(StoreError) {
    try apply(WriteBatch([.put(key, value, expiresAt: expiresAt)]))
  }
}

/// A walk over entries, one at a time, that never holds more than one of them.
///
///     let scan = try store.scan(.prefix("user/"))
///     while let entry = try scan.next() { print(entry.key, entry.value) }
///
/// One thread at a time may use it. It keeps what it walks over alive until it is released.
public protocol EntryScan: AnyObject {
  /// The next entry; nil at the end, and from then on.
  func next() throws(StoreError) -> Entry?

  /// When the entry that came last expires; nil: never.
  var expiresAt: UnixMilliseconds? { get }
}

extension EntryScan {
  /// Never, where the engine knows no time to live.
  public var expiresAt: UnixMilliseconds? { nil }

  /// All entries that are left.
  public func collect() throws(StoreError) -> [Entry] {
    var entries: [Entry] = []
    while let entry = try next() { entries.append(entry) }
    return entries
  }
}

/// A store that says what it found when it was opened.
public protocol RecoveringStore: KeyValueStore {
  /// What opening found, and what was done about it.
  var recovery: RecoveryReport { get }
}
