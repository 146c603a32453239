extension Exercise {
  /// Milestone 10: several files that change at once.
  static let recovery = [
    Exercise(
      "Strata/Store/Manifest.swift", "Manifest.commit(in:)",
      "func commit(in directory: any Directory) throws(StoreError) -> Int",
      points: 4,
      standIn: """
        // Works until a crash comes in between.
        var buffer = ByteBuffer(capacity: Self.fixedSize + Self.rowSize * segments.count + 4)
        encode(into: &buffer)
        if try directory.names().contains(FileName.manifest) { try directory.remove(FileName.manifest) }
        let file = try directory.create(FileName.manifest)
        try file.append(buffer.view)
        try file.close()
        return buffer.count
        """,
      hints: [
        "What is on the disk after each step, if the power goes out there?",
        "Write the new manifest under another name, sync it, rename it over the old one, sync "
          + "the directory.",
      ]),
    Exercise(
      "Strata/Store/Manifest.swift", "Manifest.init(decoding:path:)",
      "init(decoding bytes: ByteView, path: String) throws(StoreError)",
      points: 3,
      hints: [
        "The number of segments is a length: compare it with the file before you use it.",
        "Header, size, checksum, count; then the fields in the order in which `encode` writes "
          + "them, and limits for the numbers.",
      ]),
    Exercise(
      "Strata/Store/Recovery.swift", "Recovery.openRuns(of:in:)",
      "static func openRuns(of manifest: Manifest, in directory: any Directory) "
        + "throws(StoreError) -> [SortedRun]",
      points: 2,
      hints: [
        "A row names a segment and its run.",
        "Open each, gather them by run, and refuse runs whose segments overlap.",
      ]),
    Exercise(
      "Strata/Store/Recovery.swift", "Recovery.neededLogs(_:)",
      "func neededLogs(_ manifest: Manifest) throws(StoreError) -> [LogReader.File]",
      points: 2,
      hints: [
        "The oldest log that the manifest names was on the disk before the manifest was.",
        "It must be there; it and every later one is read.",
      ]),
    Exercise(
      "Strata/Store/Recovery.swift", "Recovery.reopen()",
      "mutating func reopen() throws(StoreError) -> Result",
      points: 5,
      hints: [
        "Read everything before you change anything.",
        "Manifest, runs, logs into a memtable each; then cut the torn tail, remove rubbish, "
          + "and sync what was found if more was promised.",
      ]),
    Exercise(
      "Strata/Store/Recovery.swift", "Recovery.removeRubbish(_:_:)",
      "mutating func removeRubbish(_ manifest: Manifest, _ extents: [LogReader.Extent]) "
        + "throws(StoreError)",
      points: 3,
      hints: [
        "What the manifest does not name is rubbish once that manifest is durable, and not before.",
        "Sync the directory first. Logs behind a tear go first; the manifest is committed "
          + "again at the end, so that no number is given twice.",
      ]),
  ]
}
