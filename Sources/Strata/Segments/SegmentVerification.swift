import StrataCore

/// Looking at every byte of one segment.
extension Segment {
  /// Tells `report` everything that is wrong in the segment.
  ///
  /// Header, footer, key range and the pages' checksums were checked when it was opened. Here: every
  /// page; every record, its checksum, its order; and for every record, that fence, index and filter lead
  /// to it. After a damaged record the walk goes on at the next place that the fence knows.
  package func verify(_ report: (StoreError) -> Void) {
    var isIndexSound = true
    for page in 0..<footer.pageCount {
      do throws(StoreError) {
        try pages.check(page)
      } catch {
        isIndexSound = false
        report(error)
      }
    }
    if contents.bytes.slice(at: 0, count: footer.fenceOffset).hasContent(from: footer.recordsEnd) {
      report(damaged(footer.recordsEnd, "the gap between records and index is not empty"))
    }
    verifyRecords(isIndexSound: isIndexSound, report)
  }

  private func verifyRecords(isIndexSound: Bool, _ report: (StoreError) -> Void) {
    var offset = FileHeader.size
    var count = 0
    var tombstones = 0
    var expiring = 0
    var previous: ByteView?
    var isComplete = true
    while offset < footer.recordsEnd {
      do throws(StoreError) {
        let (record, end) = try record(at: offset)
        if let previous, !(previous < record.key) {
          report(damaged(offset, "this record's key does not sort behind the one before"))
        }
        if isIndexSound { try checkIsFound(record, at: offset, index: count) }
        previous = record.key
        count += 1
        if record.kind == .tombstone { tombstones += 1 }
        if record.kind == .expiringValue { expiring += 1 }
        offset = end
      } catch {
        report(error)
        isComplete = false
        guard isIndexSound, let next = nextBlock(behind: offset) else { return }
        (offset, count, previous) = (next.offset, next.index, nil)
      }
    }
    guard isComplete else { return }
    if (count, tombstones, expiring)
      != (footer.recordCount, footer.tombstoneCount, footer.expiringCount)
    {
      report(damaged(footer.footerOffset, "the footer's counts are not those of the records"))
    }
    if previous != largestKey {
      report(damaged(footer.largestKeyOffset, "the largest key is not that of the last record"))
    }
  }

  /// Checks that every way to find the record leads to it.
  private func checkIsFound(_ record: Record, at offset: Int, index: Int) throws(StoreError) {
    if index == 0 && record.key != smallestKey {
      throw damaged(footer.smallestKeyOffset, "the smallest key is not that of the first record")
    }
    if index % SegmentFooter.fenceInterval == 0 {
      let block = index / SegmentFooter.fenceInterval
      guard block < footer.fenceCount, try fenceOffset(block) == offset else {
        throw damaged(offset, "the fence does not lead to this record")
      }
    }
    var probe = SegmentProbe.outOfRange
    let found = try find(record.key, hash: hash(record.key), probe: &probe)
    guard let found, found.key.start == record.key.start else {
      throw damaged(offset, "index and filter do not lead to this record")
    }
  }

  private func nextBlock(behind offset: Int) -> (offset: Int, index: Int)? {
    for block in 0..<footer.fenceCount {
      if let start = try? fenceOffset(block), start > offset {
        return (start, block * SegmentFooter.fenceInterval)
      }
    }
    return nil
  }

  private func damaged(_ offset: Int, _ reason: String) -> StoreError {
    .corrupt(file: path, offset: offset, reason: reason)
  }
}
