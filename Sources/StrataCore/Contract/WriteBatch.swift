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

  /// The changes, in the order in which they happen.
  public private(set) var changes: [Change] = []

  /// A batch of nothing.
  public init() {}

  /// A batch of these changes.
  public init(_ changes: [Change]) { self.changes = changes }

  /// True when the batch changes nothing.
  public var isEmpty: Bool { changes.isEmpty }

  /// How many changes there are.
  public var count: Int { changes.count }

  /// Adds: `key` holds `value`, until `expiresAt` where it is given.
  public mutating func put(_ key: Key, _ value: Value, expiresAt: UnixMilliseconds? = nil) {
    changes.append(.put(key, value, expiresAt: expiresAt))
  }

  /// Adds: `key` holds nothing.
  public mutating func delete(_ key: Key) { changes.append(.delete(key)) }

  /// Forgets all changes and keeps the room.
  public mutating func removeAll() { changes.removeAll(keepingCapacity: true) }

  /// Refuses a key or a value that is too long, before anything is written.
  public func checkLengths() throws(StoreError) {
    for change in changes {
      switch change {
      case .put(let key, let value, _):
        try key.checkLength()
        try value.checkLength()
      case .delete(let key): try key.checkLength()
      }
    }
  }
}
