import StrataCore

/// Decides which segments are merged next.
///
/// The one decision in which storage engines differ most.
///
/// Merging costs writing; not merging costs reading (one more place to ask) and space (old versions
/// that are kept). No policy is best at all three.
///
/// | policy | a byte is rewritten | runs that a read asks | made for |
/// |---|---|---|---|
/// | `SizeTieredPolicy` | once a level | up to 3 a level | writing |
/// | `LeveledPolicy` | about 10 times a level | 1 a level | reading, little slack |
/// | `FullPolicy` | at every compaction | up to 3 | small stores, simplicity |
///
/// A policy only *picks*; it is a pure function of the store's shape. The store executes the task, and
/// refuses one that would put an older record in front of a newer one.
public protocol CompactionPolicy: Sendable {
  /// The name on the command line.
  var name: String { get }

  /// What to merge now; nil when the shape is as the policy wants it.
  func pick(_ shape: StoreShape) -> CompactionTask?
}

/// All policies there are.
public let compactionPolicies: [any CompactionPolicy] = [
  SizeTieredPolicy(), LeveledPolicy(), FullPolicy(),
]

/// The policy of that name, with its defaults.
public func compactionPolicy(named name: String) -> (any CompactionPolicy)? {
  compactionPolicies.first { $0.name == name }
}

/// The store as a policy sees it: runs of segments, newest first.
public struct StoreShape: Equatable, Sendable {
  /// One sorted run.
  public struct Run: Equatable, Sendable {
    /// Its number; within a level, higher is newer.
    public var id: UInt32
    /// Its level.
    public var level: Int
    /// Its segments in order of their keys.
    public var segments: [Segment]

    /// Bytes of its segments.
    public var bytes: Int { segments.reduce(0) { $0 + $1.bytes } }

    /// A run.
    public init(id: UInt32, level: Int, segments: [Segment]) {
      self.id = id
      self.level = level
      self.segments = segments
    }
  }

  /// One segment.
  public struct Segment: Equatable, Sendable {
    /// Its number.
    public var number: UInt32
    /// The size of its file.
    public var bytes: Int
    /// Its smallest key.
    public var smallestKey: Key
    /// Its largest key.
    public var largestKey: Key

    /// A segment.
    public init(number: UInt32, bytes: Int, smallestKey: Key, largestKey: Key) {
      self.number = number
      self.bytes = bytes
      self.smallestKey = smallestKey
      self.largestKey = largestKey
    }

    func overlaps(_ other: Segment) -> Bool {
      smallestKey <= other.largestKey && other.smallestKey <= largestKey
    }
  }

  /// The runs, newest first.
  public var runs: [Run]

  /// A shape.
  public init(runs: [Run]) { self.runs = runs }

  /// The runs of one level, newest first.
  public func runs(on level: Int) -> [Run] { runs.filter { $0.level == level } }

  /// The deepest level that holds something; 0 when nothing does.
  public var deepestLevel: Int { runs.map(\.level).max() ?? 0 }
}

/// An order to merge segments into one run.
public struct CompactionTask: Equatable, Sendable {
  /// The numbers of the segments to merge.
  public var inputs: [UInt32]
  /// The level that the result goes to.
  public var outputLevel: Int
  /// The run that the result joins; nil: it becomes a run of its own, the newest on its level.
  public var joinsRun: UInt32?

  /// A task.
  public init(inputs: [UInt32], outputLevel: Int, joinsRun: UInt32? = nil) {
    self.inputs = inputs
    self.outputLevel = outputLevel
    self.joinsRun = joinsRun
  }
}

/// Merges everything into one run as soon as there are so many runs.
public struct FullPolicy: CompactionPolicy {
  /// The name on the command line.
  public let name = "full"
  /// So many runs are one too many.
  public var runLimit: Int

  /// A policy that lets up to three runs stand.
  public init(runLimit: Int = 4) { self.runLimit = runLimit }

  /// Everything, when there are too many runs.
  public func pick(_ shape: StoreShape) -> CompactionTask? {
    guard shape.runs.count >= runLimit else { return nil }
    return .everything(in: shape)
  }
}

extension CompactionTask {
  /// The order to merge all segments into one run on the deepest level.
  static func everything(in shape: StoreShape) -> CompactionTask {
    CompactionTask(
      inputs: shape.runs.flatMap(\.segments).map(\.number),
      outputLevel: max(1, shape.deepestLevel))
  }
}

/// Waits until a level has four runs, and makes them one run of the next level.
///
/// Runs of one level are of similar size, hence the name. Each byte is rewritten once a level, and the
/// number of levels grows with the logarithm of the data; so little writing is hard to beat. The price
/// is up to three runs to ask on each level, and old versions that lie around until their level is
/// merged. (Cassandra's first policy; "tiering" in O'Neil et al., *The Log-Structured Merge-Tree*, 1996.)
public struct SizeTieredPolicy: CompactionPolicy {
  /// The name on the command line.
  public let name = "size-tiered"
  /// So many runs of a level are merged.
  public var fanout: Int

  /// A policy that merges four runs at a time.
  public init(fanout: Int = 4) { self.fanout = fanout }

  /// The first level that is full.
  public func pick(_ shape: StoreShape) -> CompactionTask? {
    guard let deepest = shape.runs.last?.level else { return nil }
    for level in 0...deepest {
      let runs = shape.runs(on: level)
      if runs.count >= fanout {
        return CompactionTask(
          inputs: runs.flatMap(\.segments).map(\.number), outputLevel: level + 1)
      }
    }
    return nil
  }
}
