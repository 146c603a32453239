import StrataCore

/// How a segment lies on disk: records in order, then everything that helps to find them.
///
///     ┌────────┬───────────────────────┬───────┬────────────┬────────┬───────────┬──────┬────────┐
///     │ header │ records, sorted by key │ fence │ hash index │ filter │ checksums │ keys │ footer │
///     └────────┴───────────────────────┴───────┴────────────┴────────┴───────────┴──────┴────────┘
///       40 B                           └──── in pages of 4,096 B ────┘  4 B/page           136 B
///
/// | part | what it is |
/// |---|---|
/// | records | each key once, keys ascending, see `SegmentRecord` |
/// | fence | for every 32nd record: where a range begins. First all prefixes, 8 bytes of a key each; then all offsets, 4 bytes each |
/// | hash index | a slot of 4 bytes for a key, see `HashIndex` |
/// | filter | blocks of 64 bytes, see `BloomFilter` |
/// | checksums | CRC-32C of each 4,096 bytes of the three parts before |
/// | keys | the smallest and the largest key |
/// | footer | where everything lies |
///
/// The footer, read first:
///
/// | offset | size | meaning |
/// |---:|---:|---|
/// | 0 | 8 | number of records |
/// | 8 | 8 | tombstones among them |
/// | 16 | 8 | expiring values among them |
/// | 24 | 8 | offset behind the last record |
/// | 32 | 8 | offset of the fence, a multiple of 64 |
/// | 40 | 8 | entries in the fence |
/// | 48 | 8 | offset of the hash index |
/// | 56 | 8 | slots in the hash index |
/// | 64 | 8 | longest way from a key's first slot to its own |
/// | 72 | 8 | offset of the filter |
/// | 80 | 8 | blocks in the filter |
/// | 88 | 8 | offset of the checksums |
/// | 96 | 4 | length of the smallest key |
/// | 100 | 4 | length of the largest key |
/// | 104 | 4 | CRC-32C of the checksums and the keys |
/// | 108 | 4 | number of the segment |
/// | 112 | 4 | number of the sorted run that it was written for |
/// | 116 | 4 | level of that run |
/// | 120 | 8 | zero |
/// | 128 | 4 | magic: `SEGF` |
/// | 132 | 4 | CRC-32C of bytes 0 to 131 |
///
/// All of a segment's bytes are covered: records by their own checksums, the parts that find them page
/// by page (checked when a page is first used, so that opening does not read them all), the rest when
/// the segment is opened. Run and level are the manifest's business; the footer repeats them for the
/// day when there is no manifest, and a salvage must know what is newer.
struct SegmentFooter: Equatable {
  static let size = 136
  static let magic: UInt32 = 0x4647_4553
  static let pageSize = 4096
  /// Every so many records there is one entry in the fence.
  static let fenceInterval = 32

  var recordCount = 0
  var tombstoneCount = 0
  var expiringCount = 0
  var recordsEnd = 0
  var fenceOffset = 0
  var fenceCount = 0
  var slotsOffset = 0
  var slotCount = 0
  var longestProbe = 0
  var filterOffset = 0
  var filterBlocks = 0
  var checksumsOffset = 0
  var smallestKeyLength = 0
  var largestKeyLength = 0
  var tailChecksum: UInt32 = 0
  var number: UInt32 = 0
  var run: UInt32 = 0
  var level: UInt32 = 0

  var pagesEnd: Int { filterOffset + BloomFilter.blockSize * filterBlocks }
  var pageCount: Int { (pagesEnd - fenceOffset + Self.pageSize - 1) / Self.pageSize }
  var smallestKeyOffset: Int { checksumsOffset + 4 * pageCount }
  var largestKeyOffset: Int { smallestKeyOffset + smallestKeyLength }
  var footerOffset: Int { largestKeyOffset + largestKeyLength }
  /// Where in the pages the offsets of the fence begin, behind its prefixes.
  var fenceOffsetsPlace: Int { 8 * fenceCount }

  func encode(into buffer: inout ByteBuffer) {
    let start = buffer.count
    for number in [
      recordCount, tombstoneCount, expiringCount, recordsEnd, fenceOffset, fenceCount, slotsOffset,
      slotCount,
      longestProbe, filterOffset, filterBlocks, checksumsOffset,
    ] { buffer.append(UInt64(number)) }
    buffer.append(UInt32(smallestKeyLength))
    buffer.append(UInt32(largestKeyLength))
    buffer.append(tailChecksum)
    buffer.append(number)
    buffer.append(run)
    buffer.append(level)
    buffer.append(UInt64(0))
    buffer.append(Self.magic)
    buffer.append(CRC32C.checksum(of: buffer.view.slice(at: start, count: Self.size - 4)))
  }

  init() {}

  /// Reads the footer of a whole segment; afterwards every offset in it is known to lie in the file.
  init(decoding file: ByteView, path: String) throws(StoreError) {
    let start = file.count - Self.size
    func damaged(_ offset: Int, _ reason: String) -> StoreError {
      .corrupt(file: path, offset: max(0, start) + offset, reason: reason)
    }
    guard start >= FileHeader.size else { throw damaged(0, "the file ends before its footer") }
    let bytes = file.suffix(from: start)
    guard bytes.uint32(at: 132) == CRC32C.checksum(of: bytes.slice(at: 0, count: Self.size - 4))
    else { throw damaged(132, "the checksum of the footer does not match") }
    guard bytes.uint32(at: 128) == Self.magic else { throw damaged(128, "this is no footer") }
    func number(_ offset: Int) -> Int { Int(truncatingIfNeeded: bytes.uint64(at: offset)) }
    recordCount = number(0)
    tombstoneCount = number(8)
    expiringCount = number(16)
    recordsEnd = number(24)
    fenceOffset = number(32)
    fenceCount = number(40)
    slotsOffset = number(48)
    slotCount = number(56)
    longestProbe = number(64)
    filterOffset = number(72)
    filterBlocks = number(80)
    checksumsOffset = number(88)
    smallestKeyLength = Int(bytes.uint32(at: 96))
    largestKeyLength = Int(bytes.uint32(at: 100))
    tailChecksum = bytes.uint32(at: 104)
    self.number = bytes.uint32(at: 108)
    run = bytes.uint32(at: 112)
    level = bytes.uint32(at: 116)
    guard isPossible(footerAt: start) else {
      throw damaged(0, "the parts do not fit into the file")
    }
  }

  /// Compares every number with what the file really holds, without ever overflowing.
  private func isPossible(footerAt end: Int) -> Bool {
    let numbers = [
      recordCount, tombstoneCount, expiringCount, recordsEnd, fenceOffset, fenceCount, slotsOffset,
      slotCount,
      longestProbe, filterOffset, filterBlocks, checksumsOffset,
    ]
    guard numbers.allSatisfy({ (0...end).contains($0) }) else { return false }
    return recordsEnd >= FileHeader.size && recordCount >= 1 && tombstoneCount <= recordCount
      && expiringCount <= recordCount
      && fenceOffset >= recordsEnd && fenceOffset % 64 == 0
      && fenceCount == (recordCount + Self.fenceInterval - 1) / Self.fenceInterval
      && slotsOffset == fenceOffset + 12 * fenceCount && slotCount > recordCount
      && filterOffset % 64 == 0 && filterOffset >= slotsOffset + 4 * slotCount
      && filterBlocks >= 1 && checksumsOffset == pagesEnd && longestProbe < slotCount
      && footerOffset == end
  }
}
