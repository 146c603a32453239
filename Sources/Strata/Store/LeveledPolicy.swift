import StrataCore

/// One run on each level but the first, each level ten times as large as the one before.
///
/// A flush lands on level 0, where runs overlap; four of them are merged into level 1. When a level
/// outgrows its size, *one* of its segments is merged with those of the next level that it overlaps:
/// much less work at a time than merging whole levels, but each byte is rewritten about ten times for
/// each level it sinks through. A read asks one place a level, and at most about a tenth of the space
/// is taken by old versions. (LevelDB's policy, <https://github.com/google/leveldb/blob/main/doc/impl.md>.)
public struct LeveledPolicy: CompactionPolicy {
  /// The name on the command line.
  public let name = "leveled"
  /// So many runs of level 0 are merged into level 1.
  public var levelZeroRuns: Int
  /// How large level 1 may be, in bytes.
  public var levelOneBytes: Int
  /// How many times as large each level may be as the one before.
  public var growth: Int

  /// A policy with LevelDB's proportions.
  public init(levelZeroRuns: Int = 4, levelOneBytes: Int = 256 << 20, growth: Int = 10) {
    self.levelZeroRuns = levelZeroRuns
    self.levelOneBytes = levelOneBytes
    self.growth = growth
  }

  /// Level 0 when it has too many runs; else the first level that is too large.
  public func pick(_ shape: StoreShape) -> CompactionTask? {
    if let task = levelWithSeveralRuns(shape) { return task }
    let levelZero = shape.runs(on: 0)
    if levelZero.count >= levelZeroRuns {
      return merge(levelZero.flatMap(\.segments), into: 1, of: shape)
    }
    var limit = levelOneBytes
    for level in stride(from: 1, through: shape.deepestLevel, by: 1) {
      if let run = shape.runs(on: level).first, run.bytes > limit,
        let segment = cheapest(of: run, into: shape.runs(on: level + 1).first)
      {
        return merge([segment], into: level + 1, of: shape)
      }
      limit = limit.multipliedReportingOverflow(by: growth).partialValue
    }
    return nil
  }

  /// A store that was written under another policy may have several runs on a deep level.
  private func levelWithSeveralRuns(_ shape: StoreShape) -> CompactionTask? {
    for level in stride(from: 1, through: shape.deepestLevel, by: 1) {
      let runs = shape.runs(on: level)
      if runs.count > 1 {
        return CompactionTask(
          inputs: runs.flatMap(\.segments).map(\.number), outputLevel: level)
      }
    }
    return nil
  }

  /// Merges segments with all that their key range touches on the level below.
  private func merge(
    _ segments: [StoreShape.Segment], into level: Int, of shape: StoreShape
  ) -> CompactionTask? {
    guard let smallest = segments.map(\.smallestKey).min(),
      let largest = segments.map(\.largestKey).max()
    else { return nil }
    let hull = StoreShape.Segment(
      number: 0, bytes: 0, smallestKey: smallest, largestKey: largest)
    let target = shape.runs(on: level).first
    let touched = target?.segments.filter { $0.overlaps(hull) } ?? []
    return CompactionTask(
      inputs: (segments + touched).map(\.number), outputLevel: level, joinsRun: target?.id)
  }

  /// The segment that drags along the fewest bytes of the next level.
  private func cheapest(of run: StoreShape.Run, into next: StoreShape.Run?) -> StoreShape.Segment? {
    func cost(_ segment: StoreShape.Segment) -> Int {
      next?.segments.filter { $0.overlaps(segment) }.reduce(0) { $0 + $1.bytes } ?? 0
    }
    return run.segments.map { (segment: $0, cost: cost($0)) }
      .min { ($0.cost, $1.segment.bytes) < ($1.cost, $0.segment.bytes) }?.segment
  }
}
