import StrataCore

/// Where in the order of a store's records a new segment belongs.
package struct SegmentPlace {
  /// The sorted run that it is written for.
  package var run: UInt32
  /// The level of that run.
  package var level: Int

  /// A place.
  package init(run: UInt32, level: Int) {
    self.run = run
    self.level = level
  }
}

/// Writes one segment, from the first record to the footer, in one pass.
///
///     let writer = try SegmentWriter(number: 7, identity: identity, place: place, in: directory)
///     try writer.add(record)          // keys strictly ascending
///     try writer.finish()             // now the file is complete, synced, and under its name
///
/// While it is written the file has a temporary name, so that a crash leaves something that recovery
/// recognises as unfinished. It becomes part of the store only when the manifest names it; whoever does
/// that syncs the directory first.
///
/// Memory: 16 bytes a record until the last one came, twice that while they are sorted for the index, and
/// then about six more for the index itself.
package final class SegmentWriter {
  let number: UInt32
  private let hash: KeyedHash
  private let directory: any Directory
  private let file: any WritableFile
  @exclusivity(unchecked) private var buffer = ByteBuffer(capacity: 4096)
  @exclusivity(unchecked) private var footer = SegmentFooter()
  @exclusivity(unchecked) private var fencePrefixes = ByteBuffer()
  @exclusivity(unchecked) private var fenceOffsets = ByteBuffer()
  @exclusivity(unchecked) private var entries = IndexEntries()
  @exclusivity(unchecked) private var bytesWritten = 0
  private var smallestKey: Key?
  /// Where in `buffer` the key of the last record lies; nil: it was written out, and is kept here.
  @exclusivity(unchecked) private var lastKeyPlace: Range<Int>?
  private var writtenKey = ByteBuffer()

  /// Pieces of this size, at multiples of it, lie in huge pages of the system's cache where it has any:
  /// then readers find their way to a record with a single entry of the processor's page table cache.
  private static let bufferSize = 2 << 20

  /// Begins the segment of this number, under its temporary name.
  package init(
    number: UInt32, identity: StoreIdentity, place: SegmentPlace,
    in directory: any Directory
  ) throws(StoreError) {
    self.number = number
    self.directory = directory
    hash = identity.hash
    file = try directory.create(FileName.temporarySegment(number))
    footer.number = number
    footer.run = place.run
    footer.level = UInt32(place.level)
    FileHeader(kind: .segment, number: number, identity: identity).encode(into: &buffer)
  }

  /// Records added so far.
  var recordCount: Int { footer.recordCount }
  /// Bytes of the file so far.
  package var size: Int { bytesWritten + buffer.count }

  /// The key of the last record.
  private var lastKey: ByteView {
    guard let place = lastKeyPlace else { return writtenKey.view }
    return buffer.view.slice(at: place.lowerBound, count: place.count)
  }

  /// True when no record can be added: the index could not say where it is.
  var isFull: Bool { size > HashIndex.maximumOffset }

  /// Adds a record behind all that were added before; the segment must not be full.
  package func add(_ record: Record) throws(StoreError) {
    let key = record.key
    guard footer.recordCount == 0 || lastKey < key else {
      // Not a mistake of ours: somebody made a segment, checksums and all, that is not in order.
      throw .corrupt(
        file: "\(directory.path)/\(FileName.of(.segment, number))", offset: size,
        reason: "the records that are merged into it do not come in the order of their keys")
    }
    let offset = size
    precondition(offset <= HashIndex.maximumOffset, "a full segment takes no more records")
    if footer.recordCount % SegmentFooter.fenceInterval == 0 {
      if smallestKey == nil { smallestKey = Key(key) }
      fencePrefixes.append(key.sortingPrefix)
      fenceOffsets.append(UInt32(offset))
    }
    entries.add(hash: hash(key), offset: offset)
    footer.recordCount += 1
    switch record.kind {
    case .value: break
    case .tombstone: footer.tombstoneCount += 1
    case .expiringValue: footer.expiringCount += 1
    }
    let keyPlace = SegmentRecord.append(record, to: &buffer)
    lastKeyPlace = keyPlace..<keyPlace + key.count
    if buffer.count >= Self.bufferSize { try writeOut(buffer.count & ~(Self.bufferSize - 1)) }
  }

  /// Completes the file, syncs it, and gives it its name.
  package func finish() throws(StoreError) {
    precondition(recordCount > 0, "a segment has at least one record")
    footer.recordsEnd = size
    buffer.appendZeros(-size & 63)
    footer.fenceOffset = size
    try writeOut()
    try writePages()
    try writeTail()
    try file.sync()
    try file.close()
    try directory.rename(
      FileName.temporarySegment(number), to: FileName.of(.segment, number))
  }

  /// Gives up: removes the unfinished file.
  ///
  /// What cannot be removed now, the next recovery removes.
  package func abandon() {
    try? file.close()
    try? directory.remove(FileName.temporarySegment(number))
  }

  /// Writes the first bytes of the buffer, or all of them.
  private func writeOut(_ count: Int? = nil) throws(StoreError) {
    if let place = lastKeyPlace {
      writtenKey.removeAll()
      writtenKey.append(buffer.view.slice(at: place.lowerBound, count: place.count))
      lastKeyPlace = nil
    }
    let piece = count ?? buffer.count
    try file.append(buffer.view.slice(at: 0, count: piece))
    buffer.removeFirst(piece)
    bytesWritten += piece
  }

  /// Fence, hash index and filter, and behind them a checksum for each page.
  private func writePages() throws(StoreError) {
    let base = footer.fenceOffset
    footer.fenceCount = fenceOffsets.count / 4
    buffer.append(fencePrefixes.view)
    buffer.append(fenceOffsets.view)
    footer.slotsOffset = base + buffer.count
    entries.sortByHash()
    (footer.slotCount, footer.longestProbe) = HashIndex.build(entries, into: &buffer)
    buffer.appendZeros(-buffer.count & 63)
    footer.filterOffset = base + buffer.count
    footer.filterBlocks = BloomFilter.build(entries, into: &buffer)
    footer.checksumsOffset = base + buffer.count
    let pagesEnd = buffer.count
    for start in stride(from: 0, to: pagesEnd, by: SegmentFooter.pageSize) {
      let length = min(SegmentFooter.pageSize, pagesEnd - start)
      buffer.append(CRC32C.checksum(of: buffer.view.slice(at: start, count: length)))
    }
    footer.tailChecksum = CRC32C.checksum(of: buffer.view.suffix(from: pagesEnd))
    try writeOut()
  }

  private func writeTail() throws(StoreError) {
    let smallest = smallestKey ?? Key([])
    ByteView.withBytes(of: smallest.bytes) { buffer.append($0) }
    buffer.append(lastKey)
    footer.smallestKeyLength = smallest.bytes.count
    footer.largestKeyLength = lastKey.count
    footer.tailChecksum = CRC32C.checksum(of: buffer.view, continuing: footer.tailChecksum)
    footer.encode(into: &buffer)
    try writeOut()
  }
}
