import Strata
import StrataCore
import StrataRungs

/// The file of an engine, on a disk in memory, with the engine itself as its reader.
struct EngineFormat: AutopsyFormat, Sendable {
  let name: String
  /// The file that holds the records after a few changes.
  let file: String
  private let open: @Sendable (SimulatedDisk) throws(StoreError) -> any RecoveringStore

  /// JSON lines.
  static let appendLog = EngineFormat(name: "JSON lines", file: "log.jsonl") {
    disk throws(StoreError) in
    var options = AppendLogOptions()
    options.maintenance = .manual
    return try AppendLogStore(
      at: directory, options: options, fileSystem: disk, clock: StoppedClock())
  }

  /// Records with checksums.
  static let bitcask = EngineFormat(name: "Bitcask", file: "data.0") { disk throws(StoreError) in
    var options = BitcaskOptions()
    options.maintenance = .manual
    options.identity = identity
    return try BitcaskStore(
      at: directory, options: options, fileSystem: disk, clock: StoppedClock())
  }

  /// Strata's write-ahead log.
  static let strata = EngineFormat(name: "Strata", file: FileName.of(.log, 1)) {
    disk throws(StoreError) in
    var options = StoreOptions()
    options.maintenance = .manual
    options.identity = identity
    return try LogStructuredStore(
      at: directory, options: options, fileSystem: disk, clock: StoppedClock())
  }

  private static let directory = "store"
  private static let identity = StoreIdentity(high: 1, low: 2)

  private struct StoppedClock: WallClock {
    let now: UnixMilliseconds = 1_000_000
  }

  private init(
    name: String, file: String,
    open: @escaping @Sendable (SimulatedDisk) throws(StoreError) -> any RecoveringStore
  ) {
    self.name = name
    self.file = file
    self.open = open
  }

  func write(_ changes: [WriteBatch.Change]) throws(StoreError) -> [UInt8] {
    let disk = SimulatedDisk(.ordered)
    let store = try open(disk)
    for change in changes { try store.apply(WriteBatch([change])) }
    return disk.contents(of: file, in: Self.directory) ?? []
  }

  func read(
    _ bytes: [UInt8], afterAppending change: WriteBatch.Change?
  ) throws(StoreError) -> AutopsyReading {
    // The other files are those of a store that was just made.
    var disk = SimulatedDisk(.ordered)
    try open(disk).close()
    disk.replaceContents(of: file, in: Self.directory, with: bytes)
    if let change {
      let store = try open(disk)
      try store.apply(WriteBatch([change]))
      disk = disk.afterKill()
    }
    let store = try open(disk)
    let entries = try store.scan().collect()
    return AutopsyReading(
      entries: entries,
      isReported: store.recovery.bytesDropped > 0 || !store.recovery.warnings.isEmpty)
  }
}
