import StrataCore
import StrataTestSupport
import Testing

@testable import Strata

/// What verification says of segments whose checksums all match.
///
/// They hold `a`, `b` and `c`: records in bytes 40 to 63, fence at 64, index at 76 with 4 slots, filter at 128,
/// checksum of the one page at 192, the two keys at 196 and 197, footer at 198.
@Suite("Verification of segments")
struct SegmentVerificationTests {
  private func problems(
    _ keys: [String] = ["a", "b", "c"], _ change: (inout SealedFile) -> Void
  ) throws -> [String] {
    try SegmentFile.open(keys, change).problems.map { error in
      guard case .corrupt(SegmentFile.path, let offset, let reason) = error else {
        return "another error: \(error)"
      }
      return "\(offset): \(reason)"
    }
  }

  @Test("a sound one has no problem, also when it is sealed anew")
  func sound() throws {
    #expect(try problems { _ in } == [])
  }

  @Test("keys must ascend, and each must be found by its own")
  func order() throws {
    for key in [UInt8(ascii: "a"), UInt8(ascii: "A")] {
      #expect(
        try problems { $0.bytes[48 + 6] = key }
          == [
            "48: this record's key does not sort behind the one before",
            "48: index and filter do not lead to this record",
          ])
    }
  }

  @Test("index and filter must lead to every record")
  func index() throws {
    let complaint = "40: index and filter do not lead to this record"
    #expect(try problems { for at in 76..<92 { $0.bytes[at] = 0 } } == [complaint])
    #expect(try problems { for at in 128..<192 { $0.bytes[at] = 0 } } == [complaint])
  }

  @Test("the range of keys must be that of the records")
  func range() throws {
    #expect(
      try problems { $0.bytes[196] = UInt8(ascii: "A") }
        == ["196: the smallest key is not that of the first record"])
    #expect(
      try problems { $0.bytes[197] = UInt8(ascii: "d") }
        == ["197: the largest key is not that of the last record"])
  }

  @Test("the footer must count right")
  func counts() throws {
    let complaint = "198: the footer's counts are not those of the records"
    for (field, count) in [(0, UInt64(2)), (0, 1), (8, 1), (16, 1)] {
      #expect(try problems { $0.set(count, at: 198 + field) } == [complaint])
    }
  }

  @Test("nothing may hide between records and index")
  func gap() throws {
    #expect(
      try problems(["a", "b"]) { $0.bytes[63] = 1 }
        == ["56: the gap between records and index is not empty"])
  }

  @Test("a damaged record does not hide what is wrong behind the next fence")
  func goesOn() throws {
    let keys = (10..<90).map { "\($0)" }  // three blocks, at 40, 350 and 670
    let segment = try SegmentFile.open(keys) { _ in }
    #expect(segment.problems == [])
    var file = try SegmentFile.write(keys)
    for place in [100, 360, 680] { file.bytes[place] ^= 1 }
    let found = try SegmentFile.open(file).problems.map { error in
      if case .corrupt(_, let offset, _) = error { offset } else { -1 }
    }
    #expect(found == [94, 360, 680])
  }
}
