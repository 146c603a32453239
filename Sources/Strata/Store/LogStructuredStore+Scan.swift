import StrataCore

/// How ranges are read, and how a moment is kept.
extension LogStructuredStore {
  /// The entries of a range in order of their keys, as they are now.
  ///
  /// Whatever is written, flushed or compacted meanwhile, the scan goes over the store of this moment. It
  /// keeps that moment's files and memory alive until it is released.
  ///
  /// - Complexity: O(log n) to begin, then amortised O(log k) an entry, for k memtables and runs.
  public func scan(
    _ range: KeyRange, _ direction: ScanDirection, limit: Int?
  ) throws(StoreError) -> any EntryScan {
    try snapshot().storeScan(range, direction, limit: limit)
  }

  /// The store as it is now, for as long as the snapshot lives.
  ///
  /// It costs nothing to take, but keeps alive all memory and files of this moment.
  public func snapshot() throws(StoreError) -> Snapshot {
    try status.checkReadable()
    let version = current.retain()
    // After the version, as in `get`.
    let sequence = visibleSequence.load(ordering: .acquiring)
    return Snapshot(
      version: version, sequence: sequence, hash: hash, clock: clock, status: status,
      observer: observer)
  }
}

/// A store as it was at one moment; safe to use from any number of threads.
public final class Snapshot: Sendable {
  /// The last change that it shows.
  public let sequence: UInt64
  private let version: Version
  private let hash: KeyedHash
  private let clock: any WallClock
  private let status: StoreStatus
  private let observer: StoreObserver?

  init(
    version: Version, sequence: UInt64, hash: KeyedHash, clock: any WallClock,
    status: StoreStatus, observer: StoreObserver?
  ) {
    self.version = version
    self.sequence = sequence
    self.hash = hash
    self.clock = clock
    self.status = status
    self.observer = observer
  }

  /// What `key` held at that moment; whether it has expired is a question of the present time.
  public func get(_ key: Key) throws(StoreError) -> Value? {
    try status.checkReadable()
    try key.checkLength()
    return try ByteView.withBytes(of: key.bytes) { key throws(StoreError) in
      var totals = StoreStatistics.ReadTotals()
      let record = try version.find(key, hash: hash(key), asOf: sequence, &totals, observer)
      return record.flatMap { $0.isDead(at: clock.now) ? nil : Value($0.value) }
    }
  }

  /// The entries of a range at that moment.
  public func scan(
    _ range: KeyRange = .all, _ direction: ScanDirection = .forward, limit: Int? = nil
  ) throws(StoreError) -> any EntryScan {
    try storeScan(range, direction, limit: limit)
  }

  /// Calls `body` with each entry of a range, without copying it, until it returns false.
  public func forEach(
    in range: KeyRange = .all, _ direction: ScanDirection = .forward,
    _ body: (_ key: RawSpan, _ value: RawSpan) -> Bool
  ) throws(StoreError) {
    try status.checkReadable()
    let now = clock.now
    let walk = Walk(range: range, direction: direction)
    var records = try RecordCursor(try version.records(walk, asOf: sequence))
    try records.forEach {
      () throws(StoreError) in
      try status.checkReadable()
    } _: { record in
      record.isDead(at: now)
        || record.key.withSpan { key in record.value.withSpan { body(key, $0) } }
    }
  }

  func storeScan(
    _ range: KeyRange, _ direction: ScanDirection, limit: Int?
  ) throws(StoreError) -> StoreScan {
    precondition(limit ?? 0 >= 0, "a limit cannot be negative")
    try status.checkReadable()
    return StoreScan(
      version: version,
      records: try RecordCursor(
        try version.records(Walk(range: range, direction: direction), asOf: sequence)),
      limit: limit, now: clock.now, status: status)
  }
}

/// A walk over the living entries of one version.
final class StoreScan: EntryScan {
  private let version: Version  // keeps alive what the records are views of
  @exclusivity(unchecked) private var records: RecordCursor
  private let status: StoreStatus
  private let now: UnixMilliseconds
  @exclusivity(unchecked) private var left: Int
  @exclusivity(unchecked) private var isStarted = false

  init(
    version: Version, records: consuming RecordCursor, limit: Int?, now: UnixMilliseconds,
    status: StoreStatus
  ) {
    self.version = version
    self.records = records
    self.now = now
    self.status = status
    left = limit ?? .max
  }

  func next() throws(StoreError) -> Entry? {
    try nextRecord().map { Entry(key: Key($0.key), value: Value($0.value)) }
  }

  var expiresAt: UnixMilliseconds? { isStarted ? records.current?.expiresAt : nil }

  /// The next living record; valid until the next call.
  func nextRecord() throws(StoreError) -> Record? {
    try status.checkReadable()
    guard left > 0 else { return nil }
    if isStarted { try records.advance() }
    isStarted = true
    while let record = records.current {
      if !record.isDead(at: now) {
        left -= 1
        return record
      }
      try records.advance()
    }
    return nil
  }
}
