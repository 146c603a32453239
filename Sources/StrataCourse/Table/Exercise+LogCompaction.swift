extension Exercise {
  /// Milestone 3: the log without what is overwritten.
  static let logCompaction = [
    Exercise(
      "StrataRungs/AppendLog/LogCompaction.swift", "AppendLogStore.liveIndex()",
      "func liveIndex() throws(StoreError) -> HashIndex",
      points: 1,
      hints: [
        "Compaction has to know where the newest entry of each key is, also when the store "
          + "has no index.",
        "Take the one in the view if it is ready, else build one for this purpose only.",
      ]),
    Exercise(
      "StrataRungs/AppendLog/LogCompaction.swift", "AppendLogStore.copyLiveEntries(_:to:)",
      "func copyLiveEntries(_ live: HashIndex, to temporary: any WritableFile) "
        + "throws(StoreError) -> (index: HashIndex, counts: LogCounts)",
      points: 4,
      hints: [
        "An entry is worth keeping when the index says that it is the newest of its key, and "
          + "it is not dead.",
        "Walk over the old log; write each entry that stays as a line of its own, and "
          + "remember in a new index where it lies now. Write a megabyte at a time.",
      ]),
    Exercise(
      "StrataRungs/AppendLog/LogCompaction.swift", "AppendLogStore.rewrite(through:_:_:)",
      "func rewrite(through name: String, _ live: HashIndex, _ counts: LogCounts) "
        + "throws(StoreError) -> Int",
      points: 5,
      hints: [
        "What does a power cut leave after each of your steps?",
        "Copy to the temporary file, sync it, rename it over the log, sync the directory; "
          + "then give readers the new file and the new index together. The result is the old "
          + "size less the new one.",
      ]),
  ]
}
