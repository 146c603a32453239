extension Exercise {
  /// Milestone 9: the way of a put, and of a get.
  static let store = [
    Exercise(
      "Strata/Store/Version.swift", "Version.find(_:hash:asOf:_:_:)",
      "func find(_ key: ByteView, hash: UInt64, asOf sequence: UInt64, _ totals: inout "
        + "StoreStatistics.ReadTotals, _ observer: StoreObserver?) throws(StoreError) -> Record?",
      points: 4,
      hints: [
        "Newest first, and stop at the first that has an opinion. A tombstone is one.",
        "Active memtable, frozen ones, then each run, where only one segment can hold the "
          + "key. Count what was asked.",
      ]),
    Exercise(
      "Strata/Store/LogStructuredStore.swift", "LogStructuredStore.withLiveRecord(_:_:)",
      "func withLiveRecord<Result>(_ key: Key, _ body: (Record?) -> Result) "
        + "throws(StoreError) -> Result",
      points: 3,
      hints: [
        "Take the version first, and the visible number then. What would go wrong the other "
          + "way round?",
        "Check status and key, read within `current.read`, and hand on the record only if it "
          + "is not dead.",
      ]),
    Exercise(
      "Strata/Store/LogStructuredStore+Write.swift",
      "LogStructuredStore.writeLoneFrame(needsSync:)",
      "func writeLoneFrame(needsSync: Bool) throws(StoreError)",
      points: 3,
      hints: [
        "Log, then memory, then visible.",
        "Take the mark before you seal. When `append` has returned, insert, and publish the "
          + "last number.",
      ]),
    Exercise(
      "Strata/Store/LogStructuredStore+Write.swift",
      "LogStructuredStore.append(_:last:mark:needsSync:)",
      "func append(_ frames: ByteView, last: UInt64, mark: UInt64, needsSync: Bool) "
        + "throws(StoreError)",
      points: 3,
      hints: [
        "Whoever is told that it is durable must be right.",
        "Append to the logs, tell the observer, wake the worker if work waits; then sync, at "
          + "once or at the interval.",
      ]),
    Exercise(
      "Strata/Store/LogStructuredStore+Write.swift", "LogStructuredStore.insert(_:)",
      "func insert(_ frame: ByteView)",
      points: 1,
      hints: [
        "The records lie behind the header of the frame.",
        "From `headerSize` on, one record after the other.",
      ]),
    Exercise(
      "Strata/Store/LogStructuredStore+Write.swift", "LogStructuredStore.freeze()",
      "func freeze() throws(StoreError)",
      points: 3,
      hints: [
        "A memtable has one log, and a log one memtable.",
        "A new number, a new log, rotate, a new memtable, and a new version in which the full "
          + "one is the newest of the frozen.",
      ]),
    Exercise(
      "Strata/Store/LogStructuredStore+Flush.swift", "LogStructuredStore.flushOldest()",
      "func flushOldest() throws(StoreError) -> (step: MaintenanceStep, bytesDropped: Int)?",
      points: 5,
      hints: [
        "Until which step does the log hold the only copy?",
        "Write the segments, commit the manifest that names them, publish the version, and "
          + "only then drop and remove the log. Never let the flushed number go back.",
      ]),
    Exercise(
      "Strata/Store/LogStructuredStore+Flush.swift",
      "LogStructuredStore.writeSegments(of:from:above:betweenRecords:)",
      "func writeSegments(of place: SegmentPlace, from source: any RecordSource, "
        + "above older: [SortedRun], "
        + "betweenRecords: (_ bytes: Int) throws(StoreError) -> Void = { _ in }) "
        + "throws(StoreError) -> [Segment]",
      points: 3,
      hints: [
        "A segment that is full is finished, and the next one begun; one without a record must not be.",
        "`kept` says what to write of a record, and `fill` adds records until a segment is full. Sync the "
          + "directory at the end. On an error, nothing may be left behind.",
      ]),
    Exercise(
      "Strata/Store/LogStructuredStore+Flush.swift", "LogStructuredStore.kept(_:at:above:)",
      "func kept(_ record: Record, at now: UnixMilliseconds, above older: [SortedRun]) -> Record?",
      points: 2,
      hints: [
        "Who could miss a tombstone that is left out?",
        "What is dead and may be forgotten is left out; an expired value that must stay becomes a tombstone.",
      ]),
  ]
}
