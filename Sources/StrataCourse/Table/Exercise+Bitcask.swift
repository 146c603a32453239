extension Exercise {
  /// Milestone 5: many files, all keys in memory.
  static let bitcask = [
    Exercise(
      "StrataRungs/Bitcask/BitcaskRecord.swift", "BitcaskRecord.init(header:seed:)",
      "init(header bytes: ByteView, seed: UInt32) throws(Defect)",
      points: 2,
      hints: [
        "What is the checksum begun with, and why?",
        "Enough bytes, then the checksum of bytes 4 to 39 begun with `seed`, then the fields.",
      ]),
    Exercise(
      "StrataRungs/Bitcask/BitcaskRecord.swift", "BitcaskRecord.checkBody(_:)",
      "func checkBody(_ bytes: ByteView) throws(Defect)",
      points: 1,
      hints: [
        "The lengths are to be believed by now; the bytes may still be too few.",
        "Compare the checksum at offset 4 with that of key and value.",
      ]),
    Exercise(
      "StrataRungs/Bitcask/BitcaskRecord.swift",
      "BitcaskRecord.append(_:_:_:timestamp:expiresAt:following:to:)",
      "static func append(_ kind: Kind, _ key: ByteView, _ value: ByteView, timestamp: "
        + "UnixMilliseconds, expiresAt: UnixMilliseconds?, following: Int, to buffer: inout "
        + "ByteBuffer)",
      points: 2,
      hints: [
        "The table at the head of `BitcaskRecord` gives the place of every field.",
        "The header's checksum and `synced` stay zero for `seal`; the body's checksum can be "
          + "set at once.",
      ]),
    Exercise(
      "StrataRungs/Bitcask/BitcaskRecord.swift", "BitcaskRecord.seal(_:at:synced:seed:)",
      "static func seal(_ buffer: inout ByteBuffer, at offset: Int, synced: Int, seed: UInt32)",
      points: 1,
      hints: [
        "Only the file knows how much of it is on the disk.",
        "Set `synced` at 32, then the checksum at 0, begun with `seed`.",
      ]),
    Exercise(
      "StrataRungs/Bitcask/BitcaskView.swift", "BitcaskView.note(_:_:in:)",
      "mutating func note(_ key: Key, _ entry: HintEntry, in file: UInt32)",
      points: 1,
      hints: [
        "What does a tombstone mean for the key directory?",
        "A tombstone takes the key out; anything else gives it a new place.",
      ]),
    Exercise(
      "StrataRungs/Bitcask/BitcaskStore.swift", "BitcaskStore.value(of:at:in:)",
      "func value(of key: Key, at place: RecordPlace, in file: DataFile) throws(StoreError) "
        + "-> Value",
      points: 2,
      hints: [
        "One read, and nothing of it is believed before it was checked.",
        "Header, size, body, key, kind. Whatever is wrong is `corrupt`, with path and offset.",
      ]),
    Exercise(
      "StrataRungs/Bitcask/BitcaskStore+Writing.swift", "BitcaskStore.append(_:)",
      "func append(_ batch: inout RecordBatch) throws(StoreError)",
      points: 3,
      hints: [
        "When is the change durable, when is it visible, and in which order?",
        "Take the active file, seal the batch for the place where it will lie, append, sync "
          + "if the schedule demands it, then show it to the readers.",
      ]),
    Exercise(
      "StrataRungs/Bitcask/BitcaskStore+Writing.swift", "BitcaskStore.activeFile()",
      "func activeFile() throws(StoreError) -> ActiveFile",
      points: 2,
      hints: [
        "A file that is full is sealed, and the next one begun.",
        "Resume the newest file first. An empty file is never full, however small the limit is.",
      ]),
    Exercise(
      "StrataRungs/Bitcask/BitcaskStore+Writing.swift", "BitcaskStore.resume(_:)",
      "func resume(_ newest: BitcaskRecovery.Newest) throws(StoreError) -> ActiveFile",
      points: 2,
      hints: [
        "What was cut off must not come back behind what is written next.",
        "Truncate, write again what nobody vouches for, sync the file and the directory; only "
          + "then may it be appended to.",
      ]),
    Exercise(
      "StrataRungs/Bitcask/DataFileReplay.swift", "TornTail.isVouchedFor(_:in:seed:size:)",
      "static func isVouchedFor(_ offset: Int, in file: any ReadableFile, seed: UInt32, size: "
        + "Int) throws(StoreError) -> Bool",
      points: 3,
      hints: [
        "A record behind the bad bytes may know that they were on the disk.",
        "Try every offset behind the bad one: a sound header of this file whose `synced` is "
          + "larger than the offset decides it.",
      ]),
    Exercise(
      "StrataRungs/Bitcask/BitcaskFiles.swift", "BitcaskFiles.readHeaders(of:in:)",
      "mutating func readHeaders(of numbers: [UInt32], in directory: any Directory) "
        + "throws(StoreError)",
      points: 2,
      hints: [
        "A merged file stands for all files before it.",
        "In the order of the numbers: a file without a whole header is rubbish if it is no "
          + "longer than one; a merged file makes everything before it rubbish.",
      ]),
    Exercise(
      "StrataRungs/Bitcask/HintFile.swift", "HintFile.write(for:counts:_:in:)",
      "static func write(for header: BitcaskFileHeader, counts: DataFileCounts, _ newest: "
        + "[Key: HintEntry], in directory: any Directory) throws(StoreError) -> Int",
      points: 3,
      helpers: ["HintFile.appendCounts(_:_:entries:to:)", "HintFile.append(_:_:to:)"],
      hints: [
        "A hint is written under a temporary name, like everything that must be whole.",
        "Header, counts, entries by offset, checksum of all behind the header; sync, then rename.",
      ]),
    Exercise(
      "StrataRungs/Bitcask/HintFile.swift", "HintFile.offsets(of:_:_:)",
      "static func offsets(of bytes: ByteView, _ counts: DataFileCounts, _ path: String) "
        + "throws(StoreError) -> [Int]",
      points: 2,
      hints: [
        "Nothing is handed out before all of it was found to fit.",
        "Go from entry to entry by their lengths; each must lie in the hint, and name a place "
          + "within the data file. At the end the number of entries must be the one in the "
          + "header.",
      ]),
    Exercise(
      "StrataRungs/Bitcask/BitcaskStore+Merge.swift", "BitcaskStore.writeMerged(_:)",
      "func writeMerged(_ plan: MergePlan) throws(StoreError) -> MergeOutput",
      points: 4,
      helpers: ["BitcaskStore.neighbours(of:in:)"],
      hints: [
        "Which one step makes the merge true?",
        "Copy the living records in the order in which they lie, finish the file, write its "
          + "hint, rename, sync the directory.",
      ]),
    Exercise(
      "StrataRungs/Bitcask/BitcaskStore+Merge.swift", "BitcaskStore.switchOver(to:_:)",
      "func switchOver(to output: MergeOutput, _ plan: MergePlan) throws(StoreError)",
      points: 3,
      hints: [
        "Writers went on during the merge: some keys have newer records by now.",
        "A key moves only if it still has the place that was copied. An expired one goes on "
          + "the same condition.",
      ]),
    Exercise(
      "StrataRungs/Bitcask/MergeThreshold.swift", "MergeThreshold.adapt(living:)",
      "mutating func adapt(living: Int)",
      points: 1,
      hints: [
        "A merge that reclaims little must not be followed by another at once.",
        "Twice what is alive, and never less than the smallest.",
      ]),
  ]
}
