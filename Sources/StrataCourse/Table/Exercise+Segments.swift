extension Exercise {
  /// Milestone 8: sorted files in which a key is found by one read.
  static let segments = [
    Exercise(
      "Strata/Segments/HashIndex.swift", "HashIndex.build(_:into:)",
      "static func build(_ entries: borrowing IndexEntries, into buffer: inout ByteBuffer) -> "
        + "(slotCount: Int, longestProbe: Int)",
      points: 4,
      hints: [
        "Each key begins at its home and takes the first slot that is free.",
        "Go on to the right, and around at the end; remember the longest way. A slot holds "
          + "fingerprint and offset.",
      ]),
    Exercise(
      "Strata/Segments/SegmentWriter.swift", "SegmentWriter.add(_:)",
      "func add(_ record: Record) throws(StoreError)",
      points: 3,
      hints: [
        "Keys must rise. What does the file need to know about each record?",
        "Every 32nd record gives a fence entry; each one an entry for the index. Keep where "
          + "the last key lies, and write out what fills the buffer.",
      ]),
    Exercise(
      "Strata/Segments/SegmentWriter.swift", "SegmentWriter.writePages()",
      "func writePages() throws(StoreError)",
      points: 3,
      hints: [
        "Fence, hash index, filter; then a checksum for every 4,096 bytes of them.",
        "Note each offset in the footer as you go. The filter begins at a multiple of 64.",
      ]),
    Exercise(
      "Strata/Segments/SegmentWriter.swift", "SegmentWriter.finish()",
      "func finish() throws(StoreError)",
      points: 3,
      hints: [
        "The name says that the file is whole. So when may it get it?",
        "Note where the records end, fill up to 64, write pages and tail, sync, close, rename.",
      ]),
    Exercise(
      "Strata/Segments/SegmentFormat.swift", "SegmentFooter.init(decoding:path:)",
      "init(decoding file: ByteView, path: String) throws(StoreError)",
      points: 3,
      hints: [
        "No number of the footer is used before its checksum was checked, nor before it was "
          + "compared with the file.",
        "Length, checksum, magic, then the fields in the order in which `encode` writes them, "
          + "then `isPossible`.",
      ]),
    Exercise(
      "Strata/Segments/Segment.swift", "Segment.init(number:identity:contents:)",
      "init(number: UInt32, identity: StoreIdentity, contents: FileContents) throws(StoreError)",
      points: 3,
      hints: [
        "Opening reads the two ends of the file, and not what lies between.",
        "Header, footer, number, the checksum of the tail; then the key range and the pages "
          + "are views of the bytes.",
      ]),
    Exercise(
      "Strata/Segments/CheckedPages.swift", "CheckedPages.check(_:)",
      "func check(_ page: Int) throws(StoreError)",
      points: 2,
      hints: [
        "An index that is damaged makes keys look absent.",
        "Compare the page's checksum, and remember that it was sound. The last page may be "
          + "shorter.",
      ]),
    Exercise(
      "Strata/Segments/Segment.swift", "Segment.record(at:)",
      "func record(at offset: Int) throws(StoreError) -> (record: Record, end: Int)",
      points: 2,
      hints: [
        "An offset from the index may lead anywhere.",
        "It must lie between header and `recordsEnd`; what is wrong with the record becomes "
          + "`corrupt`, with path and offset.",
      ]),
    Exercise(
      "Strata/Segments/SegmentLookup.swift", "SegmentLookup.find(_:prefix:hash:probe:)",
      "func find(_ key: ByteView, prefix: UInt64, hash: UInt64, probe: inout SegmentProbe) "
        + "throws(StoreError) -> Record?",
      points: 5,
      hints: [
        "Four questions, the cheapest first: the range of keys, the filter, the hash index, "
          + "the record.",
        "From the home slot on, at most `longestProbe` steps: an empty slot ends the search; "
          + "a slot with the fingerprint leads to a record whose key decides.",
      ]),
    Exercise(
      "Strata/Segments/SegmentCursor.swift", "Segment.block(holding:)",
      "func block(holding key: ByteView) throws(StoreError) -> Int",
      points: 3,
      hints: [
        "Halve the fence; compare prefixes first, and read a record only where they are equal.",
        "The last block that begins at or below the key, or the first one.",
      ]),
    Exercise(
      "Strata/Segments/SegmentCursor.swift", "SegmentCursor.seekForward()",
      "func seekForward() throws(StoreError)",
      points: 2,
      hints: [
        "Without a lower end there is nothing to look for. With one, the fence leads near; "
          + "the rest is a short walk.",
        "From the block that holds the lower end on, up to the first record that is not below it.",
      ]),
    Exercise(
      "Strata/Segments/SegmentCursor.swift", "SegmentCursor.fillForward(_:)",
      "func fillForward(_ batch: inout RecordBatch) throws(StoreError)",
      points: 2,
      hints: [
        "Records follow each other without gaps.",
        "Check each one, look whether the walk ends there, append it, and go on behind it. At "
          + "the end remember the offset.",
      ]),
  ]
}
