import StrataCore

/// A walk over one segment, in either direction.
///
/// Forward, records simply follow each other. Backward, a record does not say where the one before it
/// begins; so the walk goes block by block (16 records, from one fence entry to the next), notes where
/// each record of a block begins, and hands them out from the last to the first.
final class SegmentCursor: RecordCursor {
  private(set) var current: Record?

  private let segment: Segment
  private let walk: Walk
  /// True for a compaction: memory behind the walk is given back to the system.
  private let evictsBehind: Bool
  private var evicted = 0
  private var block = 0
  private var blockRecords: [Record] = []  // only backward: what is left of the block

  private static let evictionStep = 4 << 20

  init(_ segment: Segment, _ walk: Walk, evictsBehind: Bool = false) throws(StoreError) {
    self.segment = segment
    self.walk = walk
    self.evictsBehind = evictsBehind
    switch walk.direction {
    case .forward: try seekForward()
    case .reverse: try seekBackward()
    }
  }

  func advance() throws(StoreError) {
    guard let record = current else { return }
    switch walk.direction {
    case .forward:
      let start = record.bytes.start - segment.contents.bytes.start
      try settle(start + record.bytes.count)
      if evictsBehind { evict(upTo: start) }
    case .reverse: try stepBackward()
    }
  }

  // MARK: Forward

  private func seekForward() throws(StoreError) {
    guard let lower = walk.range.lower else { return try settle(FileHeader.size) }
    var start = FileHeader.size
    try withKey(lower) { key throws(StoreError) in
      start = try segment.fenceOffset(try segment.block(holding: key))
    }
    try settle(start)
    while let record = current, record.key < lower { try advance() }
  }

  private func settle(_ offset: Int) throws(StoreError) {
    guard offset < segment.footer.recordsEnd else { return current = nil }
    let record = try segment.record(at: offset)
    current = walk.isOver(at: record.key) ? nil : record
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
    try stepBackward()
  }

  private func stepBackward() throws(StoreError) {
    if blockRecords.isEmpty && block > 0 {
      block -= 1
      try loadBlock()
    }
    let record = blockRecords.popLast()
    current = record.flatMap { walk.isOver(at: $0.key) ? nil : $0 }
  }

  private func loadBlock() throws(StoreError) {
    let end =
      block + 1 < segment.footer.fenceCount
      ? try segment.fenceOffset(block + 1) : segment.footer.recordsEnd
    var offset = try segment.fenceOffset(block)
    blockRecords.removeAll(keepingCapacity: true)
    while offset < end {
      let record = try segment.record(at: offset)
      blockRecords.append(record)
      offset += record.bytes.count
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
    let entry = 16 &* block &+ 8
    let offset = Int(truncatingIfNeeded: try pages.view(at: entry, count: 8).uint64(at: 0))
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
      let candidate = try pages.view(at: 16 &* middle, count: 8).uint64(at: 0)
      let isAbove =
        candidate != prefix
        ? candidate > prefix : try record(at: try fenceOffset(middle)).key > key
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
