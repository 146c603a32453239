import StrataCore
import StrataTestSupport
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
}
