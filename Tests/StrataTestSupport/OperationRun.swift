import StrataCore

/// A run of operations on a store and on the model, side by side.
///
/// It stops at the first answer that differs. After the last operation everything is compared once
/// more: each key, both directions, then the same after reopening, and at the end every byte of the
/// files, where the engine can check them.
public struct OperationRun {
  /// Where and how a store differed from the model.
  public struct Failure: Error, Sendable {
    /// How many operations had been done without a difference.
    public var position: Int
    /// What was answered, and what was expected.
    public var complaint: String
  }

  /// How many scans and snapshots may be open at a time.
  public static let slots = 3

  private struct Mismatch: Error { var complaint: String }

  private let row: StoreUnderTest
  private var ground: TestGround
  private let clock = ManualClock()
  private var open: OpenStore
  private var model: StoreModel
  private var scans: [(scan: any EntryScan, expectation: ScanExpectation)?]
  private var snapshots: [(snapshot: any ReadableSnapshot, model: StoreModel)?]

  private init(_ row: StoreUnderTest, on ground: TestGround) throws(StoreError) {
    self.row = row
    self.ground = ground
    open = try row.open(ground, clock: clock)
    model = StoreModel(now: clock.now)
    scans = Array(repeating: nil, count: Self.slots)
    snapshots = Array(repeating: nil, count: Self.slots)
  }

  /// Runs the operations in a fresh store; nil when every answer was right.
  public static func failure(
    of operations: [Operation], on row: StoreUnderTest, ground: TestGround.Kind
  ) throws -> Failure? {
    try TestGround.with(ground) { ground in
      var position = 0
      do {
        var run = try OperationRun(row, on: ground)
        for operation in operations {
          try run.perform(operation)
          position += 1
        }
        try run.finish()
        return nil
      } catch let mismatch as Mismatch {
        return Failure(position: position, complaint: mismatch.complaint)
      } catch let error as StoreError {
        return Failure(position: position, complaint: "threw \(error)")
      }
    }
  }

  // MARK: One operation

  private mutating func perform(_ operation: Operation) throws {
    switch operation {
    case .put, .delete, .batch: try write(operation)
    case .get(let key): try expect(model.mismatch(of: try open.store.get(key), for: key))
    case .contains(let key): try contains(key)
    case .scan(let range, let direction, let limit):
      try compare(
        open.store.scan(range, direction, limit: limit),
        ScanExpectation(model, range, direction, limit: limit))
    case .beginScan(let slot, let range, let direction):
      scans[slot] = (
        try open.store.scan(range, direction, limit: nil),
        ScanExpectation(model, range, direction, limit: nil)
      )
    case .continueScan(let slot, let count):
      for _ in 0..<count {
        let entry = try scans[slot]?.scan.next()
        try expect(scans[slot]?.expectation.mismatch(of: entry))
      }
    case .takeSnapshot(let slot):
      snapshots[slot] = try open.snapshot.map { (try $0(), model.frozen) }
    case .getFromSnapshot(let slot, let key):
      let answer = try snapshots[slot]?.snapshot.get(key)
      try expect(snapshots[slot]?.model.mismatch(of: answer, for: key))
    case .scanSnapshot(let slot, let range, let direction, let limit):
      guard let (snapshot, model) = snapshots[slot] else { return }
      try compare(
        snapshot.scan(range, direction, limit: limit),
        ScanExpectation(model, range, direction, limit: limit))
    case .release(let slot):
      scans[slot] = nil
      snapshots[slot] = nil
    case .moveClock(let milliseconds): moveClock(by: milliseconds)
    case .flush: try open.store.flush()
    case .compact:
      let reclaimed = try open.store.compact()
      if reclaimed < 0 { throw Mismatch(complaint: "compact reclaimed \(reclaimed) bytes") }
      if row.reclaimsSpace { model.compacted() }
    case .maintain: _ = try open.performMaintenanceStep?()
    case .reopen: try reopen()
    case .kill: try kill()
    }
  }

  private mutating func write(_ operation: Operation) throws {
    var batch = WriteBatch()
    switch operation {
    case .put(let key, let value, nil): try open.store.put(key, value)
    case .put(let key, let value, let lifetime?):
      try open.store.put(key, value, expiresAt: moment(after: lifetime))
    case .delete(let key): try open.store.delete(key)
    case .batch(let changes):
      for change in changes {
        switch change {
        case .put(let key, let value, let lifetime):
          batch.put(key, value, expiresAt: lifetime.map(moment))
        case .delete(let key): batch.delete(key)
        }
      }
      try open.store.apply(batch)
    default: break
    }
    updateModel(operation)
  }

  private mutating func updateModel(_ operation: Operation) {
    switch operation {
    case .put(let key, let value, let lifetime):
      model.put(key, value, expiresAt: lifetime.map(moment))
    case .delete(let key): model.delete(key)
    case .batch(let changes):
      for change in changes {
        switch change {
        case .put(let key, let value, let lifetime):
          model.put(key, value, expiresAt: lifetime.map(moment))
        case .delete(let key): model.delete(key)
        }
      }
    default: break
    }
  }

  private func moment(after lifetime: Int) -> UnixMilliseconds {
    UnixMilliseconds(max(0, Int(clock.now) + lifetime))
  }

  private mutating func moveClock(by milliseconds: Int) {
    clock.advance(milliseconds: milliseconds)
    model.clockMoved(to: clock.now)
    for slot in 0..<Self.slots {
      scans[slot]?.expectation.clockMoved(to: clock.now)
      snapshots[slot]?.model.clockMoved(to: clock.now)
    }
  }

  private mutating func contains(_ key: Key) throws {
    let answer = try open.store.contains(key)
    switch model.expectation(of: key) {
    case .absent where answer, .value where !answer:
      throw Mismatch(complaint: "\(key): contains answered \(answer)")
    case .valueOrAbsent where !answer: model.delete(key)
    default: break
    }
  }

  private func compare(_ scan: any EntryScan, _ expected: ScanExpectation) throws {
    var expected = expected
    while let entry = try scan.next() { try expect(expected.mismatch(of: entry)) }
    try expect(expected.mismatch(of: nil))
  }

  private func expect(_ mismatch: String?) throws {
    if let mismatch { throw Mismatch(complaint: mismatch) }
  }

  // MARK: Opening again, and the end

  private mutating func releaseAll() {
    for slot in 0..<Self.slots {
      scans[slot] = nil
      snapshots[slot] = nil
    }
  }

  private mutating func reopen() throws {
    guard row.isDurable else { return }
    releaseAll()
    try open.store.close()
    open = try row.open(ground, clock: clock)
  }

  private mutating func kill() throws {
    guard row.isDurable, row.isStepwise || ground.isSimulated else { return }
    let left = try ground.afterKill()
    releaseAll()
    try open.store.close()
    ground = left
    open = try row.open(ground, clock: clock)
  }

  private mutating func finish() throws {
    try compareEverything()
    try reopen()
    try compareEverything()
    releaseAll()
    try open.store.close()
    for complaint in try open.complaints?() ?? [] {
      throw Mismatch(complaint: "verify found \(complaint)")
    }
  }

  private mutating func compareEverything() throws {
    for direction in ScanDirection.allCases {
      try compare(
        open.store.scan(.all, direction, limit: nil),
        ScanExpectation(model, .all, direction, limit: nil))
    }
    for key in model.sortedKeys {
      try expect(model.mismatch(of: try open.store.get(key), for: key))
    }
  }
}
