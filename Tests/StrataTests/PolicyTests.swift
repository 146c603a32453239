import StrataCore
import StrataTestSupport
import Synchronization
import Testing

@testable import Strata

@Suite("Compaction policies")
struct PolicyTests {
  /// A run of segments of one byte, named by their key ranges: "ac" reaches from a to c.
  private func run(_ id: UInt32, _ level: Int, _ ranges: String..., bytes: Int = 1)
    -> StoreShape.Run
  {
    StoreShape.Run(
      id: id, level: level,
      segments: ranges.enumerated().map { index, range in
        StoreShape.Segment(
          number: id * 10 + UInt32(index), bytes: bytes,
          smallestKey: Key(String(range.prefix(1))), largestKey: Key(String(range.suffix(1))))
      })
  }

  @Test("full: everything is merged as soon as there are too many runs")
  func full() {
    let policy = FullPolicy(runLimit: 3)
    #expect(policy.pick(StoreShape(runs: [])) == nil)
    #expect(policy.pick(StoreShape(runs: [run(2, 0, "az"), run(1, 1, "az")])) == nil)
    let shape = StoreShape(runs: [run(3, 0, "az"), run(2, 0, "az"), run(1, 2, "am", "nz")])
    #expect(policy.pick(shape) == CompactionTask(inputs: [30, 20, 10, 11], outputLevel: 2))
  }

  @Test("size-tiered: a level that is full becomes one run of the next")
  func sizeTiered() {
    let policy = SizeTieredPolicy(fanout: 2)
    #expect(policy.pick(StoreShape(runs: [run(3, 0, "az"), run(2, 1, "az")])) == nil)
    let shape = StoreShape(
      runs: [run(4, 0, "az"), run(3, 1, "az"), run(2, 1, "am", "nz"), run(1, 2, "az")])
    #expect(policy.pick(shape) == CompactionTask(inputs: [30, 20, 21], outputLevel: 2))
  }

  @Test("leveled: level 0 takes along what it touches; a level that is too large gives one segment")
  func leveled() {
    let policy = LeveledPolicy(levelZeroRuns: 2, levelOneBytes: 2, growth: 10)
    let zero = StoreShape(runs: [run(5, 0, "bd"), run(4, 0, "ce"), run(1, 1, "aa", "dg", "hz")])
    #expect(policy.pick(zero) == CompactionTask(inputs: [50, 40, 11], outputLevel: 1, joinsRun: 1))
    let first = StoreShape(runs: [run(5, 0, "bd"), run(4, 0, "ce")])
    #expect(policy.pick(first) == CompactionTask(inputs: [50, 40], outputLevel: 1))
    let large = StoreShape(runs: [run(2, 1, "ac", "df", "gi"), run(1, 2, "ab", "ce", "yz")])
    #expect(policy.pick(large) == CompactionTask(inputs: [22], outputLevel: 2, joinsRun: 1))
    #expect(policy.pick(StoreShape(runs: [run(2, 1, "ac", "df"), run(1, 2, "ab")])) == nil)
  }

  @Test("leveled: several runs on a deep level, left by another policy, are merged first")
  func leveledAfterTiered() {
    let shape = StoreShape(runs: [run(3, 2, "az"), run(2, 2, "az")])
    #expect(LeveledPolicy().pick(shape) == CompactionTask(inputs: [30, 20], outputLevel: 2))
  }

  @Test("policies are found by the names of the command line")
  func names() {
    #expect(compactionPolicies.map(\.name) == ["size-tiered", "leveled", "full"])
    #expect(compactionPolicy(named: "leveled") is LeveledPolicy)
    #expect(compactionPolicy(named: "other") == nil)
  }

  /// Picks what it was told to pick, once.
  private struct Fixed: CompactionPolicy {
    let name = "fixed"
    let task: @Sendable (StoreShape) -> CompactionTask?
    func pick(_ shape: StoreShape) -> CompactionTask? { task(shape) }
  }

  @Test("a policy that would put older records in front of newer ones is refused")
  func illegal() throws {
    // Three runs hold the key; to merge the newest and the oldest would jump over the one between.
    let policy = Fixed { shape in
      guard shape.runs.count == 3 else { return nil }
      let ends = [shape.runs[0], shape.runs[2]].flatMap(\.segments).map(\.number)
      return CompactionTask(inputs: ends, outputLevel: 1)
    }
    let store = try LogStructuredStore(
      at: "s", options: manualOptions { $0.compactionPolicy = policy }, fileSystem: SimulatedDisk())
    for value in ["1", "2", "3"] {
      try store.put("key", Value(value))
      try store.flush()
    }
    #expect {
      try store.performMaintenanceStep()
    } throws: {
      "\($0)".contains("would put older records in front of")
    }
    #expect(try store.get("key") == "3")
    try store.put("key", "4")  // the mistake of a policy does not end writing
    try store.close()
  }

  @Test("a policy that names segments that do not exist is refused")
  func unknownSegments() throws {
    let policy = Fixed { _ in CompactionTask(inputs: [99], outputLevel: 1) }
    let store = try LogStructuredStore(
      at: "s", options: manualOptions { $0.compactionPolicy = policy }, fileSystem: SimulatedDisk())
    #expect(throws: StoreError.self) { try store.performMaintenanceStep() }
    try store.close()
  }

  @Test("a merge whose result would reach over what stays in its run is refused")
  func reach() throws {
    // Level 1 holds b and m as one run; a and z would join it, and their segment reach over m.
    let policy = Fixed { shape in
      let zero = shape.runs(on: 0).flatMap(\.segments).map(\.number)
      if shape.runs(on: 1).isEmpty {
        return zero.count == 1 ? CompactionTask(inputs: zero, outputLevel: 1) : nil
      }
      return CompactionTask(inputs: zero, outputLevel: 1, joinsRun: shape.runs(on: 1)[0].id)
    }
    let options = manualOptions {
      $0.compactionPolicy = policy
      $0.segmentBytes = 1
    }
    let store = try LogStructuredStore(at: "s", options: options, fileSystem: SimulatedDisk())
    try store.put("m", "1")
    try store.put("n", "1")
    try store.flush()
    // Segments of one record: the flush made two of them, as one run.
    #expect(try store.statistics().levels.map(\.segments) == [2])
    try store.put("a", "1")
    try store.put("z", "1")
    try store.flush()
    let shape = store.shape(of: store.current.retain())
    let newest = shape.runs[0].segments.map(\.number)
    let oldest = shape.runs[1]
    #expect(throws: StoreError.self) {
      try store.execute(
        CompactionTask(inputs: newest, outputLevel: oldest.level, joinsRun: oldest.id))
    }
    #expect(throws: StoreError.self) {
      try store.execute(CompactionTask(inputs: newest, outputLevel: 3, joinsRun: oldest.id))
    }
    #expect(throws: StoreError.self) {
      try store.execute(CompactionTask(inputs: newest, outputLevel: -1))
    }
    #expect(try store.scan().collect().map(\.key) == ["a", "m", "n", "z"])
    try store.close()
  }

  @Test("many runs stop nobody while the policy is content with them")
  func contentPolicy() throws {
    var options = StoreOptions()
    options.durability = .system
    options.memTableBytes = 1
    options.compactionPolicy = FullPolicy(runLimit: 1_000)
    let store = try LogStructuredStore(at: "s", options: options, fileSystem: SimulatedDisk())
    for number in 0..<60 { try store.put(Key("\(number)"), "v") }
    #expect(try store.scan().collect().count == 60)
    try store.close()
  }

  @Test("statistics wait for no merge, and a close does not wait for its end")
  func besideAMerge() throws {
    let gate = Gate()
    let disk = SimulatedDisk()
    var options = StoreOptions()
    options.durability = .system
    options.memTableBytes = 256 << 10
    options.compactionPolicy = FullPolicy(runLimit: 2)
    let store = try LogStructuredStore(
      at: "s", options: options, fileSystem: disk,
      observer: { event in
        // Stands within the merge's own thread, which holds the lock of all maintenance.
        if case .flushed = event { gate.wait() }
      })
    let value = Value([UInt8](repeating: 1, count: 1_000))
    for number in 0..<300 { try store.put(Key("\(number)"), value) }
    gate.awaitArrival()
    #expect(try store.statistics().records > 0)
    gate.open()
    try store.close()
    #expect(throws: StoreError.closed) { try store.get("1") }
  }

  /// Holds one thread up until it is opened.
  private final class Gate: Sendable {
    private let lock = Lock()
    private let changed: Condition
    private let state = Mutex((isOpen: false, hasArrived: false))
    init() { changed = Condition(of: lock) }
    func wait() {
      lock.withLock {
        state.withLock { $0.hasArrived = true }
        changed.notifyAll()
        while !state.withLock({ $0.isOpen }) { changed.wait() }
      }
    }
    func awaitArrival() {
      lock.withLock { while !state.withLock({ $0.hasArrived }) { changed.wait() } }
    }
    func open() {
      lock.withLock {
        state.withLock { $0.isOpen = true }
        changed.notifyAll()
      }
    }
  }
}
