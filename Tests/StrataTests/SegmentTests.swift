import StrataCore
import StrataTestSupport
import Testing

@testable import Strata

@Suite("Segments")
struct SegmentTests {
  @Test("every key is found, and an absent one nearly always ends at the filter")
  func finding() throws {
    let keys = (0..<3_000).map { "\(100_000 + 2 * $0)" }
    let segment = try SegmentFile.open(SegmentFile.write(keys))
    #expect(segment.recordCount == 3_000)
    #expect(segment.description == "000007.seg: 3000 records, 100000 … 105998")
    for (index, key) in keys.enumerated() {
      let (record, probe) = try segment.find(key)
      #expect(record == "put \(key) = \(index)" && probe == .found)
    }
    var passed = 0
    for number in 0..<2_999 {
      let (record, probe) = try segment.find("\(100_001 + 2 * number)")
      #expect(record == nil)
      if probe != .filteredOut { passed += 1 }
    }
    #expect(passed < 180, "\(passed) of 2,999 absent keys passed the filter")
    #expect(try segment.find("0").probe == .outOfRange)
    #expect(try segment.find("9").probe == .outOfRange)
  }

  @Test("it knows how many of its records a scan may leave out")
  func counts() throws {
    let directory = try SimulatedDisk().openDirectory("s", creating: true)
    let writer = try SegmentFile.writer(in: directory)
    try withRecord("a", "1") { try writer.add($0) }
    try withRecord("b", kind: .tombstone) { try writer.add($0) }
    try withRecord("c", "1", kind: .expiringValue, expiresAt: 5) { try writer.add($0) }
    try withRecord("d", kind: .tombstone) { try writer.add($0) }
    try writer.finish()
    let segment = try Segment(number: 7, identity: SegmentFile.identity, in: directory)
    #expect(
      (segment.recordCount, segment.tombstoneCount, segment.forgettableCount) == (4, 2, 3))
  }

  @Test("a walk begins and ends anywhere, both ways", arguments: [1, 2, 31, 32, 33, 200])
  func walking(count: Int) throws {
    let keys = (0..<count).map { "\(1_000 + 2 * $0)" }
    let segment = try SegmentFile.open(SegmentFile.write(keys))
    for low in stride(from: 999, through: 1_000 + 2 * count, by: max(1, count / 9)) {
      for high in stride(from: 999, through: 1_000 + 2 * count, by: max(1, count / 7)) {
        let range = KeyRange(from: Key("\(low)"), to: Key("\(high)"))
        let expected = keys.filter { range.contains(Key($0)) }
        for direction in ScanDirection.allCases {
          let walk = Walk(range: range, direction: direction)
          let found = try SegmentCursor(segment, walk).descriptions().map { text in
            String(text.split(separator: " ")[1])
          }
          #expect(found == (direction == .forward ? expected : expected.reversed()))
        }
      }
    }
  }

  @Test("a merge gives back the memory behind it, step by step, and a scan keeps it")
  func eviction() throws {
    let directory = try SimulatedDisk().openDirectory("s", creating: true)
    let writer = try SegmentFile.writer(in: directory)
    let value = String(repeating: "v", count: 1 << 20)
    for number in 10..<23 {
      try withRecord("\(number)", value) { try writer.add($0) }
    }
    try writer.finish()
    let whole = try directory.map("000007.seg")
    for isMerge in [true, false] {
      var walked = 0
      var evicted = 0
      let contents = FileContents(
        path: whole.path, bytes: whole.bytes,
        evict: { pages in
          #expect(pages.start == whole.bytes.start + evicted, "from where it ended before")
          evicted += pages.count
          #expect(evicted <= walked, "all ahead stays")
        }, release: {})
      let segment = try Segment(number: 7, identity: SegmentFile.identity, contents: contents)
      var cursor = try RecordCursor(SegmentCursor(segment, .everything, evictsBehind: isMerge))
      for number in 10..<23 {
        guard let record = cursor.current else { break }
        walked = record.value.start + record.value.count - whole.bytes.start
        #expect(Key(record.key) == Key("\(number)") && record.value.count == value.utf8.count)
        try cursor.advance()
      }
      #expect(walked == segment.footer.recordsEnd)
      #expect(evicted == (isMerge ? 12 << 20 : 0))
    }
    withExtendedLifetime(whole) {}
  }

  @Test("a walk hands over all records before a damaged one, and names its offset")
  func damageOnTheWay() throws {
    let keys = (0..<40).map { "\(100 + $0)" }
    let sound = try SegmentFile.write(keys).bytes
    let offsets = try SegmentFile.open(SealedFile(sound)).recordOffsets
    for first in [0, 17] {
      let walk = Walk(
        range: KeyRange(from: Key(keys[first]), to: Key(keys[37])), direction: .forward)
      for (damaged, offset) in offsets.enumerated() {
        var bytes = sound
        bytes[offset + 5] ^= 1  // the length of its value
        let segment = try SegmentFile.open(SealedFile(bytes))
        let (found, failure) = Self.walk(segment, walk)
        guard damaged <= 37 else {
          #expect(found == 37 - first && failure == nil)
          continue
        }
        #expect(found == max(0, damaged - first), "record \(damaged)")
        #expect(
          failure
            == .corrupt(
              file: segment.path, offset: offset,
              reason: "the checksum of a record does not match"))
      }
    }
  }

  /// How many records a walk hands over, and what ends it early.
  private static func walk(_ segment: Segment, _ walk: Walk) -> (Int, StoreError?) {
    var found = 0
    do throws(StoreError) {
      var cursor = try RecordCursor(SegmentCursor(segment, walk))
      while cursor.current != nil {
        found += 1
        try cursor.advance()
      }
      return (found, nil)
    } catch {
      return (found, error)
    }
  }

  @Test("a flipped bit anywhere is an error where it is met, and named by verification")
  func damage() throws {
    let sound = try SegmentFile.write((0..<40).map { "\(100 + $0)" }).bytes
    for offset in 0..<sound.count {
      var bytes = sound
      bytes[offset] ^= 1 << UInt8(offset % 8)
      var complaints = 0
      do {
        let segment = try SegmentFile.open(SealedFile(bytes))
        segment.verify { _ in complaints += 1 }
        for key in 100..<140 {
          do {
            let (record, _) = try segment.find("\(key)")
            #expect(record == "put \(key) = \(key - 100)", "byte \(offset)")
          } catch { #expect(error is StoreError) }
        }
      } catch { complaints += 1 }
      #expect(complaints > 0, "byte \(offset) is not checked by anybody")
    }
  }

  @Test(
    "the index is thirteen fourteenths full, and on average a key lies a few slots from its home")
  func index() {
    var buffer = ByteBuffer()
    var random = SplitMix64(seed: 8)
    var entries = IndexEntries()
    for offset in 40..<20_040 { entries.add(hash: random.next(), offset: offset) }
    let (slots, longest) = HashIndex.build(entries, into: &buffer)
    #expect(slots == HashIndex.slotCount(for: 20_000) && buffer.count == 4 * slots)
    #expect(longest < 1_000)
    var passedBy = 0
    entries.forEach { entry in
      var slot = HashIndex.home(entry.hash, slots: slots)
      while HashIndex.offset(inSlot: buffer.view.uint32(at: 4 * slot)) != entry.offset {
        slot = slot + 1 == slots ? 0 : slot + 1
        passedBy += 1
      }
    }
    #expect((4..<10).contains(passedBy / 20_000), "\(passedBy) slots for 20,000 keys")
    #expect(HashIndex.slotCount(for: 1) == 2 && HashIndex.slotCount(for: 13) == 15)
  }

  @Test("entries are dealt out by the highest bits of their hashes, and none is lost")
  func sortedEntries() {
    for count in [0, 1, 1_000, 5_000, 300_000] {
      var random = SplitMix64(seed: 10)
      var entries = IndexEntries()
      for offset in 0..<count { entries.add(hash: random.next(), offset: offset) }
      entries.sortByHash()
      var seen = [Bool](repeating: false, count: count)
      var latest: UInt64 = 0
      var stepsBack = 0
      entries.forEach { entry in
        seen[entry.offset] = true
        // Two hashes that differ by a 256th of the range are in order, from a quarter million on.
        if entry.hash < latest, latest - entry.hash > 1 << 56 { stepsBack += 1 }
        latest = max(latest, entry.hash)
      }
      #expect(seen.allSatisfy { $0 })
      #expect(count < 300_000 || stepsBack == 0)
    }
  }

  @Test("a key that was added always passes the filter; one in twenty others does")
  func filter() {
    var random = SplitMix64(seed: 9)
    let hashes = (0..<10_000).map { _ in random.next() }
    var entries = IndexEntries()
    for hash in hashes { entries.add(hash: hash, offset: 0) }
    var buffer = ByteBuffer()
    let blocks = BloomFilter.build(entries, into: &buffer)
    func passes(_ hash: UInt64) -> Bool {
      let block = BloomFilter.block(hash, blocks: blocks)
      return BloomFilter.mayContain(hash, block: buffer.view.start + 64 * block)
    }
    #expect(hashes.allSatisfy(passes))
    let wrong = (0..<20_000).count { _ in passes(random.next()) }
    #expect(wrong < 1_200, "\(wrong) of 20,000")
  }

  @Test("a merge gives each key once, with its newest record, both ways")
  func merging() throws {
    let newer = MemTable()
    let older = MemTable()
    for (key, value) in [("apple", "1"), ("banana", "1"), ("cherry", "1"), ("elder", "1")] {
      older.insert(key, value, 1)
    }
    newer.insert("apple", "4", 5)
    newer.insert("cherry", nil, 6)
    newer.insert("date", "3", 7)
    for direction in ScanDirection.allCases {
      let walk = Walk(range: .all, direction: direction)
      let merge = try MergeIterator(
        [newer, older].map { MemTableCursor($0, walk, asOf: .max) }, direction: direction)
      let expected = [
        "put apple = 4 @5", "put banana = 1 @1", "delete cherry @6", "put date = 3 @7",
        "put elder = 1 @1",
      ]
      #expect(try merge.descriptions() == (direction == .forward ? expected : expected.reversed()))
    }
  }
}
