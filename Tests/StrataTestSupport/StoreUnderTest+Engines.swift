import Strata
import StrataCore

extension StoreUnderTest {
  /// Every engine and option set that must keep the contract.
  public static let all: [StoreUnderTest] = [dictionary] + appendLogs + bitcasks + logStructured

  /// The rows whose contents outlive the process.
  public static var durable: [StoreUnderTest] { all.filter(\.isDurable) }

  /// The rows with explicit maintenance steps.
  public static var stepwise: [StoreUnderTest] {
    (appendLogs + bitcasks + logStructured).filter(\.isStepwise)
  }

  /// One row for each engine, under the options that stress it most: for tests that are slow.
  public static var representatives: [StoreUnderTest] {
    [dictionary] + all.filter { $0.name.contains("background") }
  }

  /// The model itself; it holds the suite to the contract as much as the other way round.
  public static let dictionary: StoreUnderTest = {
    var row = StoreUnderTest("dictionary") { _, _, clock throws(StoreError) in
      OpenStore(DictionaryStore(clock: clock))
    }
    row.isDurable = false
    row.reclaimsSpace = false
    return row
  }()

  /// The log-structured engine; the small sizes make it flush and compact within a few operations.
  public static let logStructured: [StoreUnderTest] = [
    lsm("full") { $0.compactionPolicy = FullPolicy() },
    lsm("size-tiered") { $0.compactionPolicy = SizeTieredPolicy() },
    lsm("leveled") { $0.compactionPolicy = LeveledPolicy() },
    lsm("leveled, segments of 1 KiB") {
      $0.compactionPolicy = LeveledPolicy()
      $0.segmentBytes = 1 << 10
    },
    lsm("a memtable and a segment for each record", weight: 0.5) {
      $0.memTableBytes = 1
      $0.segmentBytes = 1
    },
    lsm("sync") { $0.durability = .sync },
    lsm("interval of 1 ms") { $0.durability = .interval(milliseconds: 1) },
    lsm("everything as it comes", ground: .real) { $0 = StoreOptions() },
    lsm("size-tiered, in the background", ground: .real) { $0.maintenance = .background },
    lsm("leveled, segments of 1 KiB, in the background") {
      $0.compactionPolicy = LeveledPolicy()
      $0.segmentBytes = 1 << 10
      $0.maintenance = .background
    },
  ]

  private static func lsm(
    _ name: String, weight: Double = 1, ground: TestGround.Kind = .simulated,
    _ change: (inout StoreOptions) -> Void
  ) -> StoreUnderTest {
    var options = StoreOptions()
    options.durability = .system
    // One more than the first piece of memory that a memtable takes, which counts as a whole.
    options.memTableBytes = (16 << 10) + 1
    options.segmentBytes = 4 << 10
    options.maintenance = .manual
    change(&options)
    let chosen = options
    var row = StoreUnderTest("lsm, \(name)") { path, files, clock throws(StoreError) in
      let store = try LogStructuredStore(
        at: path, options: chosen, fileSystem: files, clock: clock)
      var open = OpenStore(store)
      open.performMaintenanceStep = { () throws(StoreError) in
        try store.performMaintenanceStep() != nil
      }
      open.snapshot = { () throws(StoreError) in try store.snapshot() }
      open.complaints = { () throws(StoreError) in
        let report = try LogStructuredStore.verify(at: path, fileSystem: files)
        return report.problems.map { "\($0.file) at byte \($0.offset): \($0.kind): \($0.reason)" }
      }
      return open
    }
    row.weight = weight
    row.ground = ground
    if case .background = chosen.maintenance { row.isStepwise = false }
    return row
  }
}

extension Snapshot: ReadableSnapshot {}
