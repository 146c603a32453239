import StrataCore

/// How a store behaves.
///
/// What is written on disk can be opened with any options.
public struct StoreOptions: Sendable {
  /// When a write is acknowledged, unless the write says otherwise.
  public var durability = Durability.sync
  /// True: where there is no store yet, opening makes one.
  public var createsIfMissing = true
  /// A memtable that takes this much memory is frozen and flushed.
  ///
  /// There may be two of them: one is filled while the other one becomes segments.
  public var memTableBytes = 64 << 20
  /// Whoever writes segments begins a new one when one has reached this size; at the latest at 16 MiB, which is
  /// as far as an index reaches.
  public var segmentBytes = 16 << 20
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

extension Durability {
  /// Where a sync follows each write, a call is the shorter way to the disk; else a store into memory is.
  var appendMethod: AppendMethod { self == .sync ? .writing : .mapping }
}
