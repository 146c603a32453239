extension Exercise {
  /// Milestone 12: why everything was sorted.
  static let scans = [
    Exercise(
      "Strata/Store/Version.swift", "Version.records(_:asOf:)",
      "func records(_ walk: Walk, asOf sequence: UInt64) throws(StoreError) -> any RecordSource",
      points: 2,
      hints: [
        "The same places that a get asks, in the same order.",
        "A cursor for each memtable that is not empty and for each run, newest first, and a "
          + "merge of them; one alone needs no merge.",
      ]),
    Exercise(
      "Strata/Store/LogStructuredStore+Scan.swift", "Snapshot.storeScan(_:_:limit:)",
      "func storeScan(_ range: KeyRange, _ direction: ScanDirection, limit: Int?) "
        + "throws(StoreError) -> StoreScan",
      points: 2,
      hints: [
        "A scan shows the store of one moment.",
        "Check the limit and the status, and walk over the version as of the snapshot's number.",
      ]),
    Exercise(
      "Strata/Store/LogStructuredStore+Scan.swift", "StoreScan.nextRecord()",
      "func nextRecord() throws(StoreError) -> Record?",
      points: 3,
      hints: [
        "What is dead is passed over and does not count towards the limit.",
        "Advance, except at the first call; a record is valid until the next one.",
      ]),
    Exercise(
      "Strata/Segments/SegmentCursor.swift", "SegmentCursor.seekBackward()",
      "func seekBackward() throws(StoreError)",
      points: 2,
      hints: [
        "The upper end does not belong to the range.",
        "Load the block that holds it, and drop what is not below it.",
      ]),
    Exercise(
      "Strata/Segments/SegmentCursor.swift", "SegmentCursor.fillBackward(_:)",
      "func fillBackward(_ batch: inout RecordBatch) throws(StoreError)",
      points: 2,
      hints: [
        "A record does not say where the one before it begins; a block does.",
        "Hand out the block from its end; when it is used up, load the one before.",
      ]),
    Exercise(
      "Strata/Segments/SegmentCursor.swift", "SegmentCursor.loadBlock()",
      "func loadBlock() throws(StoreError)",
      points: 2,
      hints: [
        "A block ends where the next one begins, or with the records.",
        "Walk over it and note every record; it must end exactly there, and hold at least one.",
      ]),
  ]
}
