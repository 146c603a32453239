import StrataCore
import StrataRungs

/// The first rung, as a store to be crashed.
///
/// Its promise is that of Strata, but only on a disk that keeps the order of what is appended: its lines
/// have no checksum, so that a hole or old bytes in the unsynced end can be read as something else.
public struct AppendLogSubject: CrashSubject {
  private var options = AppendLogOptions()

  /// The log with this durability, with or without its index.
  public init(durability: Durability, buildsIndex: Bool = true) {
    options.durability = durability
    options.buildsIndex = buildsIndex
    options.maintenance = .manual
  }

  /// Every durability, or only the given one.
  public static func all(durability: Durability? = nil) -> [any CrashSubject] {
    (durability.map { [$0] } ?? StrataSubject.durabilities).map { AppendLogSubject(durability: $0) }
  }

  /// The options of `kvcli crashlab` that give this subject.
  public var arguments: String { "--engine append-log --durability \(options.durability)" }

  /// Those of the last interval.
  public var commandsAtRisk: Int { options.durability.commandsAtRisk }

  /// Disks that keep the order of what is appended.
  public var personalities: [SimulatedDisk.Personality] { [.ordered] }

  /// Opens or creates the log; its clock is the disk.
  public func open(
    _ path: String, on disk: any FileSystem
  ) throws(StoreError) -> any KeyValueStore {
    try AppendLogStore(at: path, options: options, fileSystem: disk, clock: DiskClock(disk: disk))
  }

  /// A compaction, which it never does by itself.
  public func maintain(_ store: any KeyValueStore) throws(StoreError) -> Bool {
    try store.compact() > 0
  }

  /// The lines of the log.
  public func explain(_ name: String, on disk: any FileSystem) -> [String] {
    CrashExplanation.lines { body throws(StoreError) in
      try AppendLogInspector.inspect(name, fileSystem: disk, body)
    }
  }
}

/// The second rung, as a store to be crashed: its promise is that of Strata.
///
/// Its files are tiny and its threshold is low, so that a short workload seals and merges often.
public struct BitcaskSubject: CrashSubject {
  private var options = BitcaskOptions()

  /// The store with this durability.
  public init(durability: Durability) {
    options.durability = durability
    options.maintenance = .manual
    options.identity = StoreIdentity(high: 1, low: 2)
  }

  /// Every durability, or only the given one.
  public static func all(durability: Durability? = nil) -> [any CrashSubject] {
    (durability.map { [$0] } ?? StrataSubject.durabilities).map { BitcaskSubject(durability: $0) }
  }

  /// The options of `kvcli crashlab` that give this subject.
  public var arguments: String { "--engine bitcask --durability \(options.durability)" }

  /// Those of the last interval.
  public var commandsAtRisk: Int { options.durability.commandsAtRisk }

  /// With other sizes for each seed.
  public func seeded(_ seed: UInt64) -> any CrashSubject {
    var random = SplitMix64(seed: seed)
    var subject = self
    subject.options.dataFileBytes = 1 << (7 + random.below(6))
    subject.options.mergeBytes = 1 << (8 + random.below(5))
    subject.options.unhintedBytes = random.isOne(in: 2) ? 0 : 1 << 12
    return subject
  }

  /// Opens or creates the store; its clock is the disk.
  public func open(
    _ path: String, on disk: any FileSystem
  ) throws(StoreError) -> any KeyValueStore {
    try BitcaskStore(at: path, options: options, fileSystem: disk, clock: DiskClock(disk: disk))
  }

  /// A merge, if the threshold is reached.
  public func maintain(_ store: any KeyValueStore) throws(StoreError) -> Bool {
    guard let store = store as? BitcaskStore else { return false }
    return try store.performMaintenanceStep()
  }

  /// The records of a data file, the entries of a hint.
  public func explain(_ name: String, on disk: any FileSystem) -> [String] {
    CrashExplanation.lines { body throws(StoreError) in
      try BitcaskInspector.inspect(name, fileSystem: disk, body)
    }
  }
}
