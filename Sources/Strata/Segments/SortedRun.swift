import StrataCore

/// Segments whose key ranges do not overlap, in order: together, one sorted sequence of records.
///
/// A read asks a run once, however many segments it has, because only one of them can hold the key.
/// Runs, not segments, are therefore what a policy counts: they are what a read pays for.
///
/// - Invariant: each segment's largest key is below the next one's smallest.
public struct SortedRun: Sendable {
  /// A number that orders the runs of one level: higher is newer.
  public let id: UInt32
  /// The level it lies on; deeper levels hold older records.
  public let level: Int
  /// Its segments in order of their keys.
  public let segments: [Segment]

  init(id: UInt32, level: Int, segments: [Segment]) {
    self.id = id
    self.level = level
    self.segments = segments.sorted { $0.smallestKey < $1.smallestKey }
  }

  /// True when no two segments overlap.
  var isInOrder: Bool {
    zip(segments, segments.dropFirst()).allSatisfy { $0.largestKey < $1.smallestKey }
  }

  /// The only segment that may hold the key; it need not.
  @inline(__always)
  func segment(for key: ByteView) -> Segment {
    if segments.count == 1 { return segments[0] }
    var low = 1
    var high = segments.count
    while low < high {
      let middle = (low &+ high) / 2
      if segments[middle].smallestKey <= key { low = middle &+ 1 } else { high = middle }
    }
    return segments[low &- 1]
  }
}

/// A walk over a run: its segments one after the other.
final class SortedRunCursor: RecordSource {
  private let run: SortedRun
  private let walk: Walk
  private let evictsBehind: Bool
  /// The positions of the segments that the walk has not come to.
  private var ahead: Range<Int>
  private var cursor: SegmentCursor? {
    didSet { uncounted = cursor.map(Unmanaged.passUnretained) }
  }
  /// The same; only `fill` replaces it, and not while it is being called.
  @exclusivity(unchecked) private var uncounted: Unmanaged<SegmentCursor>?

  init(_ run: SortedRun, _ walk: Walk, evictsBehind: Bool = false) {
    self.run = run
    self.walk = walk
    self.evictsBehind = evictsBehind
    let segments = run.segments
    var (first, end) = (0, segments.count)
    if let lower = walk.range.lower {
      first = segments.firstIndex { $0.largestKey >= lower } ?? segments.count
    }
    if let upper = walk.range.upper {
      end = segments.firstIndex { $0.smallestKey >= upper } ?? segments.count
    }
    ahead = first..<max(first, end)
  }

  func fill(_ batch: inout RecordBatch) throws(StoreError) {
    if let uncounted {
      try withUncounted(uncounted) { cursor throws(StoreError) in try cursor.fill(&batch) }
    }
    while batch.count == 0, !ahead.isEmpty {
      let isForward = walk.direction == .forward
      let next = run.segments[isForward ? ahead.lowerBound : ahead.upperBound - 1]
      cursor = try SegmentCursor(next, walk, evictsBehind: evictsBehind)
      ahead = isForward ? ahead.dropFirst() : ahead.dropLast()
      try cursor?.fill(&batch)
    }
  }
}
