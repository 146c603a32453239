import StrataCore

/// Everything that a read has to ask, at one moment: an immutable object.
///
///     active memtable  →  frozen memtables  →  runs of segments       newest first, all the way
///
/// When something changes (a memtable is frozen, a flush or a compaction is done), a new version is
/// made and published; nobody ever changes one. A reader takes the current version and is undisturbed
/// until it lets go: the version keeps alive whatever it names, and a segment's file is only removed
/// when no version names it any more.
final class Version: Sendable {
  /// The memtable that takes new changes.
  let active: MemTable
  /// Full memtables that wait to be flushed, newest first.
  let frozen: [MemTable]
  /// The sorted runs, newest first: by level, and within one by falling number.
  let runs: [SortedRun]

  init(active: MemTable, frozen: [MemTable] = [], runs: [SortedRun] = []) {
    self.active = active
    self.frozen = frozen
    self.runs = runs.sorted { ($0.level, $1.id) < ($1.level, $0.id) }
    assert(Set(runs.map(\.id)).count == runs.count, "every run has a number of its own")
  }

  var segments: [Segment] { runs.flatMap(\.segments) }

  /// The newest record of `key` as of `sequence`, wherever it is; nil when nobody has an opinion.
  ///
  /// - Complexity: O(log n) in the memtables, O(1) in each run.
  @inline(__always)
  func find(
    _ key: ByteView, hash: UInt64, asOf sequence: UInt64, _ trace: inout ReadTrace
  ) throws(StoreError) -> Record? {
    if let record = find(key, in: active, asOf: sequence, &trace) { return record }
    for table in frozen {
      if let record = find(key, in: table, asOf: sequence, &trace) { return record }
    }
    for run in runs {
      var probe = SegmentProbe.outOfRange
      let segment = run.segment(for: key)
      let record = try segment.find(key, hash: hash, probe: &probe)
      trace.note(probe, in: segment)
      if let record { return record }
    }
    return nil
  }

  @inline(__always)
  private func find(
    _ key: ByteView, in table: MemTable, asOf sequence: UInt64, _ trace: inout ReadTrace
  ) -> Record? {
    let record = table.find(key, asOf: sequence)
    trace.note(isFound: record != nil, in: table)
    return record
  }

  /// All records of a walk, newest of each key, as of `sequence`; tombstones included.
  func records(_ walk: Walk, asOf sequence: UInt64) throws(StoreError) -> MergeIterator {
    var cursors: [any RecordSource] = []
    for table in [active] + frozen where !table.isEmpty {
      cursors.append(MemTableCursor(table, walk, asOf: sequence))
    }
    for run in runs { cursors.append(SortedRunCursor(run.segments, walk)) }
    return try MergeIterator(cursors, direction: walk.direction)
  }
}

/// What one read looked at: counted for the statistics, told to an observer if there is one.
struct ReadTrace {
  var totals = StoreStatistics.ReadTotals()
  let observer: StoreObserver?

  @inline(__always)
  mutating func note(isFound: Bool, in table: MemTable) {
    if isFound { totals.memTableHits &+= 1 }
    if let observer, isFound || !table.isEmpty {
      observer(.probedMemTable(log: table.log, found: isFound))
    }
  }

  @inline(__always)
  mutating func note(_ probe: SegmentProbe, in segment: Segment) {
    switch probe {
    case .outOfRange: break
    case .filteredOut:
      totals.segmentsAsked &+= 1
      totals.filteredOut &+= 1
    case .falsePositive:
      totals.segmentsAsked &+= 1
      totals.falsePositives &+= 1
    case .found:
      totals.segmentsAsked &+= 1
      totals.recordsRead &+= 1
    }
    observer?(.probedSegment(segment: segment.number, outcome: probe))
  }
}
