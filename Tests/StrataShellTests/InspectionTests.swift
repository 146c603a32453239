import Strata
import StrataCore
import StrataTestSupport
import Testing

@Suite("Inspecting damaged files")
struct InspectionTests {
  static let files = ["MANIFEST", "000004.wal", "000005.seg"]

  @Test("every flipped byte is shown as damage, and shown in order", arguments: files)
  func flips(name: String) throws {
    let sound = try bytes(of: name)
    #expect(try inspect(name, sound).allSatisfy { $0.damage == nil })
    for offset in sound.indices {
      var bytes = sound
      bytes[offset] ^= 0xFF
      let parts = try inspect(name, bytes)
      #expect(parts.contains { $0.damage != nil }, "byte \(offset)")
      #expect(isInOrder(parts, bytes.count), "byte \(offset)")
    }
  }

  @Test("a file cut anywhere is shown up to its end", arguments: files)
  func cuts(name: String) throws {
    let sound = try bytes(of: name)
    for length in sound.indices {
      let parts = try inspect(name, Array(sound[..<length]))
      #expect(isInOrder(parts, length), "length \(length)")
      if let last = parts.last { #expect(last.offset + last.count == length, "length \(length)") }
      // A log may end behind any frame.
      if !name.hasSuffix("wal") { #expect(parts.contains { $0.damage != nil }) }
    }
  }

  @Test("a damaged record whose lengths are right leads to the next one")
  func bodyDamage() throws {
    for (name, place, field, what) in [
      ("000004.wal", 24, 1, "of the body"), ("000005.seg", 6, 0, "of the rest of the record"),
    ] {
      var bytes = try bytes(of: name)
      let records = try inspect(name, bytes).filter { $0.title.hasPrefix("record") }
      bytes[records[0].offset + place] ^= 1
      let parts = try inspect(name, bytes)
      #expect(parts.filter { $0.title.hasPrefix("record") }.map(\.title) == records.map(\.title))
      let damaged = try #require(parts.first { $0.offset == records[0].offset })
      #expect(damaged.fields[field].meaning.hasPrefix("\(what): does not match (stored "))
      #expect(damaged.fields.contains { $0.name == "value" })
    }
  }

  @Test("behind a frame whose header is damaged, the next sound frame is found")
  func frameDamage() throws {
    var bytes = try bytes(of: "000004.wal")
    let frames = try inspect("000004.wal", bytes).filter { $0.title == "frame" }
    bytes[frames[0].offset + 9] ^= 1
    let parts = try inspect("000004.wal", bytes)
    #expect(parts.filter { $0.title == "frame" }.map(\.offset) == frames.map(\.offset))
    #expect(parts.filter { $0.damage != nil }.map(\.offset) == [frames[0].offset])
  }

  @Test("any bytes between two sound frames are shown as damage, however few they are")
  func strayBytes() throws {
    let sound = try bytes(of: "000004.wal")
    let frames = try inspect("000004.wal", sound).filter { $0.title == "frame" }
    for byte: UInt8 in [0, 0xFF] {
      for count in 1...40 {
        var bytes = sound
        bytes.insert(contentsOf: [UInt8](repeating: byte, count: count), at: frames[1].offset)
        let parts = try inspect("000004.wal", bytes)
        #expect(isInOrder(parts, bytes.count))
        let damage = parts.filter { $0.damage != nil }.map(\.offset)
        #expect(damage.first == frames[1].offset, "\(count) bytes \(byte)")
        #expect(damage.allSatisfy { $0 < frames[1].offset + count }, "\(count) bytes \(byte)")
        #expect(parts.contains { $0.title == "frame" && $0.offset == frames[1].offset + count })
      }
    }
  }

  @Test("a newer version and a missing end are shown as they are")
  func headers() throws {
    let sound = try bytes(of: "MANIFEST")
    let short = try inspect("MANIFEST", Array(sound[..<13]))
    #expect(short.map(\.count) == [13])
    #expect(short[0].fields.last?.meaning == "cut off")
    var buffer = ByteBuffer()
    for byte in sound[..<36] { buffer.append(byte) }
    buffer.set(UInt16(2), at: 8)
    buffer.append(CRC32C.checksum(of: buffer.view))
    let newer = try inspect("other", buffer.view.array + sound[40...])
    #expect(newer[0].damage?.contains("version 2") == true)
    #expect(newer[0].fields[1].meaning == "2")
    #expect(newer[1].title == "bytes that cannot be read")
  }

  @Test("what is not a file of a store is no damage")
  func foreignFiles() {
    #expect(throws: StoreError.invalidArgument("notes: this is not a file of a Strata store")) {
      try inspect("notes", Array("some text".utf8))
    }
    #expect(throws: StoreError.self) { try inspect("notes", []) }
  }

  // MARK: What the tests have in common

  private func bytes(of name: String) throws -> [UInt8] {
    let directory = try LocalFileSystem().openDirectory(
      ProjectFiles.path("Fixtures/Stores/format-1"), creating: false)
    return try directory.read(name).withBytes { $0.array }
  }

  private func inspect(_ name: String, _ bytes: [UInt8]) throws -> [FilePart] {
    var parts: [FilePart] = []
    let contents = ByteView.withBytes(of: bytes) { FileContents(path: name, copying: $0) }
    try FileInspector.inspect(contents) { part, view in
      #expect(view.count >= part.count)
      parts.append(part)
      return true
    }
    return parts
  }

  /// True when parts, and the fields in them, follow each other and stay within the file.
  private func isInOrder(_ parts: [FilePart], _ size: Int) -> Bool {
    var end = 0
    for part in parts {
      guard part.offset >= end, part.offset + part.count <= size else { return false }
      end = part.offset
      for field in part.fields {
        guard field.offset == end else { return false }
        end += field.count
      }
      guard end == part.offset + part.count || part.fields.isEmpty else { return false }
      end = part.offset + part.count
    }
    return true
  }
}
