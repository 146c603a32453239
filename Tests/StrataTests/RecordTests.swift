import StrataCore
import StrataTestSupport
import Testing

@testable import Strata

@Suite("Records")
struct RecordTests {
  @Test("a record comes back as it was, and takes 24 bytes beside key and value")
  func roundTrip() throws {
    try withRecord("apple", "red", sequence: 7) { (record) throws in
      #expect(record.bytes.count == 24 + 5 + 3)
      let decoded = try RecordCodec.decode(record.bytes, at: 0)
      #expect(decoded.description == "put apple = red @7")
      #expect(decoded.expiresAt == nil)
    }
    try withRecord("apple", kind: .tombstone, sequence: 8) { (record) throws in
      #expect(try RecordCodec.decode(record.bytes, at: 0).description == "delete apple @8")
    }
    try withRecord("", kind: .expiringValue, sequence: 9, expiresAt: 5) { (record) throws in
      let decoded = try RecordCodec.decode(record.bytes, at: 0)
      #expect(decoded.description == "put  =  until 5 @9")
      #expect(!decoded.isDead(at: 4) && decoded.isDead(at: 5))
    }
  }

  @Test("every flipped bit is noticed, and the header is told from the body")
  func flips() throws {
    try withRecord("key", "value", kind: .expiringValue, sequence: 3, expiresAt: 99) {
      (record) throws in
      for bit in 0..<(8 * record.bytes.count) {
        var bytes = record.bytes.array
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        // Bytes 4 to 7 are the body's checksum, which the header's checksum covers.
        let expected = bit / 8 < 24 ? RecordDefect.headerChecksum : .bodyChecksum
        ByteView.withBytes(of: bytes) { view in
          _ = #expect(throws: expected, "bit \(bit)") { try RecordCodec.decode(view, at: 0) }
        }
      }
    }
  }

  @Test("a record that is cut anywhere is told from one that is damaged")
  func cuts() throws {
    try withRecord("key", "value") { (record) throws in
      for length in 0..<record.bytes.count {
        let expected: RecordDefect = length < 24 ? .headerIncomplete : .bodyIncomplete
        #expect(throws: expected, "cut at \(length)") {
          try RecordCodec.decode(record.bytes.slice(at: 0, count: length), at: 0)
        }
      }
    }
  }

  @Test("a sealed header that says the impossible is refused before its lengths are used")
  func impossible() {
    func decode(_ change: (inout ByteBuffer) -> Void) throws {
      var buffer = ByteBuffer()
      ByteView.withBytes(of: [1, 2, 3]) {
        RecordCodec.append(.value, key: $0, value: $0, to: &buffer)
      }
      RecordCodec.setSequence(1, at: 0, in: &buffer)
      change(&buffer)
      buffer.set(CRC32C.checksum(of: buffer.view.slice(at: 4, count: 20)), at: 0)
      _ = try RecordCodec.decode(buffer.view, at: 0)
    }
    #expect(throws: Never.self) { try decode { _ in } }
    #expect(throws: RecordDefect.impossible("the unknown kind 9")) {
      try decode { $0.set(UInt8(9), at: 15) }
    }
    #expect(throws: RecordDefect.impossible("a key longer than 65536 bytes")) {
      try decode { $0.set(UInt32(65_537) | 1 << 24, at: 12) }
    }
    #expect(throws: RecordDefect.impossible("a value of 4294967295 bytes")) {
      try decode { $0.set(UInt32.max, at: 8) }
    }
    #expect(throws: RecordDefect.impossible("a value of 1 bytes"), "a tombstone with a value") {
      try decode {
        $0.set(UInt32(3) | 2 << 24, at: 12)
        $0.set(UInt32(1), at: 8)
      }
    }
    #expect(throws: RecordDefect.impossible("the sequence number 9223372036854775808")) {
      try decode { $0.set(Record.maximumSequence + 1, at: 16) }
    }
    #expect(throws: Never.self) { try decode { $0.set(Record.maximumSequence, at: 16) } }
    #expect(throws: RecordDefect.bodyIncomplete) { try decode { $0.set(UInt32(1 << 30), at: 8) } }
  }
}

@Suite("Records of a segment")
struct SegmentRecordTests {
  /// A record as a segment has it.
  private func encode(
    _ key: String, _ value: String = "", kind: RecordKind = .value,
    expiresAt: UnixMilliseconds? = nil
  ) -> [UInt8] {
    withRecord(key, value, kind: kind, sequence: 7, expiresAt: expiresAt) { record in
      var buffer = ByteBuffer()
      let keyPlace = SegmentRecord.append(record, to: &buffer)
      #expect(buffer.view.slice(at: keyPlace, count: record.key.count) == record.key)
      #expect(buffer.count == SegmentRecord.size(of: record))
      return buffer.view.array
    }
  }

  private func decode(_ bytes: [UInt8]) throws(RecordDefect) -> (text: String, end: Int) {
    try ByteView.withBytes(of: bytes) { bytes throws(RecordDefect) in
      let (record, end) = try SegmentRecord.decode(bytes, at: 0)
      return (record.description, end)
    }
  }

  @Test(
    "a record comes back as it was, without its number, and takes six bytes beside key and value")
  func roundTrip() throws {
    #expect(encode("apple", "red").count == 6 + 5 + 3)
    #expect(try decode(encode("apple", "red")) == ("put apple = red", 14))
    #expect(try decode(encode("apple", kind: .tombstone)) == ("delete apple", 11))
    #expect(
      try decode(encode("", "x", kind: .expiringValue, expiresAt: 5))
        == ("put  = x until 5", 15))
  }

  @Test(
    "lengths take as many bytes as they need",
    arguments: [0, 31, 32, 127, 128, 8_191, 8_192, 65_536])
  func lengths(length: Int) throws {
    let text = String(repeating: "k", count: length)
    let asKey = encode(text, "v")
    #expect(asKey.count == 4 + (length < 32 ? 1 : length < 4_096 ? 2 : 3) + 1 + length + 1)
    #expect(try decode(asKey) == ("put \(text) = v", asKey.count))
    let asValue = encode("k", text)
    #expect(asValue.count == 4 + 1 + (length < 128 ? 1 : length < 16_384 ? 2 : 3) + 1 + length)
    #expect(try decode(asValue) == ("put k = \(text)", asValue.count))
    for bytes in [asKey, asValue] {
      let shape = ByteView.withBytes(of: bytes) { SegmentRecord.Shape($0, at: 0) }
      #expect(shape.map { 4 + $0.keyLengthSize + $0.valueLengthSize } == shape?.bodyOffset)
      #expect(shape?.size == bytes.count)
    }
  }

  @Test("every flipped bit and every cut is noticed")
  func damage() {
    for sound in [
      encode("key", "value"), encode("key", kind: .tombstone),
      encode("key", String(repeating: "v", count: 300), kind: .expiringValue, expiresAt: 99),
    ] {
      for bit in 0..<8 * sound.count {
        var bytes = sound
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        #expect(throws: RecordDefect.checksum, "bit \(bit)") { try decode(bytes) }
      }
      for length in 0..<sound.count {
        #expect(throws: RecordDefect.checksum, "cut at \(length)") {
          try decode(Array(sound.prefix(length)))
        }
      }
    }
  }

  @Test("what no writer writes is refused, with the right checksum too")
  func impossible() {
    func seal(_ rest: [UInt8]) -> [UInt8] {
      let checksum = ByteView.withBytes(of: rest) { CRC32C.checksum(of: $0) }
      return (0..<4).map { UInt8(truncatingIfNeeded: checksum >> UInt32(8 * $0)) } + rest
    }
    #expect(throws: Never.self) { try decode(seal([1 << 2 | 1, 1, 0x6B, 0x76])) }
    #expect(throws: RecordDefect.impossible("the unknown kind 0")) {
      try decode(seal([1 << 2, 1, 0x6B, 0x76]))
    }
    #expect(throws: RecordDefect.impossible("a value, although it is a tombstone")) {
      try decode(seal([1 << 2 | 2, 1, 0x6B, 0x76]))
    }
    // A key of 65,537 bytes, and a length that never ends.
    let large = seal([0x85, 0x80, 0x10, 0] + [UInt8](repeating: 0, count: 65_537))
    #expect(throws: RecordDefect.checksum) { try decode(large) }
    #expect(throws: RecordDefect.checksum) {
      try decode(seal([UInt8](repeating: 0xFF, count: 64)))
    }
  }
}

@Suite("File headers and names")
struct FileHeaderTests {
  @Test("a header comes back, and each flipped bit of it is refused with its place")
  func header() throws {
    let identity = StoreIdentity(high: 1, low: 2)
    let header = FileHeader(kind: .segment, number: 7, identity: identity)
    var buffer = ByteBuffer()
    header.encode(into: &buffer)
    #expect(buffer.count == FileHeader.size)
    #expect(try FileHeader(decoding: buffer.view, file: "f") == header)
    for bit in 0..<(8 * FileHeader.size) {
      var bytes = buffer.view.array
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      ByteView.withBytes(of: bytes) { view in
        _ = #expect(throws: StoreError.self) { try FileHeader(decoding: view, file: "f") }
      }
    }
    #expect(
      throws: StoreError.corrupt(file: "f", offset: 3, reason: "the file ends within its header")
    ) {
      try FileHeader(decoding: buffer.view.slice(at: 0, count: 3), file: "f")
    }
    #expect(
      throws: StoreError.corrupt(
        file: "f", offset: 16, reason: "this file belongs to another store")
    ) {
      try header.check(kind: .segment, number: 7, identity: .init(high: 1, low: 3), file: "f")
    }
    #expect(throws: StoreError.self) {
      try header.check(kind: .segment, number: 8, identity: identity, file: "f")
    }
    #expect(throws: StoreError.self) {
      try header.check(kind: .log, number: 7, identity: identity, file: "f")
    }
  }

  @Test("a sealed header of another format, or of no kind of file, is refused, and says what to do")
  func impossible() throws {
    var buffer = ByteBuffer()
    FileHeader(kind: .log, number: 7, identity: StoreIdentity(high: 1, low: 2)).encode(
      into: &buffer)
    func decode(_ change: (inout SealedFile) -> Void) throws {
      var file = SealedFile(buffer.view.array)
      change(&file)
      file.seal(.log)
      _ = try ByteView.withBytes(of: file.bytes) { view throws(StoreError) in
        try FileHeader(decoding: view, file: "f")
      }
    }
    func refusal(_ offset: Int, _ reason: String) -> StoreError {
      .corrupt(file: "f", offset: offset, reason: reason)
    }
    #expect(throws: Never.self) { try decode { _ in } }
    #expect(throws: refusal(0, "this is not a file of a Strata store")) {
      try decode { $0.bytes[0] = UInt8(ascii: "S") }
    }
    #expect(throws: refusal(8, "format version 2 is newer than this program; use a newer one")) {
      try decode { $0.set(UInt16(2), at: 8) }
    }
    #expect(throws: refusal(8, "there is no format version 0")) {
      try decode { $0.set(UInt16(0), at: 8) }
    }
    for kind: UInt8 in [0, 4, 255] {
      #expect(throws: refusal(10, "\(kind) is no kind of file")) {
        try decode { $0.bytes[10] = kind }
      }
    }
  }

  @Test("only names that the store itself would give are its own")
  func names() {
    #expect(FileName.of(.log, 7) == "000007.wal")
    #expect(FileName.of(.segment, 1_234_567) == "1234567.seg")
    #expect(FileName.parse("000007.wal")?.number == 7)
    #expect(FileName.parse("1234567.seg")?.kind == .segment)
    for foreign in ["7.wal", "0000007.wal", "000007.wal~", "000007", "+00007.wal", "MANIFEST", ""] {
      #expect(FileName.parse(foreign) == nil, "\(foreign)")
    }
    #expect(FileName.parseTemporary("000007.seg.tmp") == 7)
    #expect(FileName.parseTemporary("MANIFEST.tmp") == 0)
    #expect(FileName.parseTemporary("notes.seg.tmp") == nil)
  }
}
