extension Exercise {
  /// Milestone 11: what may be forgotten, and when.
  static let compaction = [
    Exercise(
      "Strata/Segments/MergeIterator.swift", "MergeIterator.init(_:direction:)",
      "init(_ newestFirst: [any RecordSource], direction: ScanDirection = .forward) "
        + "throws(StoreError)",
      points: 2,
      helpers: ["MergeIterator.enter(_:_:)"],
      hints: [
        "A merge of one walk is that walk.",
        "A cursor for each source; those that have a record stand in the line, in order of "
          + "their keys and then of age.",
      ]),
    Exercise(
      "Strata/Segments/MergeIterator.swift", "MergeIterator.fill(_:)",
      "func fill(_ batch: inout RecordBatch) throws(StoreError)",
      points: 4,
      helpers: [
        "MergeIterator.record(at:)", "MergeIterator.advanceFirst()", "MergeIterator.order(of:)",
        "MergeIterator.comesBefore(_:_:)",
      ],
      hints: [
        "Each key once, with the record of the newest source that has it.",
        "Append the record of the first in line; then let every source that stands on the "
          + "same key go on.",
      ]),
    Exercise(
      "Strata/Segments/SortedRun.swift", "SortedRunCursor.fill(_:)",
      "func fill(_ batch: inout RecordBatch) throws(StoreError)",
      points: 2,
      hints: [
        "One segment after the other; an empty batch means that the walk is over.",
        "Go on to the next segment while the batch is empty and there is one.",
      ]),
    Exercise(
      "Strata/Store/LogStructuredStore+Compaction.swift", "MergePlan.checkOrder(of:in:)",
      "func checkOrder(of segment: Segment, in run: SortedRun) throws(StoreError)",
      points: 3,
      hints: [
        "A record that stays must be newer or older than the merged run exactly as before.",
        "Only segments that share keys with the inputs matter, or that lie in the run that "
          + "the result joins.",
      ]),
    Exercise(
      "Strata/Store/LogStructuredStore+Compaction.swift", "MergePlan.result(of:outputs:)",
      "func result(of runs: [SortedRun], outputs: [Segment]) -> [SortedRun]",
      points: 3,
      hints: [
        "The runs may have changed since the plan was made: a flush adds one.",
        "Take the inputs out of each run, put the outputs into the run they join, or into a "
          + "new one, and keep all others.",
      ]),
    Exercise(
      "Strata/Store/LogStructuredStore+Compaction.swift", "LogStructuredStore.execute(_:)",
      "func execute(_ task: CompactionTask) throws(StoreError) -> (step: MaintenanceStep, "
        + "bytesDropped: Int)",
      points: 4,
      hints: [
        "Inputs are removed when nothing on the disk names them any more.",
        "Plan, merge into new segments, commit, publish, remove the inputs, oldest first.",
      ]),
    Exercise(
      "Strata/Store/LogStructuredStore+Flush.swift", "LogStructuredStore.isForgettable(_:above:)",
      "func isForgettable(_ key: ByteView, above older: [SortedRun]) -> Bool",
      points: 3,
      standIn: "false",
      hints: [
        "A tombstone hides older records. Where could one be?",
        "It may go when no older run has a segment whose range of keys holds the key.",
      ]),
    Exercise(
      "Strata/Store/CompactionPolicy.swift", "SizeTieredPolicy.pick(_:)",
      "func pick(_ shape: StoreShape) -> CompactionTask?",
      points: 2,
      standIn: "nil",
      hints: [
        "Which level has too many runs?",
        "From level 0 on, the first that has `fanout` runs or more: all its segments go one "
          + "level deeper.",
      ]),
    Exercise(
      "Strata/Store/CompactionPolicy.swift", "FullPolicy.pick(_:)",
      "func pick(_ shape: StoreShape) -> CompactionTask?",
      points: 1,
      standIn: "nil",
      hints: [
        "Everything, when there are too many runs.",
        "`CompactionTask.everything` makes the task.",
      ]),
  ]
}
