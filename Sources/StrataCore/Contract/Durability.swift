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
