import StrataCore
import StrataTestSupport
import Testing

@testable import Strata

/// Segments whose checksums all match, and that no writer of ours wrote.
@Suite("Forged segments")
struct ForgedSegmentTests {
  private func open(
    _ keys: [String] = ["a", "b", "c"], _ change: (inout SealedFile) -> Void
  ) throws -> Segment {
    try SegmentFile.open(keys, change)
  }

  private func find(_ key: String, in segment: Segment) throws -> String? {
    try segment.find(key).record
  }

  private func damaged(_ offset: Int, _ reason: String) -> StoreError {
    .corrupt(file: SegmentFile.path, offset: offset, reason: reason)
  }

  private func footer(_ file: SealedFile) -> Int { file.bytes.count - SegmentFooter.size }

  @Test("an untouched segment opens, also when it is sealed anew")
  func untouched() throws {
    let segment = try open { _ in }
    #expect(segment.problems.isEmpty)
    #expect(try find("b", in: segment) == "put b = 1")
  }

  @Test("a footer that says the impossible is refused before any of its numbers is used")
  func footerNumbers() throws {
    let sound = try SegmentFile.write(["a", "b", "c"])
    let start = footer(sound)
    let refusal = damaged(start, "the parts do not fit into the file")
    // 3 records in bytes 40 to 63; fence at 64, index at 76 with 4 slots, filter at 128 with one block.
    let wrong: [Int: [UInt64]] = [
      0: [0, 4, 33], 8: [4], 16: [4], 24: [39, 65], 32: [32, 63, 65, 128], 40: [0, 2],
      48: [72, 80], 56: [3, 14], 64: [4], 72: [64, 127, 129, 192], 80: [0, 2], 88: [191, 193],
    ]
    for (field, numbers) in wrong.sorted(by: { $0.key < $1.key }) {
      for number in numbers + [.max, .max >> 1, 1 << 63, 1 << 60, UInt64(start) + 1] {
        #expect(throws: refusal, "\(number) at \(field)") {
          try open { $0.set(number, at: start + field) }
        }
      }
    }
    for field in [96, 100] {
      for length: UInt32 in [0, 2, .max] {
        #expect(throws: refusal) { try open { $0.set(length, at: start + field) } }
      }
    }
  }

  @Test("a segment without a filter is refused, even when everything else fits together")
  func noFilter() throws {
    #expect(throws: damaged(134, "the parts do not fit into the file")) {
      try open { file in
        file.bytes.removeSubrange(128..<192)
        file.set(UInt64(0), at: 134 + 80)
        file.set(UInt64(128), at: 134 + 88)
      }
    }
  }

  @Test("what ends a segment must be a footer, and its own")
  func foreignFooter() throws {
    let start = footer(try SegmentFile.write(["a", "b", "c"]))
    #expect(throws: damaged(start + 128, "this is no footer")) {
      try open { $0.bytes[start + 128] ^= 1 }
    }
    #expect(throws: damaged(start + 108, "this is another segment's footer")) {
      try open { $0.set(UInt32(8), at: start + 108) }
    }
    #expect(throws: damaged(0, "the file ends before its footer")) {
      try open { $0.bytes.removeLast($0.bytes.count - SegmentFooter.size) }
    }
  }

  @Test("the checksums of the index have a checksum, as the range of keys has")
  func tail() throws {
    let reason = "the checksum of the index's checksums does not match"
    var file = try SegmentFile.write(["a", "b", "c"])
    for offset in 192..<198 {  // one page's checksum, and two keys of one byte
      file.bytes[offset] ^= 1
      #expect(throws: damaged(192, reason), "byte \(offset)") { try SegmentFile.open(file) }
      file.bytes[offset] ^= 1
    }
    #expect(throws: Never.self) { try SegmentFile.open(file) }
  }

  /// Gives every slot of the hash index that leads to a record another offset.
  private func redirect(_ file: inout SealedFile, _ change: (UInt32) -> UInt32) {
    let start = footer(file)
    let slots = Int(file.number(at: start + 48, as: UInt64.self))
    let count = Int(file.number(at: start + 56, as: UInt64.self))
    for slot in stride(from: slots, to: slots + 4 * count, by: 4) {
      let word: UInt32 = file.number(at: slot)
      let offset = word & (1 << 24 - 1)
      if word != 0 { file.set(word - offset + change(offset), at: slot) }
    }
  }

  @Test("an index that leads out of the records is an error, never an absent key")
  func indexLeadsAway() throws {
    let recordsEnd: UInt32 = 40 + 3 * 8
    for place: UInt32 in [1, 39, recordsEnd, recordsEnd + 1, 1 << 24 - 1] {
      let segment = try open { file in redirect(&file) { _ in place } }
      let refusal = damaged(Int(place), "the index leads to a place without a record")
      for key in ["a", "b", "c"] {
        #expect(throws: refusal) { try find(key, in: segment) }
      }
      #expect(segment.problems == [refusal])
    }
  }

  @Test("an index that leads into a record is an error")
  func indexLeadsAstray() throws {
    let segment = try open { file in redirect(&file) { $0 + 1 } }
    for (key, offset) in [("a", 41), ("b", 49), ("c", 57)] {
      let refusal = damaged(offset, "the checksum of a record does not match")
      #expect(throws: refusal) { try find(key, in: segment) }
    }
  }

  @Test("an index that leads to another key's record is an error, never that key's value")
  func indexLeadsElsewhere() throws {
    let segment = try open { file in redirect(&file) { $0 == 40 + 8 ? 40 : 40 + 8 } }
    for (key, offset) in [("a", 48), ("b", 40), ("c", 48)] {
      let refusal = damaged(offset, "this record is not the one that the index leads to")
      #expect(throws: refusal) { try find(key, in: segment) }
    }
  }

  @Test("with a filter that lets everything pass, an absent key is absent after the longest way")
  func uselessFilter() throws {
    let segment = try open { file in
      for offset in 128..<192 { file.bytes[offset] = 0xFF }
    }
    for number in 0..<200 {
      let (record, probe) = try segment.find("b\(number)")
      #expect(record == nil && probe == .falsePositive)
    }
    #expect(try find("b", in: segment) == "put b = 1")
    #expect(segment.problems.isEmpty)
  }

  @Test("two keys with one fingerprint, one behind the other in the index, are told apart")
  func collision() throws {
    // The hash is the identity's, so that the search ends at the same pair in every run.
    var seen: [UInt64: String] = [:]
    var pair: [String] = []
    for number in 0..<60_000 where pair.isEmpty {
      let key = "\(100_000 + number)"
      let hash = ByteView.withBytes(of: Array(key.utf8), SegmentFile.identity.hash.callAsFunction)
      let home = HashIndex.home(hash, slots: HashIndex.slotCount(for: 2))
      let mark = UInt64(HashIndex.fingerprint(hash)) | UInt64(home) << 24
      if let other = seen.updateValue(key, forKey: mark) { pair = [other, key] }
    }
    try #require(pair.count == 2)
    let segment = try open(pair) { _ in }
    #expect(segment.footer.longestProbe == 1)
    for (index, key) in pair.enumerated() {
      #expect(try find(key, in: segment) == "put \(key) = \(index)")
    }
    #expect(segment.problems.isEmpty)
  }

  /// A segment of `10` to `89` in three blocks, at 40, 350 and 670, up to 830; one begins elsewhere.
  private func open(block: Int, at place: UInt32) throws -> Segment {
    try open((10..<90).map { "\($0)" }) { file in
      let fence = Int(file.number(at: footer(file) + 32, as: UInt64.self))
      file.set(place, at: fence + 8 * 3 + 4 * block)
    }
  }

  private func walk(
    _ segment: Segment, _ direction: ScanDirection, _ range: KeyRange = .all
  ) throws -> [String] {
    try SegmentCursor(segment, Walk(range: range, direction: direction)).descriptions()
  }

  @Test("a fence that leads out of the records is an error, never an empty walk")
  func fenceLeadsAway() throws {
    for place: UInt32 in [0, 39, 830, 1 << 30, 1 << 31, .max] {
      let segment = try open(block: 1, at: place)
      let refusal = damaged(832 + 24 + 4, "the fence leads to a place without a record")
      #expect(throws: refusal) { try walk(segment, .forward, KeyRange(from: "50", to: "60")) }
      #expect(throws: refusal) { try walk(segment, .reverse) }
      #expect(throws: refusal) { try walk(segment, .reverse, KeyRange(from: "15", to: "20")) }
      #expect(segment.problems == [refusal])
    }
  }

  @Test("a fence that is not in order, or cuts a record, ends a walk backward with an error")
  func fenceOutOfOrder() throws {
    func backward(_ block: Int, _ place: UInt32, below: Key? = nil) throws -> [String] {
      try walk(open(block: block, at: place), .reverse, KeyRange(from: nil, to: below))
    }
    let disorder = "the fence does not lead from one record to a later one"
    #expect(throws: damaged(670, disorder)) { try backward(1, 670) }
    #expect(throws: damaged(670, disorder)) { try backward(1, 680) }
    #expect(throws: damaged(40, disorder)) { try backward(1, 40) }
    #expect(throws: damaged(671, disorder)) { try backward(2, 671, below: "60") }
    #expect(throws: damaged(351, "the checksum of a record does not match")) {
      try backward(1, 351)
    }
    let whole = try backward(1, 350)
    #expect(whole.count == 80)
    // It is not where it should be, but nothing is read wrongly; verification says it.
    #expect(try backward(1, 350 + 10) == whole)
    #expect(
      try open(block: 1, at: 350 + 10).problems.first
        == damaged(350, "the fence does not lead to this record"))
  }
}
