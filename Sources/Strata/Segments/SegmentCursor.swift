import StrataCore

/// A walk over one segment, in either direction.
///
/// Forward, records simply follow each other. Backward, a record does not say where the one before it
/// begins; so the walk goes block by block (32 records, from one fence entry to the next), notes where
/// each record of a block begins, and hands them out from the last to the first.
package final class SegmentCursor: RecordSource {
  private let segment: Segment
  private let walk: Walk
  private let endPrefix: UInt64?
  /// True for a compaction: memory behind the walk is given back to the system.
  private let evictsBehind: Bool
  private var evicted = 0
  /// Forward: of the next record; `recordsEnd` when the walk is over.
  @exclusivity(unchecked) private var offset: Int
  private var block = 0
  private var blockRecords: [Record] = []  // only backward: what is left of the block

  private static let evictionStep = 4 << 20

  /// A walk over the records of a segment.
  package init(_ segment: Segment, _ walk: Walk, evictsBehind: Bool = false) throws(StoreError) {
    self.segment = segment
    self.walk = walk
    self.evictsBehind = evictsBehind
    endPrefix = walk.endPrefix
    offset = FileHeader.size
    switch walk.direction {
    case .forward: try seekForward()
    case .reverse: try seekBackward()
    }
  }

  /// Hands over the next records.
  package func fill(_ batch: inout RecordBatch) throws(StoreError) {
    switch walk.direction {
    case .forward: try fillForward(&batch)
    case .reverse: try fillBackward(&batch)
    }
  }

  /// True when the walk ends in front of this record.
  @inline(__always)
  private func isOver(at record: Record) -> Bool {
    guard let endPrefix else { return false }
    let prefix = record.key.sortingPrefix
    let isBefore = walk.direction == .forward ? prefix < endPrefix : prefix > endPrefix
    return !isBefore && walk.isOver(at: record.key)
  }

  // MARK: Forward

  private func seekForward() throws(StoreError) {
    guard let lower = walk.range.lower else { return }
    try withKey(lower) { key throws(StoreError) in
      offset = try segment.fenceOffset(try segment.block(holding: key))
      (segment.records.start + offset).prefetch(lines: RecordBatch.linesAhead)
      // Where the last of four comes before the range, all of them do.
      var four = RecordBatch()
      while let next = four.appendFour(of: segment.records, at: offset), four.last.key < key {
        offset = next
        four.removeAll()
      }
      while offset < segment.footer.recordsEnd {
        let (record, end) = try segment.record(at: offset)
        if record.key >= key { return }
        offset = end
      }
    }
  }

  private func fillForward(_ batch: inout RecordBatch) throws(StoreError) {
    if evictsBehind { evict(upTo: offset) }
    var offset = offset
    defer { self.offset = offset }
    let records = segment.records
    let end = records.count
    while offset < end, !batch.isFull {
      if let next = batch.appendFour(of: records, at: offset) {
        guard isOver(at: batch.last) else {
          offset = next
          continue
        }
        // Go back, and find out one by one where the walk ends.
        batch.removeLast(4)
      }
      let (record, next) = try segment.record(at: offset)
      if isOver(at: record) { return offset = end }
      batch.append(record)
      offset = next
    }
  }

  private func evict(upTo offset: Int) {
    let end = offset & ~(Self.evictionStep - 1)
    guard end > evicted else { return }
    segment.contents.evict(evicted..<end)
    evicted = end
  }

  // MARK: Backward

  private func seekBackward() throws(StoreError) {
    block = segment.footer.fenceCount - 1
    if let upper = walk.range.upper {
      try withKey(upper) { key throws(StoreError) in block = try segment.block(holding: key) }
    }
    try loadBlock()
    if let upper = walk.range.upper {
      while let last = blockRecords.last, last.key >= upper { blockRecords.removeLast() }
    }
  }

  private func fillBackward(_ batch: inout RecordBatch) throws(StoreError) {
    while !batch.isFull {
      if blockRecords.isEmpty && block > 0 {
        block -= 1
        try loadBlock()
      }
      guard let record = blockRecords.popLast() else { return }
      if isOver(at: record) {
        blockRecords = []
        block = 0
        return
      }
      batch.append(record)
    }
  }

  private func loadBlock() throws(StoreError) {
    let end =
      block + 1 < segment.footer.fenceCount
      ? try segment.fenceOffset(block + 1) : segment.footer.recordsEnd
    var offset = try segment.fenceOffset(block)
    blockRecords.removeAll(keepingCapacity: true)
    while offset < end {
      let (record, next) = try segment.record(at: offset)
      blockRecords.append(record)
      offset = next
    }
    guard offset == end, !blockRecords.isEmpty else {
      throw .corrupt(
        file: segment.path, offset: end,
        reason: "the fence does not lead from one record to a later one")
    }
  }
}

extension Segment {
  /// Where the first record of a block begins.
  ///
  /// - Throws: `StoreError.corrupt` when that is not among the records: a walk would be empty.
  func fenceOffset(_ block: Int) throws(StoreError) -> Int {
    let entry = footer.fenceOffsetsPlace &+ 4 &* block
    let offset = Int(try pages.view(at: entry, count: 4).uint32(at: 0))
    guard offset >= FileHeader.size, offset < footer.recordsEnd else {
      throw .corrupt(
        file: path, offset: footer.fenceOffset + entry,
        reason: "the fence leads to a place without a record")
    }
    return offset
  }

  /// The last block that begins at or below `key`; the first one when all begin above it.
  func block(holding key: ByteView) throws(StoreError) -> Int {
    let prefix = key.sortingPrefix
    var low = 1
    var high = footer.fenceCount
    while low < high {
      let middle = (low + high) / 2
      let candidate = try pages.view(at: 8 &* middle, count: 8).uint64(at: 0)
      let isAbove =
        candidate != prefix
        ? candidate > prefix : try record(at: try fenceOffset(middle)).record.key > key
      if isAbove { high = middle } else { low = middle + 1 }
    }
    return low - 1
  }
}

/// Calls `body` with a view of the key's bytes.
private func withKey(
  _ key: Key, _ body: (ByteView) throws(StoreError) -> Void
) throws(StoreError) {
  try ByteView.withBytes(of: key.bytes, body)
}
