import StrataCore
import StrataRungs

extension StoreUnderTest {
  /// The first rung, with and without its index.
  public static let appendLogs: [StoreUnderTest] = [
    appendLog("with index") { _ in },
    appendLog("full scan", weight: 0.15) { $0.buildsIndex = false },
    appendLog("sync") { $0.durability = .sync },
    appendLog("interval of 1 ms") { $0.durability = .interval(milliseconds: 1) },
    appendLog("interval of 1 ms, in the background", ground: .real) {
      $0.durability = .interval(milliseconds: 1)
      $0.maintenance = .background
    },
    appendLog("everything as it comes", weight: 0.3, ground: .real) { $0 = AppendLogOptions() },
  ]

  /// The second rung; the small sizes make it seal and merge within a few operations.
  public static let bitcasks: [StoreUnderTest] = [
    bitcask("one file") { _ in },
    bitcask("files of 1 KiB") {
      $0.dataFileBytes = 1 << 10
      $0.mergeBytes = 8 << 10
      $0.openFiles = 2
    },
    bitcask("a file for each batch", weight: 0.5) {
      $0.dataFileBytes = 1
      $0.unhintedBytes = 0
      $0.mergeBytes = 1
    },
    bitcask("sync") { $0.durability = .sync },
    bitcask("interval of 1 ms") { $0.durability = .interval(milliseconds: 1) },
    bitcask("everything as it comes", weight: 0.3, ground: .real) { $0 = BitcaskOptions() },
    bitcask("files of 1 KiB, in the background") {
      $0.dataFileBytes = 1 << 10
      $0.mergeBytes = 4 << 10
      $0.openFiles = 3
      $0.maintenance = .background
      $0.durability = .interval(milliseconds: 1)
    },
  ]

  private static func appendLog(
    _ name: String, weight: Double = 0.4, ground: TestGround.Kind = .simulated,
    _ change: (inout AppendLogOptions) -> Void
  ) -> StoreUnderTest {
    var options = AppendLogOptions()
    options.durability = .system
    options.maintenance = .manual
    change(&options)
    let chosen = options
    var row = StoreUnderTest("append-log, \(name)") { path, files, clock throws(StoreError) in
      var open = OpenStore(
        try AppendLogStore(at: path, options: chosen, fileSystem: files, clock: clock))
      open.complaints = { () throws(StoreError) in
        try complaints(AppendLogStore.verify(at: path, options: chosen, fileSystem: files))
      }
      return open
    }
    row.weight = weight
    row.ground = ground
    row.flushMovesEntries = false
    row.remembersSequence = false
    // They are a matter of minutes as text; `RungsTests` has some of a few MiB.
    row.takesLargeValues = false
    // Its worker only syncs: the files stay what they are.
    return row
  }

  private static func bitcask(
    _ name: String, weight: Double = 0.5, ground: TestGround.Kind = .simulated,
    _ change: (inout BitcaskOptions) -> Void
  ) -> StoreUnderTest {
    var options = BitcaskOptions()
    options.durability = .system
    options.maintenance = .manual
    change(&options)
    let chosen = options
    var row = StoreUnderTest("bitcask, \(name)") { path, files, clock throws(StoreError) in
      let store = try BitcaskStore(at: path, options: chosen, fileSystem: files, clock: clock)
      var open = OpenStore(store)
      open.performMaintenanceStep = { () throws(StoreError) in try store.performMaintenanceStep() }
      open.complaints = { () throws(StoreError) in
        try complaints(BitcaskStore.verify(at: path, fileSystem: files))
      }
      return open
    }
    row.weight = weight
    row.ground = ground
    row.flushMovesEntries = false
    if case .background = chosen.maintenance { row.isStepwise = false }
    return row
  }

  private static func complaints(_ report: VerificationReport) -> [String] {
    report.problems.map { "\($0.file) at byte \($0.offset): \($0.kind): \($0.reason)" }
  }
}
