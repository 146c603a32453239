import StrataCore

/// How segments are merged, and what may be forgotten.
extension LogStructuredStore {
  /// Merges everything into one sorted run, without what is overwritten, deleted or expired.
  ///
  /// - Returns: the bytes of the records that are not stored any more; 0 when there were none.
  /// - Complexity: O(n): every record is read and written once, unless there is nothing to forget.
  public func compact() throws(StoreError) -> Int {
    try freezeForFlush()
    return try withMaintenance { () throws(StoreError) in
      var reclaimed = try flushFrozen()
      let runs = current.retain().runs
      let isMerged = runs.count <= 1
      if isMerged && runs.allSatisfy({ $0.segments.allSatisfy { $0.forgettableCount == 0 } }) {
        return reclaimed
      }
      reclaimed += try execute(.everything(in: shape(of: current.retain()))).bytesDropped
      return reclaimed
    }
  }

  /// The store as a policy sees it.
  func shape(of version: Version) -> StoreShape {
    StoreShape(
      runs: version.runs.map { run in
        StoreShape.Run(
          id: run.id, level: run.level,
          segments: run.segments.map { segment in
            StoreShape.Segment(
              number: segment.number, bytes: segment.size,
              smallestKey: Key(segment.smallestKey), largestKey: Key(segment.largestKey))
          })
      })
  }

  /// Merges the segments of a task and puts the result in their place.
  ///
  /// Called with `maintenance`.
  func execute(
    _ task: CompactionTask
  ) throws(StoreError) -> (step: MaintenanceStep, bytesDropped: Int) {
    // Taken from the manifest at once: flushes during the merge need numbers too.
    let plan = try MergePlan(task, of: current.retain(), newRun: manifest.takeRun())
    let outputs = try writeSegments(
      of: SegmentPlace(run: plan.output.id, level: plan.output.level), from: try plan.merge(),
      above: plan.olderRuns,
      betweenRecords: flushBetweenRecords())
    let bytesWritten = outputs.reduce(0) { $0 + $1.size }
    // Flushes may have changed the manifest meanwhile; what they added is newer than all that was merged.
    var next = manifest
    next.totals.compactedBytes += bytesWritten
    next.totals.compactions += 1
    try commit(next, runs: plan.result(of: current.retain().runs, outputs: outputs))
    current.update { version in
      Version(
        active: version.active, frozen: version.frozen,
        runs: plan.result(of: version.runs, outputs: outputs))
    }
    // The mappings keep the bytes for whoever still reads them; only the names go now. Oldest first: the
    // manifest says that none of them counts, but should it be lost as well, a salvage still finds the
    // tombstone as long as it finds what the tombstone hides.
    for input in plan.inputs.reversed() { try remove(.segment, input.number) }
    backlog.notifyAll()
    let inputNumbers = plan.inputs.map(\.number)
    observer?(
      .compacted(
        inputs: inputNumbers, outputs: outputs.map(\.number),
        bytesRead: plan.inputs.reduce(0) { $0 + $1.size }, bytesWritten: bytesWritten))
    let dropped =
      plan.inputs.reduce(0) { $0 + $1.recordBytes } - outputs.reduce(0) { $0 + $1.recordBytes }
    return (.compacted(inputs: inputNumbers, outputs: outputs.map(\.number)), dropped)
  }

  /// What a long merge must not keep from happening: the flush of a full memtable, the sync of an
  /// interval, the end of the store.
  private func flushBetweenRecords() -> (Int) throws(StoreError) -> Void {
    let step = min(256 << 10, options.memTableBytes)
    var passed = 0
    return { [self] bytes throws(StoreError) in
      passed += bytes
      guard passed >= step else { return }
      passed = 0
      try status.checkReadable()
      if options.maintenance == .background { _ = try syncAfterInterval() }
      _ = try flushFrozen()
    }
  }
}

/// A compaction task, checked against the version it is about.
///
/// - Invariant: every record that stays is newer or older than the merged run exactly as it was newer or
///   older than the records merged: otherwise an old value could come back in front of a new one.
struct MergePlan {
  /// The segments to merge.
  let inputs: [Segment]
  /// The runs with older records than the result's: while they may hold a key, its tombstone must stay.
  let olderRuns: [SortedRun]
  private let inputRuns: [SortedRun]
  let output: (level: Int, id: UInt32)
  private let inputNumbers: Set<UInt32>

  /// Turns numbers into segments.
  ///
  /// - Throws: `invalidArgument` when the policy's task is not legal.
  init(_ task: CompactionTask, of version: Version, newRun: UInt32) throws(StoreError) {
    let numbers = Set(task.inputs)
    inputNumbers = numbers
    output = (task.outputLevel, task.joinsRun ?? newRun)
    inputRuns = version.runs.compactMap { run in
      let segments = run.segments.filter { numbers.contains($0.number) }
      return segments.isEmpty ? nil : SortedRun(id: run.id, level: run.level, segments: segments)
    }
    inputs = inputRuns.flatMap(\.segments)
    let output = output
    olderRuns = version.runs.compactMap { run in
      guard (run.level, output.id) >= (output.level, run.id) else { return nil }
      let segments = run.segments.filter { !numbers.contains($0.number) }
      return segments.isEmpty ? nil : SortedRun(id: run.id, level: run.level, segments: segments)
    }
    guard task.outputLevel >= 0,
      task.joinsRun.map({ id in
        version.runs.contains { $0.id == id && $0.level == task.outputLevel }
      })
        ?? true
    else {
      throw .invalidArgument("the compaction policy named a run that does not exist on its level")
    }
    guard !inputs.isEmpty, inputs.count == numbers.count else {
      throw .invalidArgument("the compaction policy named segments that do not exist")
    }
    for run in version.runs {
      for segment in run.segments where !numbers.contains(segment.number) {
        try checkOrder(of: segment, in: run)
      }
    }
  }

  /// Refuses a plan that would move records past a segment that shares keys with them.
  private func checkOrder(of segment: Segment, in run: SortedRun) throws(StoreError) {
    // The merged run may reach from the smallest to the largest key of all inputs.
    let isInReach =
      inputs.contains { $0.smallestKey <= segment.largestKey }
      && inputs.contains { segment.smallestKey <= $0.largestKey }
    let isOverlapping = inputs.contains {
      $0.smallestKey <= segment.largestKey && segment.smallestKey <= $0.largestKey
    }
    guard isOverlapping || isInReach && run.id == output.id else { return }
    let isNewerThanOutput = Self.isNewer(run, than: output)
    let keepsItsPlace = inputRuns.allSatisfy { input in
      input.id != run.id && Self.isNewer(run, than: (input.level, input.id)) == isNewerThanOutput
    }
    guard keepsItsPlace, run.id != output.id else {
      throw .invalidArgument(
        "the compaction policy would put older records in front of segment \(segment.number)")
    }
  }

  private static func isNewer(_ run: SortedRun, than other: (level: Int, id: UInt32)) -> Bool {
    (run.level, other.id) < (other.level, run.id)
  }

  /// The inputs as one walk, newest first.
  func merge() throws(StoreError) -> MergeIterator {
    var cursors: [any RecordSource] = []
    for run in inputRuns {
      cursors.append(SortedRunCursor(run, .everything, evictsBehind: true))
    }
    return try MergeIterator(cursors)
  }

  /// The runs with the outputs in the inputs' place.
  func result(of runs: [SortedRun], outputs: [Segment]) -> [SortedRun] {
    var joined = outputs
    var result: [SortedRun] = []
    for run in runs {
      let rest = run.segments.filter { !inputNumbers.contains($0.number) }
      if run.id == output.id {
        joined += rest
      } else if !rest.isEmpty {
        result.append(SortedRun(id: run.id, level: run.level, segments: rest))
      }
    }
    if !joined.isEmpty {
      result.append(SortedRun(id: output.id, level: output.level, segments: joined))
    }
    return result
  }
}
