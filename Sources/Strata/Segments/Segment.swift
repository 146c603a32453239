import StrataCore

/// A sorted, immutable file of records, with a hash index and a filter of its own.
///
/// Written once by `SegmentWriter`, then only read, through a mapping, by any number of threads, until
/// a compaction has made it superfluous and the last reader has let go of it.
///
/// A lookup goes through four questions, each costing more than the one before, and most lookups in
/// most segments end at the first two:
///
///     in the range of keys?  →  in the filter?  →  in the hash index?  →  the record: checked, compared
///
/// `nil` means that this segment has no opinion about the key, and the next, older place is asked.
///
/// - Invariant: keys ascend strictly: a segment has at most one record of a key.
/// - Invariant: no byte is believed before its checksum was checked.
public final class Segment: @unchecked Sendable {
  /// The number in its name.
  public let number: UInt32
  /// Its path, for messages.
  public var path: String { contents.path }
  /// The size of the file.
  public var size: Int { contents.bytes.count }
  /// Records in it, tombstones included.
  public var recordCount: Int { footer.recordCount }
  /// Tombstones among them.
  public var tombstoneCount: Int { footer.tombstoneCount }
  /// Records in it that a scan may leave out: tombstones, and values that may have expired.
  var forgettableCount: Int { footer.tombstoneCount + footer.expiringCount }
  /// The checksum that ends the file: with the number, it tells this very segment from any other.
  var footerChecksum: UInt32 { contents.bytes.uint32(at: size - 4) }
  /// Bytes of the records alone.
  public var recordBytes: Int { footer.recordsEnd - FileHeader.size }

  let footer: SegmentFooter
  let smallestKey: ByteView
  let largestKey: ByteView
  let contents: FileContents
  let pages: CheckedPages
  let hash: KeyedHash

  /// Opens a segment: header, footer, key range and the checksums of the pages are checked here.
  ///
  /// - Throws: `StoreError.corrupt` when it is damaged, or not the segment that it should be.
  public convenience init(
    number: UInt32, identity: StoreIdentity, in directory: any Directory
  ) throws(StoreError) {
    let contents = try directory.map(FileName.of(.segment, number))
    try self.init(number: number, identity: identity, contents: contents)
  }

  /// The same of a file that is mapped already.
  init(number: UInt32, identity: StoreIdentity, contents: FileContents) throws(StoreError) {
    self.contents = contents
    let bytes = contents.bytes
    let path = contents.path
    self.number = number
    hash = identity.hash
    try FileHeader(decoding: bytes, file: path)
      .check(kind: .segment, number: number, identity: identity, file: path)
    footer = try SegmentFooter(decoding: bytes, path: path)
    guard footer.number == number else {
      throw .corrupt(
        file: path, offset: footer.footerOffset + 108, reason: "this is another segment's footer")
    }
    let tail = bytes.slice(
      at: footer.checksumsOffset, count: footer.footerOffset - footer.checksumsOffset)
    guard CRC32C.checksum(of: tail) == footer.tailChecksum else {
      throw .corrupt(
        file: path, offset: footer.checksumsOffset,
        reason: "the checksum of the index's checksums does not match")
    }
    smallestKey = bytes.slice(at: footer.smallestKeyOffset, count: footer.smallestKeyLength)
    largestKey = bytes.slice(at: footer.largestKeyOffset, count: footer.largestKeyLength)
    pages = CheckedPages(
      bytes.slice(at: footer.fenceOffset, count: footer.pagesEnd - footer.fenceOffset),
      checksums: bytes.slice(at: footer.checksumsOffset, count: 4 * footer.pageCount),
      path: path, fileOffset: footer.fenceOffset)
  }

  /// The record of `key`, or nil when this segment has none; `probe` tells how far the search came.
  ///
  /// - Throws: `StoreError.corrupt` when what had to be read is damaged.
  func find(
    _ key: ByteView, hash: UInt64, probe: inout SegmentProbe
  ) throws(StoreError) -> Record? {
    probe = .outOfRange
    guard smallestKey <= key, key <= largestKey else { return nil }
    probe = .filteredOut
    guard try filterMayContain(hash) else { return nil }
    probe = .falsePositive
    var slot = HashIndex.home(hash, slots: footer.slotCount)
    let fingerprint = HashIndex.fingerprint(hash)
    for _ in 0...footer.longestProbe {
      let word = try slotWord(slot)
      if word == 0 { return nil }
      if word >> 40 == fingerprint {
        let record = try record(at: Int(truncatingIfNeeded: word & 0xFF_FFFF_FFFF))
        if record.key == key {
          probe = .found
          return record
        }
        try checkIsCollision(record, fingerprint)
      }
      slot = slot &+ 1 == footer.slotCount ? 0 : slot &+ 1
    }
    return nil
  }

  /// The record at an offset of the file, after all of it was checked.
  @inline(__always)
  func record(at offset: Int) throws(StoreError) -> Record {
    guard offset >= FileHeader.size, offset < footer.recordsEnd else {
      throw .corrupt(
        file: path, offset: offset, reason: "the index leads to a place without a record")
    }
    do throws(RecordDefect) {
      return try RecordCodec.decode(
        ByteView(start: contents.bytes.start, count: footer.recordsEnd), at: offset)
    } catch {
      throw .corrupt(file: path, offset: offset, reason: error.reason)
    }
  }

  @inline(__always)
  func filterMayContain(_ hash: UInt64) throws(StoreError) -> Bool {
    let block = BloomFilter.block(hash, blocks: footer.filterBlocks)
    let offset = footer.filterOffset &- footer.fenceOffset &+ BloomFilter.blockSize &* block
    return BloomFilter.mayContain(
      hash, block: try pages.view(at: offset, count: BloomFilter.blockSize))
  }

  @inline(__always)
  func slotWord(_ slot: Int) throws(StoreError) -> UInt64 {
    try pages.view(at: footer.slotsOffset &- footer.fenceOffset &+ 8 &* slot, count: 8)
      .uint64(at: 0)
  }

  /// Two keys may share a fingerprint; but a record whose key does not have its slot's fingerprint at
  /// all lies where another record belongs.
  private func checkIsCollision(_ record: Record, _ fingerprint: UInt64) throws(StoreError) {
    guard HashIndex.fingerprint(hash(record.key)) == fingerprint else {
      throw .corrupt(
        file: path, offset: record.bytes.start - contents.bytes.start,
        reason: "this record is not the one that the index leads to")
    }
  }
}

extension Segment: CustomStringConvertible {
  /// `000003.seg: 35 records, apple … pear`.
  public var description: String {
    let range = "\(Escaping.escape(smallestKey)) … \(Escaping.escape(largestKey))"
    return "\(FileName.of(.segment, number)): \(recordCount) records, \(range)"
  }
}
