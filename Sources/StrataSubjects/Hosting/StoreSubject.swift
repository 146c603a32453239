import StrataCore
import StrataWire

/// A store of any engine as a subject: each operation of the contract is a verb.
///
/// | verb | arguments | answer |
/// |---|---|---|
/// | `put`, `delete` | key, value, expiry or null | OK |
/// | `get` | key | the value, or null |
/// | `contains` | key | 1 or 0 |
/// | `apply` | key, value or null, expiry or null, for each change | OK |
/// | `scan` | lower, upper, direction, limit | entries |
/// | `beginScan` | lower, upper, direction | a number |
/// | `continueScan` | number, count | entries |
/// | `flush`, `close` | | OK |
/// | `compact` | | the bytes reclaimed |
/// | `maintain` | | 1 when there was something to do |
/// | `statistics`, `recovery` | | see `StatisticsMessage`, `RecoveryMessage` |
/// | `complaints` | | what verifying the closed files found |
/// | `snapshot` | | a number |
/// | `snapshotGet`, `snapshotScan` | number, then as `get` and `scan` | |
/// | `clock` | milliseconds | OK; from now on that is the time |
public final class StoreSubject: Subject, @unchecked Sendable {
  /// What an engine can do beyond the contract; what it cannot is nil.
  public struct Extras {
    /// Does one piece of maintenance; false when there was nothing to do.
    public var maintain: (() throws(StoreError) -> Bool)?
    /// Takes a snapshot.
    public var snapshot: (() throws(StoreError) -> any SubjectSnapshot)?
    /// Looks at every byte of the files and says what is wrong.
    public var complaints: (() throws(StoreError) -> VerificationReport)?
    /// The clock that the store goes by.
    public var clock: SubjectClock?

    /// Nothing.
    public init() {}
  }

  private let store: any KeyValueStore
  private let extras: Extras
  private let lock = Lock()
  private var scans: [Int: any EntryScan] = [:]  // guarded by `lock`
  private var snapshots: [Int: any SubjectSnapshot] = [:]  // guarded by `lock`
  private var made = 0  // guarded by `lock`

  /// This store.
  public init(_ store: any KeyValueStore, extras: Extras = Extras()) {
    self.store = store
    self.extras = extras
  }

  /// Does one operation.
  public func answer(_ request: inout Request) throws(SubjectError) -> WireValue {
    switch request.verb {
    case "put":
      let (key, value) = (try request.key(), try request.value())
      let expiresAt = try request.optionalInteger()
      try SubjectError.translating { () throws(StoreError) in
        if let expiresAt {
          try store.put(key, value, expiresAt: UnixMilliseconds(clamping: expiresAt))
        } else {
          try store.put(key, value)
        }
      }
    case "delete":
      let key = try request.key()
      try SubjectError.translating { () throws(StoreError) in try store.delete(key) }
    case "get":
      let key = try request.key()
      let value = try SubjectError.translating { () throws(StoreError) in try store.get(key) }
      return .optional(value?.bytes)
    case "contains":
      let key = try request.key()
      let found = try SubjectError.translating { () throws(StoreError) in try store.contains(key) }
      return .integer(found ? 1 : 0)
    case "apply":
      let batch = try ChangesMessage.decode(&request)
      try SubjectError.translating { () throws(StoreError) in try store.apply(batch) }
    case "scan":
      let walk = try WalkMessage(&request)
      return try entries { () throws(StoreError) in
        try store.scan(walk.range, walk.direction, limit: walk.limit).collectWithTimes()
      }
    case "beginScan", "continueScan": return try answerScan(&request)
    case "snapshot", "snapshotGet", "snapshotScan": return try answerSnapshot(&request)
    default: return try answerUpkeep(&request)
    }
    return .done
  }

  private func answerUpkeep(_ request: inout Request) throws(SubjectError) -> WireValue {
    switch request.verb {
    case "clock":
      guard let clock = extras.clock else { throw .nonsense("this store has no clock") }
      clock.set(UnixMilliseconds(clamping: try request.integer()))
      return .done
    case "complaints":
      guard let complaints = extras.complaints else { return .array([]) }
      let report = try SubjectError.translating(complaints)
      return .array(
        report.problems.map { .bulk("\($0.file) at byte \($0.offset): \($0.reason)") })
    default: break
    }
    let verb = request.verb
    return try SubjectError.translating { () throws(StoreError) in
      switch verb {
      case "flush": try store.flush()
      case "close": try store.close()
      case "compact": return .integer(try store.compact())
      case "maintain": return .integer(try extras.maintain?() ?? false ? 1 : 0)
      case "statistics": return StatisticsMessage.encode(try store.statistics())
      case "recovery":
        return RecoveryMessage.encode((store as? any RecoveringStore)?.recovery ?? RecoveryReport())
      default: throw .invalidArgument("\(verb) is nothing that a store does")
      }
      return .done
    }
  }

  private func answerScan(_ request: inout Request) throws(SubjectError) -> WireValue {
    guard request.verb == "continueScan" else {
      let walk = try WalkMessage(&request)
      let scan = try SubjectError.translating { () throws(StoreError) in
        try store.scan(walk.range, walk.direction, limit: walk.limit)
      }
      return .integer(keep { scans[$0] = scan })
    }
    let (number, count) = (try request.integer(), try request.integer())
    guard let scan = lock.withLock({ scans[number] }) else {
      throw .nonsense("there is no scan \(number)")
    }
    return try entries { () throws(StoreError) in try scan.collectWithTimes(atMost: count) }
  }

  private func answerSnapshot(_ request: inout Request) throws(SubjectError) -> WireValue {
    if request.verb == "snapshot" {
      guard let take = extras.snapshot else { throw .nonsense("this store has no snapshots") }
      let snapshot = try SubjectError.translating(take)
      return .integer(keep { snapshots[$0] = snapshot })
    }
    let number = try request.integer()
    guard let snapshot = lock.withLock({ snapshots[number] }) else {
      throw .nonsense("there is no snapshot \(number)")
    }
    if request.verb == "snapshotGet" {
      let key = try request.key()
      let value = try SubjectError.translating { () throws(StoreError) in try snapshot.get(key) }
      return .optional(value?.bytes)
    }
    let walk = try WalkMessage(&request)
    return try entries { () throws(StoreError) in
      try snapshot.scan(walk.range, walk.direction, limit: walk.limit).collectWithTimes()
    }
  }

  private func keep(_ body: (Int) -> Void) -> Int {
    lock.withLock {
      made += 1
      body(made)
      return made
    }
  }

  private func entries(
    _ body: () throws(StoreError) -> [EntryMessage]
  ) throws(SubjectError) -> WireValue {
    .array(try SubjectError.translating(body).map(\.wireValue))
  }
}

/// The store as it was at one moment.
public protocol SubjectSnapshot: AnyObject {
  /// What `key` held then, or nil.
  func get(_ key: Key) throws(StoreError) -> Value?

  /// The entries of a range as they were then.
  func scan(_ range: KeyRange, _ direction: ScanDirection, limit: Int?) throws(StoreError)
    -> any EntryScan
}

/// A clock that shows what it was last told.
public final class SubjectClock: WallClock, @unchecked Sendable {
  private let lock = Lock()
  private var time: UnixMilliseconds = 1_000_000  // guarded by `lock`

  /// A clock that shows a million milliseconds.
  public init() {}

  /// The time it shows.
  public var now: UnixMilliseconds { lock.withLock { time } }

  /// From now on it shows this time.
  public func set(_ time: UnixMilliseconds) { lock.withLock { self.time = time } }
}
