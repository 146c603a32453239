import StrataCore

/// One operation on one key as its caller saw it: when it began, when it ended, and what it did or saw.
public struct KeyOperation: Sendable, Equatable {
  /// What an operation does to a key, or learns of it; nil: nothing is there.
  public enum Action: Sendable, Equatable {
    /// The key holds this from now on.
    case write(Value?)
    /// The key held this.
    case read(Value?)
  }

  /// When it was called, in nanoseconds.
  public var start: UInt64
  /// When it returned; nil: it did not, or with an error, so that nobody knows whether it happened.
  public var end: UInt64?
  /// What it did or saw.
  public var action: Action

  /// An operation.
  public init(_ action: Action, from start: UInt64, to end: UInt64?) {
    self.action = action
    self.start = start
    self.end = end
  }

  var isWrite: Bool {
    if case .write = action { true } else { false }
  }
}

extension KeyOperation: CustomStringConvertible {
  /// `120…180 write b`, `150…? write (absent)`.
  public var description: String {
    let (verb, value) =
      switch action {
      case .write(let value): ("write", value)
      case .read(let value): ("read", value)
      }
    return "\(start)…\(end.map { "\($0)" } ?? "?") \(verb) \(Self.text(of: value))"
  }

  /// A value in a few characters.
  static func text(of value: Value?) -> String {
    let text = value?.description ?? "(absent)"
    return text.count <= 24 ? text : "\(text.prefix(24))…"
  }
}

/// What was done to a store and seen of it, by one thread or by several, key by key.
public struct OperationHistory: Sendable {
  private var operations: [Key: [KeyOperation]] = [:]

  /// Nothing has happened yet.
  public init() {}

  /// How many operations there are; a batch counts once for each of its changes.
  public var count: Int { operations.reduce(0) { $0 + $1.value.count } }

  /// The operations of each key; the keys in their order.
  public var byKey: [(key: Key, operations: [KeyOperation])] {
    operations.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Adds an operation.
  public mutating func add(_ operation: KeyOperation, of key: Key) {
    operations[key, default: []].append(operation)
  }

  /// Adds what another thread did.
  public mutating func add(_ other: OperationHistory) {
    for (key, added) in other.operations { operations[key, default: []] += added }
  }
}

/// A store as one thread uses it, which notes everything for `Linearizability`.
///
/// Each thread has its own: a history that they shared would order what must not be ordered. The time is
/// the system's monotonic clock, which all processors agree upon.
///
///     var recorder = HistoryRecorder(store)
///     try recorder.put("a", "1")
///     Linearizability.check(recorder.history)     // nil
public struct HistoryRecorder {
  /// What this thread has done and seen.
  public private(set) var history = OperationHistory()
  private let store: any KeyValueStore

  /// Notes what is done to `store`.
  public init(_ store: any KeyValueStore) { self.store = store }

  /// Makes `key` hold `value`.
  public mutating func put(_ key: Key, _ value: Value) throws(StoreError) {
    try write([.put(key, value, expiresAt: nil)]) { store throws(StoreError) in
      try store.put(key, value)
    }
  }

  /// Makes `key` hold nothing.
  public mutating func delete(_ key: Key) throws(StoreError) {
    try write([.delete(key)]) { store throws(StoreError) in try store.delete(key) }
  }

  /// Applies a batch, whose changes must be of different keys.
  public mutating func apply(_ batch: WriteBatch) throws(StoreError) {
    try write(batch.changes) { store throws(StoreError) in try store.apply(batch) }
  }

  /// What `key` holds, or nil.
  public mutating func get(_ key: Key) throws(StoreError) -> Value? {
    let start = SystemTime.monotonicNanoseconds
    let value = try store.get(key)
    note(.read(value), of: key, since: start)
    return value
  }

  /// What a scan says about each of `keys`: as so many reads.
  public mutating func scan(_ keys: [Key], _ direction: ScanDirection) throws(StoreError) {
    let start = SystemTime.monotonicNanoseconds
    // A scan shows the store as it was when it began: what it finds was there by the time of this return.
    let scan = try store.scan(.all, direction, limit: nil)
    let end = SystemTime.monotonicNanoseconds
    var found: [Key: Value] = [:]
    while let entry = try scan.next() { found[entry.key] = entry.value }
    for key in keys { history.add(KeyOperation(.read(found[key]), from: start, to: end), of: key) }
  }

  private mutating func note(_ action: KeyOperation.Action, of key: Key, since start: UInt64) {
    let end = SystemTime.monotonicNanoseconds
    history.add(KeyOperation(action, from: start, to: end), of: key)
  }

  private mutating func write(
    _ changes: [WriteBatch.Change], _ body: (any KeyValueStore) throws(StoreError) -> Void
  ) throws(StoreError) {
    let start = SystemTime.monotonicNanoseconds
    var end: UInt64?
    defer {
      for change in changes {
        switch change {
        case .put(let key, let value, _):
          history.add(KeyOperation(.write(value), from: start, to: end), of: key)
        case .delete(let key):
          history.add(KeyOperation(.write(nil), from: start, to: end), of: key)
        }
      }
    }
    try body(store)
    end = SystemTime.monotonicNanoseconds
  }
}
