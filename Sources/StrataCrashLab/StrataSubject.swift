import Strata
import StrataCore

/// Strata's own engine, as a store to be crashed.
///
/// Its memtable and its segments are tiny, so that a short workload has many flushes and compactions,
/// and its background work is done in explicit steps.
public struct StrataSubject: CrashSubject {
  private let durability: Durability
  private let policy: String
  private var options = StoreOptions()

  /// The engine with this durability and this policy; nil when there is no such policy.
  public init?(durability: Durability, policy: String) {
    guard let found = compactionPolicy(named: policy) else { return nil }
    self.durability = durability
    self.policy = policy
    options.durability = durability
    options.compactionPolicy = found
    options.maintenance = .manual
    options.identity = StoreIdentity(high: 1, low: 2)
    options.memTableBytes = 2 << 10
    options.segmentBytes = 2 << 10
  }

  /// The names of all policies.
  public static let policies = ["size-tiered", "leveled", "full"]
  /// One durability of each kind.
  public static let durabilities = [Durability.sync, .interval(milliseconds: 3), .system]

  /// Every durability with every policy, or only the given ones.
  ///
  /// - Throws: `invalidArgument` when there is no such policy.
  public static func all(
    durability: Durability? = nil, policy: String? = nil
  ) throws(StoreError) -> [any CrashSubject] {
    var subjects: [any CrashSubject] = []
    for durability in durability.map({ [$0] }) ?? durabilities {
      for policy in policy.map({ [$0] }) ?? policies {
        guard let subject = StrataSubject(durability: durability, policy: policy) else {
          throw .invalidArgument(
            "there is no compaction policy \(policy); there are \(policies.joined(separator: ", "))"
          )
        }
        subjects.append(subject)
      }
    }
    return subjects
  }

  /// The options of `kvcli crashlab` that give this subject.
  public var arguments: String { "--durability \(durability) --policy \(policy)" }

  /// Those of the last interval: each of them takes at least a millisecond, see `DiskClock`.
  public var commandsAtRisk: Int { durability.commandsAtRisk }

  /// With other sizes of memtable and segments for each seed.
  public func seeded(_ seed: UInt64) -> any CrashSubject {
    var random = SplitMix64(seed: seed)
    var subject = self
    subject.options.memTableBytes = 1 << (10 + random.below(3))
    subject.options.segmentBytes = 1 << (10 + random.below(3))
    subject.options.flushOnCloseBytes = 1 << (8 + random.below(5))
    return subject
  }

  /// Opens or creates the store; its clock is the disk.
  public func open(
    _ path: String, on disk: any FileSystem
  ) throws(StoreError) -> any KeyValueStore {
    try LogStructuredStore(
      at: path, options: options, fileSystem: disk, clock: DiskClock(disk: disk))
  }

  /// A flush or a compaction.
  public func maintain(_ store: any KeyValueStore) throws(StoreError) -> Bool {
    guard let store = store as? LogStructuredStore else { return false }
    return try store.performMaintenanceStep() != nil
  }

  /// When a new segment is begun, a flush or a merge is under way, and nobody has the writers' turn.
  public func isBesideWriters(_ call: SimulatedCall) -> Bool {
    call.kind == .create && call.name.hasSuffix(".seg.tmp")
  }

  /// The pieces of the file, each with its fields, and with its bytes where it is damaged.
  public func explain(_ name: String, on disk: any FileSystem) -> [String] {
    CrashExplanation.lines { body throws(StoreError) in
      try FileInspector.inspect(name, fileSystem: disk, body)
    }
  }

  /// A checkpoint.
  public func checkpoint(
    _ store: any KeyValueStore, to path: String
  ) throws(StoreError) -> Bool {
    guard let store = store as? LogStructuredStore else { return false }
    try store.checkpoint(to: path)
    return true
  }
}
