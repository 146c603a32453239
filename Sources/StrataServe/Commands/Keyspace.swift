import StrataCore

/// The store as commands see it: their changes at once, the disk's once for all of them.
///
///     keyspace.put("a", "1", expiresAt: nil)     // nothing is written yet
///     try keyspace.lookUp("a")                   // but it is seen
///     try keyspace.commit()                      // one batch, one sync: now it may be acknowledged
///
/// All commands that arrive together share a batch, whoever sent them. There is one thread, so that a command
/// that reads, decides and writes (INCR, SET NX) has the keys for itself.
///
/// - Invariant: `pending` says of each key in `batch` what the batch makes of it.
final class Keyspace {
  let store: any KeyValueStore
  let clock: any WallClock
  private var batch = WriteBatch()
  /// Nil as a value: deleted.
  private var pending: [Key: ExpiringValue?] = [:]
  /// The bytes of keys and values that are not written yet.
  private(set) var pendingBytes = 0
  /// How many batches were written.
  private(set) var commits = 0

  init(_ store: any KeyValueStore, clock: any WallClock) {
    self.store = store
    self.clock = clock
  }

  var now: UnixMilliseconds { clock.now }

  // MARK: Reading

  /// What a key holds and until when; nil when it holds nothing.
  func lookUp(_ key: Key) throws(Refusal) -> ExpiringValue? {
    if let change = changed(key) { return change }
    return try refusing { () throws(StoreError) in try store.lookUp(key) }
  }

  /// What a key holds.
  func get(_ key: Key) throws(Refusal) -> Value? {
    if let change = changed(key) { return change?.value }
    return try refusing { () throws(StoreError) in try store.get(key) }
  }

  func contains(_ key: Key) throws(Refusal) -> Bool {
    if let change = changed(key) { return change != nil }
    return try refusing { () throws(StoreError) in try store.contains(key) }
  }

  /// What the batch makes of a key; nil when it says nothing about it.
  private func changed(_ key: Key) -> ExpiringValue?? {
    guard !pending.isEmpty, let change = pending[key] else { return nil }
    guard let value = change, value.expiresAt.map({ now < $0 }) ?? true else {
      return .some(nil)
    }
    return value
  }

  // MARK: Writing

  /// Makes a key hold a value, as the next commit will have it.
  func put(_ key: Key, _ value: Value, expiresAt: UnixMilliseconds?) throws(Refusal) {
    // Checked here: one that is too long must not spoil the batch of all the others.
    try refusing { () throws(StoreError) in
      try key.checkLength()
      try value.checkLength()
    }
    batch.put(key, value, expiresAt: expiresAt)
    pending[key] = ExpiringValue(value, expiresAt: expiresAt)
    pendingBytes += key.bytes.count + value.bytes.count
  }

  /// Makes a key hold nothing, as the next commit will have it.
  func delete(_ key: Key) throws(Refusal) {
    try refusing { () throws(StoreError) in try key.checkLength() }
    batch.delete(key)
    pending[key] = .some(nil)
    pendingBytes += key.bytes.count
  }

  /// Writes all changes since the last commit, as durably as the store does.
  ///
  /// - Throws: what the store said; then none of them has happened, as far as anybody may be told.
  func commit() throws(Refusal) {
    guard !batch.isEmpty else { return }
    defer {
      batch.removeAll()
      pending.removeAll(keepingCapacity: pending.count <= 4096)
      pendingBytes = 0
    }
    commits += 1
    // ← commit point: whatever is answered is answered after this
    try refusing { () throws(StoreError) in try store.apply(batch) }
  }
}
