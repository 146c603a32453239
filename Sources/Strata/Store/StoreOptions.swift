import StrataCore

/// When a write is acknowledged; what that is worth after a crash.
///
/// | level | acknowledged when | a killed process loses | a power cut loses |
/// |---|---|---|---|
/// | `sync` | it is on the disk | nothing | nothing |
/// | `interval` | the system has it; synced within the interval | nothing | at most the last interval |
/// | `system` | the system has it | nothing | what the system had not written yet |
///
/// Whatever is lost is lost from the end: what survives is a prefix of what was written.
public enum Durability: Hashable, Sendable {
  /// Every write waits until it is on the disk. The default.
  case sync
  /// Writes are synced together, so many milliseconds apart.
  case interval(milliseconds: Int)
  /// The operating system writes when it likes.
  case system
}

extension Durability {
  /// Where a sync follows each write, a call is the shorter way to the disk; else a store into memory is.
  var appendMethod: AppendMethod { self == .sync ? .writing : .mapping }
}

extension Durability: CustomStringConvertible {
  /// The level as it is written on a command line: `sync`, `interval:100`, `system`.
  public var description: String {
    switch self {
    case .sync: "sync"
    case .interval(let milliseconds): "interval:\(milliseconds)"
    case .system: "system"
    }
  }

  /// Reads what `description` writes; nil for anything else.
  public init?(_ text: String) {
    switch text {
    case "sync": self = .sync
    case "system": self = .system
    default:
      guard text.hasPrefix("interval:"), let milliseconds = Int(text.dropFirst(9)),
        (1...86_400_000).contains(milliseconds)
      else { return nil }
      self = .interval(milliseconds: milliseconds)
    }
  }
}

/// Who does the work that is not a reader's or a writer's: flushing and compacting.
public enum Maintenance: Hashable, Sendable {
  /// A thread of the store's own.
  case background
  /// Whoever calls `performMaintenanceStep`: nothing happens by itself, so that tests can repeat it.
  case manual
}

/// How a store behaves.
///
/// What is written on disk can be opened with any options.
public struct StoreOptions: Sendable {
  /// When a write is acknowledged, unless the write says otherwise.
  public var durability = Durability.sync
  /// True: where there is no store yet, opening makes one.
  public var createsIfMissing = true
  /// A memtable that takes this much memory is frozen and flushed.
  public var memTableBytes = 16 << 20
  /// Compactions begin a new segment when one has reached this size.
  public var segmentBytes = 128 << 20
  /// Which segments are merged, and when.
  public var compactionPolicy: any CompactionPolicy = SizeTieredPolicy()
  /// Who flushes and compacts.
  public var maintenance = Maintenance.background
  /// A store whose log is longer than this is flushed when it is closed, so that it opens quickly.
  public var flushOnCloseBytes = 256 << 10
  /// The identity of a store that is made; nil: random.
  ///
  /// Only tests need another.
  public var identity: StoreIdentity?

  /// The defaults.
  public init() {}

  /// Refuses sizes that mean nothing.
  func check() throws(StoreError) {
    guard memTableBytes > 0, segmentBytes > 0, flushOnCloseBytes >= 0 else {
      throw .invalidArgument("the sizes among a store's options must be above 0")
    }
    if case .interval(let milliseconds) = durability, !(1...86_400_000).contains(milliseconds) {
      throw .invalidArgument("a durability interval must be between 1 ms and a day")
    }
  }
}
