import StrataCore
import StrataTestSupport
import Testing

@testable import Strata

@Suite("Manifest")
struct ManifestTests {
  /// A store with two segments, 3 and 5, each a run of its own; both hold `b`.
  private func files() throws -> StoreFiles {
    try StoreFiles { store throws(StoreError) in
      for keys in ["ab", "bc"] {
        for key in keys { try store.put(Key(String(key)), "1") }
        try store.flush()
      }
    }
  }

  /// What opening and verifying say, alike, after the manifest was forged.
  private func complaint(_ change: (inout SealedFile) -> Void) throws -> StoreError? {
    var files = try files()
    files.forge("MANIFEST", .manifest, change)
    let report = try LogStructuredStore.verify(at: "s", fileSystem: try files.disk())
    do throws(StoreError) {
      try files.open().close()
      #expect(report.isSound)
      return nil
    } catch {
      #expect(
        report.problems.contains {
          error == .corrupt(file: "s/\($0.file)", offset: $0.offset, reason: $0.reason)
        }, "verify does not say: \(error)")
      return error
    }
  }

  private func manifest(_ offset: Int, _ reason: String) -> StoreError {
    .corrupt(file: "s/MANIFEST", offset: offset, reason: reason)
  }

  private let firstRow = Manifest.fixedSize
  private let secondRow = Manifest.fixedSize + Manifest.rowSize

  @Test("an untouched manifest opens, also when it is sealed anew")
  func untouched() throws {
    #expect(try complaint { _ in } == nil)
  }

  @Test("a flipped bit anywhere is refused, and nothing is believed before")
  func flips() throws {
    let size = Manifest.fixedSize + 2 * Manifest.rowSize
    for offset in 0..<size + 4 {
      var files = try files()
      files.flip("MANIFEST", at: offset)
      let refusal =
        switch offset {
        case 0..<8: manifest(0, "this is not a file of a Strata store")
        case 8..<40: manifest(36, "the checksum of the file header does not match")
        default: manifest(size, "the checksum of the manifest does not match")
        }
      #expect(throws: refusal, "byte \(offset)") { try files.open() }
    }
  }

  @Test("a manifest whose size is not that of its rows is refused before a row is read")
  func rowCount() throws {
    for count: UInt32 in [0, 1, 3, .max] {
      #expect(
        try complaint { $0.set(count, at: 60) }
          == manifest(
            60, "the manifest should have \(count) segments, but its size is another"))
    }
    #expect(
      try complaint { $0.bytes.removeLast(20) }
        == manifest(60, "the manifest should have 2 segments, but its size is another"))
  }

  @Test("a manifest cut within its fixed part is refused, whatever its checksum says")
  func tooShort() throws {
    for size in [FileHeader.size, FileHeader.size + 4, Manifest.fixedSize + 3] {
      #expect(
        try complaint { $0.bytes.removeLast($0.bytes.count - size) }
          == manifest(size, "the manifest is too short"))
    }
  }

  @Test("numbers that no store reaches are refused, and the highest possible ones are not")
  func numbers() throws {
    let refusal = manifest(40, "the manifest has numbers that no store reaches")
    let last = Manifest.lastFileNumber
    #expect(try complaint { $0.set(UInt64.max >> 1 + 1, at: 40) } == refusal)
    #expect(try complaint { $0.set(last + 1, at: 52) } == refusal)
    #expect(try complaint { $0.set(last, at: 52) } == nil)
    #expect(try complaint { $0.set(last + 1, at: 56) } == refusal)
    #expect(try complaint { $0.set(last, at: 56) } == nil)
    #expect(try complaint { $0.set(UInt32(4), at: 52) } == refusal, "the oldest log is number 4")
  }

  @Test("segments of one run must not overlap")
  func overlap() throws {
    let refusal = manifest(Manifest.fixedSize, "it names segments of one run that overlap")
    #expect(
      try complaint { file in
        file.set(file.number(at: firstRow + 4, as: UInt32.self), at: secondRow + 4)
      } == refusal)
    #expect(
      try complaint { file in
        for offset in stride(from: 0, to: Manifest.rowSize, by: 4) {
          file.set(file.number(at: firstRow + offset, as: UInt32.self), at: secondRow + offset)
        }
      } == refusal, "a segment overlaps itself")
  }

  @Test("a sound segment that is not the very one that the manifest names is refused")
  func anotherSegment() throws {
    let files = try files()
    let rows = SealedFile(try #require(files.bytes["MANIFEST"]))
    for row in [firstRow, secondRow] {
      let number: UInt32 = rows.number(at: row)
      let name = FileName.of(.segment, number)
      let size = try #require(files.bytes[name]).count
      let refusal = StoreError.corrupt(
        file: "s/\(name)", offset: size - 4,
        reason: "this is not the segment that the manifest names, but another of the same number")
      let checksum: UInt32 = rows.number(at: row + 12)
      #expect(try complaint { $0.set(checksum ^ 1, at: row + 12) } == refusal)
      for wrong in [UInt64(size - 1), UInt64(size + 1), 0, .max] {
        #expect(try complaint { $0.set(wrong, at: row + 16) } == refusal)
      }
    }
  }

  @Test("a segment that is missing, or never was, is named")
  func missingSegment() throws {
    #expect(
      try complaint { $0.set(UInt32(4_000_000), at: firstRow) }
        == .corrupt(
          file: "s/4000000.seg", offset: 0,
          reason: "the segment is missing, although the manifest names it"))
  }

  @Test("a store that has used up its file numbers still reads, writes to its log, and says so")
  func lastNumbers() throws {
    var files = try files()
    files.forge("MANIFEST", .manifest) { $0.set(Manifest.lastFileNumber, at: 52) }
    let disk = try files.disk()
    let usedUp = StoreError.invalidArgument(
      "the store has used up its four billion file numbers; export it")
    for key in ["x", "y"] {
      let store = try LogStructuredStore(at: "s", options: manualOptions(), fileSystem: disk)
      #expect(throws: usedUp) { try store.checkpoint(to: "copy") }
      try store.put(Key(key), "1")
      #expect(throws: usedUp) { try store.flush() }
      #expect(throws: usedUp) { try store.compact() }
      #expect(try store.get("a") == "1" && store.get(Key(key)) == "1")
      try store.close()
    }
    #expect(try LogStructuredStore.verify(at: "s", fileSystem: disk).isSound)
  }
}
