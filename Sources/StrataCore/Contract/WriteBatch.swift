/// Changes that happen together: after a crash, and for every reader, all of them or none.
///
///     var batch = WriteBatch()
///     batch.put("from", "70")
///     batch.put("to", "30")
///     try store.apply(batch)
///
/// Within a batch, later changes win over earlier ones of the same key.
public struct WriteBatch: Sendable {
  /// One change of one key.
  public enum Change: Hashable, Sendable {
    /// The key now holds the value, until the given moment where there is one.
    case put(Key, Value, expiresAt: UnixMilliseconds?)
    /// The key now holds nothing.
    case delete(Key)
  }

  /// What one change is, without its bytes.
  @usableFromInline
  struct Outline: Hashable, Sendable {
    @usableFromInline var keyLength: Int
    /// −1: the change is a deletion.
    @usableFromInline var valueLength: Int
    @usableFromInline var expiresAt: UnixMilliseconds?

    @usableFromInline
    init(keyLength: Int, valueLength: Int, expiresAt: UnixMilliseconds?) {
      self.keyLength = keyLength
      self.valueLength = valueLength
      self.expiresAt = expiresAt
    }
  }

  // Keys and values lie one behind the other: a batch of a thousand changes is two arrays, not thousands.
  @usableFromInline var outlines: [Outline] = []
  @usableFromInline var bytes: [UInt8] = []

  /// A batch of nothing.
  public init() {}

  /// A batch of these changes.
  public init(_ changes: [Change]) {
    for change in changes {
      switch change {
      case .put(let key, let value, let expiresAt): put(key, value, expiresAt: expiresAt)
      case .delete(let key): delete(key)
      }
    }
  }

  /// True when the batch changes nothing.
  public var isEmpty: Bool { outlines.isEmpty }

  /// How many changes there are.
  public var count: Int { outlines.count }

  /// Adds: `key` holds `value`, until `expiresAt` where it is given.
  @inlinable
  public mutating func put(_ key: Key, _ value: Value, expiresAt: UnixMilliseconds? = nil) {
    outlines.append(
      Outline(
        keyLength: key.bytes.count, valueLength: value.bytes.count, expiresAt: expiresAt))
    bytes.append(contentsOf: key.bytes)
    bytes.append(contentsOf: value.bytes)
  }

  /// Adds: `key` holds nothing.
  @inlinable
  public mutating func delete(_ key: Key) {
    outlines.append(Outline(keyLength: key.bytes.count, valueLength: -1, expiresAt: nil))
    bytes.append(contentsOf: key.bytes)
  }

  /// Forgets all changes and keeps the room.
  public mutating func removeAll() {
    outlines.removeAll(keepingCapacity: true)
    bytes.removeAll(keepingCapacity: true)
  }

  /// The changes, in the order in which they happen, each as a copy.
  ///
  /// - Complexity: O(n) at each call; `forEach` copies nothing.
  public var changes: [Change] {
    var changes: [Change] = []
    changes.reserveCapacity(count)
    forEach { key, value, expiresAt in
      let key = Key(key)
      changes.append(
        value.map { .put(key, Value($0), expiresAt: expiresAt) } ?? .delete(key))
    }
    return changes
  }

  /// Calls `body` with each change in order: its key, and its value, or nil for a deletion.
  ///
  /// The views are valid during the call.
  @inlinable
  public func forEach<Failure: Error>(
    _ body: (_ key: ByteView, _ value: ByteView?, _ expiresAt: UnixMilliseconds?) throws(Failure) ->
      Void
  ) throws(Failure) {
    try ByteView.withBytes(of: bytes) { bytes throws(Failure) in
      var offset = 0
      for outline in outlines {
        let key = bytes.slice(at: offset, count: outline.keyLength)
        offset += outline.keyLength
        guard outline.valueLength >= 0 else {
          try body(key, nil, nil)
          continue
        }
        let value = bytes.slice(at: offset, count: outline.valueLength)
        offset += outline.valueLength
        try body(key, value, outline.expiresAt)
      }
    }
  }

  /// Refuses a key or a value that is too long, before anything is written.
  public func checkLengths() throws(StoreError) {
    for outline in outlines {
      try Key.check(length: outline.keyLength)
      try Value.check(length: max(0, outline.valueLength))
    }
  }
}
