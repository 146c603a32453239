extension Exercise {
  /// The bonus: what a little more knowledge saves.
  static let bonus = [
    Exercise(
      "Strata/Segments/BloomFilter.swift", "BloomFilter.build(_:into:)",
      "static func build(_ entries: borrowing IndexEntries, into buffer: inout ByteBuffer) -> Int",
      points: 3,
      standIn: """
        // A filter without a bit, for the stand-in of `mayContain`.
        let blocks = blockCount(for: entries.count)
        _ = buffer.appendTable(of: UInt8.self, count: blocks * blockSize)
        return blocks
        """,
      hints: [
        "Each key sets five bits of one block.",
        "`block` names the block; nine bits of the hash at a time name a bit in it.",
      ]),
    Exercise(
      "Strata/Segments/BloomFilter.swift", "BloomFilter.mayContain(_:block:)",
      "static func mayContain(_ hash: UInt64, block: UnsafeRawPointer) -> Bool",
      points: 2,
      standIn: "true",
      hints: [
        "A key that was added always passes.",
        "All five bits must be set.",
      ]),
    Exercise(
      "Strata/Records/Record.swift", "Record.isDead(at:)",
      "func isDead(at now: @autoclosure () -> UnixMilliseconds) -> Bool",
      points: 2,
      standIn: "kind == .tombstone",
      hints: [
        "A moment that has come is over.",
        "A tombstone is dead; a value with a time is, from that time on. Ask for the time "
          + "only where it matters.",
      ]),
    Exercise(
      "Strata/Store/LogStructuredStore+Write.swift", "LogStructuredStore.write(_:)",
      "func write(_ group: [Commit]) throws(StoreError)",
      points: 3,
      standIn: """
        // Each for itself.
        for commit in group {
          let mark = logs.syncedSequence
          let last = seal(&commit.frame, mark: mark)
          try append(commit.frame.frame, last: last, mark: mark, needsSync: commit.needsSync)
          insert(commit.frame.frame)
          visibleSequence.store(last, ordering: .releasing)
        }
        """,
      hints: [
        "One append and one sync for all who wait.",
        "Seal each frame, gather them in `groupBuffer`, append once, insert all, publish once.",
      ]),
    Exercise(
      "Strata/Store/CommitQueue.swift", "CommitQueue.takeGroup()",
      "func takeGroup() -> [Commit]",
      points: 3,
      standIn: "[waiting.removeFirst()]",
      hints: [
        "A sync takes as long for one record as for a thousand.",
        "The first who wait, as many as fit into `groupBytes`, and one at least.",
      ]),
    Exercise(
      "Strata/Store/LeveledPolicy.swift", "LeveledPolicy.pick(_:)",
      "func pick(_ shape: StoreShape) -> CompactionTask?",
      points: 3,
      standIn: "nil",
      hints: [
        "Level 0 by its number of runs, all others by their size.",
        "Several runs on a deep level are merged first. Then level 0; then the first level "
          + "that is too large gives away its cheapest segment.",
      ]),
  ]
}
