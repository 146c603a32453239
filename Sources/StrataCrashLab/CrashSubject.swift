import StrataCore

/// A store to be crashed: how it is opened, and what it promises.
///
/// Everything is to happen in the calls themselves, on the calling thread: background work runs as
/// explicit steps, or the same seed would not give the same history.
public protocol CrashSubject: Sendable {
  /// The options that give this subject again on the command line.
  var arguments: String { get }

  /// So many of the newest acknowledged commands may be lost in a power cut, but none that came before
  /// a flush or a close.
  var commandsAtRisk: Int { get }

  /// The characters of disks on which it keeps its promise.
  var personalities: [SimulatedDisk.Personality] { get }

  /// The subject as a workload with this seed uses it, where options of its own are to vary.
  func seeded(_ seed: UInt64) -> any CrashSubject

  /// Opens the store, creating it when there is none.
  func open(_ path: String, on disk: any FileSystem) throws(StoreError) -> any KeyValueStore

  /// Does one step of background work; false when there is none to do.
  func maintain(_ store: any KeyValueStore) throws(StoreError) -> Bool

  /// True for a call that a compaction makes while others may write: the same thread may write there too.
  func isBesideWriters(_ call: SimulatedCall) -> Bool

  /// The lines that explain a file of the store, for a report; none where nobody can.
  func explain(_ name: String, on disk: any FileSystem) -> [String]

  /// Copies the store into a new directory; false when it cannot do that at all.
  func checkpoint(_ store: any KeyValueStore, to path: String) throws(StoreError) -> Bool
}

extension CrashSubject {
  /// It keeps its promise on any disk.
  public var personalities: [SimulatedDisk.Personality] { SimulatedDisk.Personality.allCases }

  /// Nothing varies.
  public func seeded(_ seed: UInt64) -> any CrashSubject { self }

  /// There is no background work.
  public func maintain(_ store: any KeyValueStore) throws(StoreError) -> Bool { false }

  /// Writers wait for a compaction.
  public func isBesideWriters(_ call: SimulatedCall) -> Bool { false }

  /// Files are not explained.
  public func explain(_ name: String, on disk: any FileSystem) -> [String] { [] }

  /// There are no checkpoints.
  public func checkpoint(
    _ store: any KeyValueStore, to path: String
  ) throws(StoreError) -> Bool { false }
}

extension Durability {
  /// So many commands may be lost in a power cut, where each takes at least a millisecond; see `DiskClock`.
  var commandsAtRisk: Int {
    switch self {
    case .sync: 0
    case .interval(let milliseconds): milliseconds
    case .system: .max
    }
  }
}

/// A clock on which every changing call takes a millisecond, and nothing else takes any time.
struct DiskClock: WallClock {
  let disk: any FileSystem

  var now: UnixMilliseconds {
    UnixMilliseconds((disk as? SimulatedDisk)?.changingCallCount ?? 0)
  }
}
