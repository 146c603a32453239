import StrataCore

/// A sorted, immutable file of records, with a hash index and a filter of its own.
///
/// Written once by `SegmentWriter`, then only read, through a mapping, by any number of threads, until
/// a compaction has made it superfluous and the last reader has let go of it.
///
/// How a key is found in it is told in `SegmentLookup`, how a range is walked over in `SegmentCursor`.
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
  package let hash: KeyedHash

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

  /// The record of `key`, or nil when this segment has no opinion about the key; `probe` tells how far
  /// the search came.
  ///
  /// - Throws: `StoreError.corrupt` when what had to be read is damaged.
  package func find(
    _ key: ByteView, hash: UInt64, probe: inout SegmentProbe
  ) throws(StoreError) -> Record? {
    try SegmentLookup(self).find(key, prefix: key.sortingPrefix, hash: hash, probe: &probe)
  }

  /// The bytes of the file up to the end of the records.
  @inline(__always)
  var records: ByteView { ByteView(start: contents.bytes.start, count: footer.recordsEnd) }

  /// The record at an offset of the file, after all of it was checked, and the offset behind it.
  @inline(__always)
  func record(at offset: Int) throws(StoreError) -> (record: Record, end: Int) {
    guard offset >= FileHeader.size, offset < footer.recordsEnd else {
      throw .corrupt(
        file: path, offset: offset, reason: "the index leads to a place without a record")
    }
    do throws(RecordDefect) {
      return try SegmentRecord.decode(records, at: offset)
    } catch {
      throw .corrupt(file: path, offset: offset, reason: error.reason)
    }
  }

  /// Two keys may share a fingerprint; but a record whose key does not have its slot's fingerprint at
  /// all lies where another record belongs.
  func checkIsCollision(
    _ record: Record, at offset: Int, _ fingerprint: UInt32
  ) throws(StoreError) {
    guard HashIndex.fingerprint(hash(record.key)) == fingerprint else {
      throw .corrupt(
        file: path, offset: offset,
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
