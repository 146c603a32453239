import StrataCore

/// Everything that a read has to ask, at one moment: an immutable object.
///
///     active memtable  →  frozen memtables  →  runs of segments       newest first, all the way
///
/// When something changes (a memtable is frozen, a flush or a compaction is done), a new version is
/// made and published; nobody ever changes one. A reader takes the current version and is undisturbed
/// until it lets go: the version keeps alive whatever it names, and a segment's file is only removed
/// when no version names it any more.
final class Version: @unchecked Sendable {
  /// The memtable that takes new changes.
  let active: MemTable
  /// Full memtables that wait to be flushed, newest first.
  let frozen: [MemTable]
  /// The sorted runs, newest first: by level, and within one by falling number.
  let runs: [SortedRun]

  /// What finding a key needs of every segment, run by run.
  private let lookups: UnsafeMutablePointer<SegmentLookup>
  /// Where in `lookups` each run ends.
  private let runEnds: UnsafeMutablePointer<Int>
  private let runCount: Int

  init(active: MemTable, frozen: [MemTable] = [], runs: [SortedRun] = []) {
    assert(Set(runs.map(\.id)).count == runs.count, "every run has a number of its own")
    self.active = active
    self.frozen = frozen
    self.runs = runs.sorted { ($0.level, $1.id) < ($1.level, $0.id) }
    runCount = runs.count
    runEnds = .allocate(capacity: runs.count)
    lookups = .allocate(capacity: runs.reduce(0) { $0 + $1.segments.count })
    var end = 0
    for (index, run) in self.runs.enumerated() {
      for segment in run.segments {
        (lookups + end).initialize(to: SegmentLookup(segment))
        end += 1
      }
      runEnds[index] = end
    }
  }

  deinit {
    lookups.deallocate()
    runEnds.deallocate()
  }

  var segments: [Segment] { runs.flatMap(\.segments) }

  /// The newest record of `key` as of `sequence`, wherever it is; nil when nobody has an opinion.
  ///
  /// - Complexity: O(log n) in the memtables, O(1) in each run.
  @inline(__always)
  func find(
    _ key: ByteView, hash: UInt64, asOf sequence: UInt64,
    _ totals: inout StoreStatistics.ReadTotals,
    _ observer: StoreObserver?
  ) throws(StoreError) -> Record? {
    let prefix = key.sortingPrefix
    prefetch(key, prefix, hash)
    if let record = find(key, in: active, asOf: sequence, &totals, observer) { return record }
    if !frozen.isEmpty {
      for table in frozen {
        if let record = find(key, in: table, asOf: sequence, &totals, observer) { return record }
      }
    }
    for run in 0..<runCount {
      var probe = SegmentProbe.outOfRange
      let lookup = lookups + segment(for: key, prefix, in: run)
      let record = try lookup.pointee.find(key, prefix: prefix, hash: hash, probe: &probe)
      totals.note(probe)
      if let observer {
        observer(.probedSegment(segment: lookup.pointee.number, outcome: probe))
      }
      if let record { return record }
    }
    return nil
  }

  /// Asks memory for the filters of all runs at once: the searches wait together, not in turn.
  @inline(__always)
  private func prefetch(_ key: ByteView, _ prefix: UInt64, _ hash: UInt64) {
    for run in 0..<runCount {
      lookups[segment(for: key, prefix, in: run)].prefetch(hash)
    }
  }

  /// Where in `lookups` the only segment of a run stands that may hold the key.
  @inline(__always)
  private func segment(for key: ByteView, _ prefix: UInt64, in run: Int) -> Int {
    let first = run == 0 ? 0 : runEnds[run &- 1]
    var segment = first
    var left = runEnds[run] &- first
    // Halving without a guess, which would be wrong every other time: the answer itself is a factor.
    while left > 1 {
      let half = left &>> 1
      segment &+= half &* lookups[segment &+ half].oneIfBegins(atOrBefore: prefix)
      left &-= half
    }
    if segment == first || lookups[segment].begins(atOrBefore: key, prefix) { return segment }
    // Keys begin alike, and several segments may begin with this prefix: their whole keys decide.
    var low = first &+ 1
    var high = segment
    while low < high {
      let middle = (low &+ high) / 2
      if lookups[middle].begins(atOrBefore: key, prefix) {
        low = middle &+ 1
      } else {
        high = middle
      }
    }
    return low &- 1
  }

  @inline(__always)
  private func find(
    _ key: ByteView, in table: MemTable, asOf sequence: UInt64,
    _ totals: inout StoreStatistics.ReadTotals, _ observer: StoreObserver?
  ) -> Record? {
    let record = table.find(key, asOf: sequence)
    if record != nil { totals.memTableHits &+= 1 }
    if let observer, record != nil || !table.isEmpty {
      observer(.probedMemTable(log: table.log, found: record != nil))
    }
    return record
  }

  /// All records of a walk, newest of each key, as of `sequence`; tombstones included.
  func records(_ walk: Walk, asOf sequence: UInt64) throws(StoreError) -> any RecordSource {
    var cursors: [any RecordSource] = []
    for table in [active] + frozen where !table.isEmpty {
      cursors.append(MemTableCursor(table, walk, asOf: sequence))
    }
    for run in runs { cursors.append(SortedRunCursor(run, walk)) }
    return cursors.count == 1 ? cursors[0] : try MergeIterator(cursors, direction: walk.direction)
  }
}

extension StoreStatistics.ReadTotals {
  /// Counts a segment that was asked.
  @inline(__always)
  mutating func note(_ probe: SegmentProbe) {
    switch probe {
    case .outOfRange: return
    case .filteredOut: filteredOut &+= 1
    case .falsePositive: falsePositives &+= 1
    case .found: recordsRead &+= 1
    }
    segmentsAsked &+= 1
  }
}
