import StrataCore
import Synchronization

/// What finding a key in one segment needs, side by side.
///
/// A read asks several segments and does little in each. To go from object to object for it, counting
/// references on the way, would cost more than the search. So a version keeps one of these for each of
/// its segments: plain numbers and addresses, two cache lines.
///
/// Unsafe inside. What keeps it safe: the addresses lie within the segment's mapping, as its footer says,
/// which was checked; and whoever reads has pinned the version that keeps the segment alive.
///
/// A lookup goes through four questions, each costing more than the one before, and most lookups in
/// most segments end at the first two:
///
///     in the range of keys?  →  in the filter?  →  in the hash index?  →  the record: checked, compared
struct SegmentLookup {
  private let smallestPrefix: UInt64
  private let largestPrefix: UInt64
  private let records: ByteView
  private let pages: UnsafeRawPointer
  private let soundPages: UnsafeMutablePointer<Atomic<UInt64>>
  private let slotsOffset: Int  // from the beginning of the pages, as the next one
  private let filterOffset: Int
  private let slotCount: Int
  private let filterBlocks: Int
  private let longestProbe: Int
  private let owner: Unmanaged<Segment>

  init(_ segment: Segment) {
    let footer = segment.footer
    smallestPrefix = segment.smallestKey.sortingPrefix
    largestPrefix = segment.largestKey.sortingPrefix
    records = segment.contents.bytes.slice(at: 0, count: footer.recordsEnd)
    pages = segment.pages.bytes.start
    soundPages = segment.pages.soundPages
    slotsOffset = footer.slotsOffset - footer.fenceOffset
    filterOffset = footer.filterOffset - footer.fenceOffset
    slotCount = footer.slotCount
    filterBlocks = footer.filterBlocks
    longestProbe = footer.longestProbe
    owner = Unmanaged.passUnretained(segment)
  }

  /// The number of the segment.
  var number: UInt32 { segment.number }

  private var segment: Segment { owner.takeUnretainedValue() }

  /// 1 when the smallest key does not begin with something above this prefix, else 0.
  @inline(__always)
  func oneIfBegins(atOrBefore prefix: UInt64) -> Int {
    Int(unsafeBitCast(smallestPrefix <= prefix, to: UInt8.self))
  }

  /// True when the key cannot come before this segment's smallest.
  @inline(__always)
  func begins(atOrBefore key: ByteView, _ prefix: UInt64) -> Bool {
    smallestPrefix != prefix ? smallestPrefix < prefix : segment.smallestKey <= key
  }

  /// Asks memory for what a search will look at first.
  @inline(__always)
  func prefetch(_ hash: UInt64) {
    (pages + filterPlace(hash)).prefetch()
    // Slots are needed only if the filter says so; but to wait for both in turn takes twice as long.
    let slots = pages + slotPlace(HashIndex.home(hash, slots: slotCount))
    slots.prefetch()
    (slots + HashIndex.slotSize * (HashIndex.slotsTogether - 1)).prefetch()
  }

  /// The record of `key`, or nil when this segment has none; `probe` tells how far the search came.
  ///
  /// - Throws: `StoreError.corrupt` when what had to be read is damaged.
  @inline(__always)
  func find(
    _ key: ByteView, prefix: UInt64, hash: UInt64, probe: inout SegmentProbe
  ) throws(StoreError) -> Record? {
    probe = .outOfRange
    guard smallestPrefix <= prefix, prefix <= largestPrefix else { return nil }
    if prefix == smallestPrefix || prefix == largestPrefix {
      guard segment.smallestKey <= key, key <= segment.largestKey else { return nil }
    }
    probe = .filteredOut
    var slot = HashIndex.home(hash, slots: slotCount)
    let filterPlace = filterPlace(hash)
    try checkPage(filterPlace)
    guard BloomFilter.mayContain(hash, block: pages + filterPlace) else { return nil }
    probe = .falsePositive
    let fingerprint = HashIndex.fingerprint(hash)
    var left = longestProbe &+ 1
    while left > 0 {
      let place = slotPlace(slot)
      try checkPage(place)
      // Two by two: of three and more, `min` would make an array where it is not optimised.
      let count = min(
        min(HashIndex.slotsTogether, left), min(slotCount &- slot, slotsInPage(from: place)))
      var (candidates, isEnd) = HashIndex.candidates(
        fingerprint, from: pages + place, count: count)
      while candidates != 0 {
        let candidate = place &+ HashIndex.slotSize &* candidates.trailingZeroBitCount
        let word = UInt32(littleEndian: pages.load(fromByteOffset: candidate, as: UInt32.self))
        let offset = HashIndex.offset(inSlot: word)
        (records.start + (offset &+ 64)).prefetch(lines: 2)
        let record = try record(at: offset)
        if record.key == key {
          probe = .found
          return record
        }
        try segment.checkIsCollision(record, at: offset, fingerprint)
        candidates &= candidates &- 1
      }
      if isEnd { return nil }
      left &-= count
      slot = slot &+ count == slotCount ? 0 : slot &+ count
    }
    return nil
  }

  @inline(__always)
  private func slotPlace(_ slot: Int) -> Int { slotsOffset &+ HashIndex.slotSize &* slot }

  /// How many slots there are from this place to the end of its page.
  @inline(__always)
  private func slotsInPage(from place: Int) -> Int {
    (SegmentFooter.pageSize &- place & (SegmentFooter.pageSize &- 1)) / HashIndex.slotSize
  }

  @inline(__always)
  private func filterPlace(_ hash: UInt64) -> Int {
    filterOffset &+ BloomFilter.blockSize &* BloomFilter.block(hash, blocks: filterBlocks)
  }

  /// Makes sure that the page of the index that this place lies in is sound.
  @inline(__always)
  private func checkPage(_ place: Int) throws(StoreError) {
    let page = Int(bitPattern: UInt(bitPattern: place) / UInt(SegmentFooter.pageSize))
    let word = (soundPages + page >> 6).pointee.load(ordering: .relaxed)
    if word & 1 << UInt64(page & 63) == 0 { try segment.pages.check(page) }
  }

  /// The record at an offset of the file, after all of it was checked.
  @inline(__always)
  private func record(at offset: Int) throws(StoreError) -> Record {
    guard offset >= FileHeader.size else { return try segment.record(at: offset).record }
    if let found = SegmentRecord.sound(records, at: offset) { return found.record }
    return try segment.record(at: offset).record  // says what is wrong, and where
  }
}
