import StrataCore
import StrataSubjects

/// Milestone 4: records that know when they were damaged.
extension Catalogue {
  private static let sample = RecordMessage("apple", "green", 7)
  private static let samples = [
    sample, RecordMessage("apple", nil, 8), RecordMessage("", "", 9),
    RecordMessage("date", "brown", 10, expiresAt: 1_760_000_000_000),
    RecordMessage(Key([0, 0xFF, 10]), Value([UInt8](repeating: 0xAA, count: 300)), 11),
  ]

  static let records: [Check] = [
    Check(
      "record-round-trip", "what was encoded is decoded as it was", milestone: 4, .basics,
      points: 2, help: "Value, tombstone and expiring value: three kinds, one layout."
    ) { bench in
      let codec = try bench.part("codec")
      for record in samples {
        let bytes = try codec.bytes("encode", record.arguments)
        let back = try codec.record("decode", [.bulk(bytes), .integer(0)])
        try bench.expect(back.map { [$0] } ?? [], are: [record], "the decoded record")
      }
    },
    Check(
      "record-layout", "a record has every field where the format page says", milestone: 4,
      .basics, points: 2, help: "Docs/Formats/Record.md; all integers are little-endian."
    ) { bench in
      let codec = try bench.part("codec")
      let bytes = try codec.bytes("encode", sample.arguments)
      var expected = [UInt8](repeating: 0, count: 8)
      expected += [5, 0, 0, 0, 5, 0, 0, 1, 7, 0, 0, 0, 0, 0, 0, 0]
      expected += Array("applegreen".utf8)
      // Both checksums over what is there, so that only the layout is compared here.
      let shown = [UInt8](repeating: 0, count: 8) + bytes.dropFirst(8)
      guard shown != expected else { return }
      var failure = CheckFailure(
        expected: "put apple green @7 as \(expected.count) bytes of this layout",
        actual: "\(bytes.count) bytes of another")
      failure.bytes =
        ["yours:"] + ByteNotes.lines(bytes, file: "record", around: 0) + ["expected (checksums 0):"]
        + ByteNotes.lines(expected, file: "record", around: 0)
      throw failure
    },
    Check(
      "record-checksums", "both checksums are CRC-32C, of the bytes that the format page says",
      milestone: 4, .corruption, points: 2, after: ["record-layout"],
      help: "The header's covers bytes 4 to 23, the body's everything behind byte 23."
    ) { bench in
      let codec = try bench.part("codec")
      for record in samples {
        let bytes = try codec.bytes("encode", record.arguments)
        try ByteView.withBytes(of: bytes) { view in
          guard view.count >= 24 else {
            throw CheckFailure(expected: "at least 24 bytes", actual: "\(view.count) bytes")
          }
          try bench.expect(
            view.uint32(at: 4), is: CRC32C.checksum(of: view.suffix(from: 24)),
            "the body's checksum of \(record)")
          try bench.expect(
            view.uint32(at: 0), is: CRC32C.checksum(of: view.slice(at: 4, count: 20)),
            "the header's checksum of \(record)")
        }
      }
    },
    Check(
      "record-header-bits", "no flipped bit of a header passes", milestone: 4, .corruption,
      points: 3, after: ["record-round-trip"],
      help: "Check the header's checksum before any of its lengths is believed."
    ) { bench in
      let codec = try bench.part("codec")
      let bytes = try codec.bytes("encode", sample.arguments)
      for bit in 0..<(24 * 8) {
        try expectRefusal(
          bench, codec, bytes.flipping(bit: bit), "bit \(bit) of the header flipped")
      }
    },
    Check(
      "record-body-bits", "no flipped bit of a key or a value passes", milestone: 4, .corruption,
      points: 3, after: ["record-round-trip"],
      help: "Check the body's checksum before the key is shown."
    ) { bench in
      let codec = try bench.part("codec")
      for record in samples where record.key != "" {
        let bytes = try codec.bytes("encode", record.arguments)
        for bit in stride(from: 24 * 8, to: min(bytes.count, 60) * 8, by: 1) {
          try expectRefusal(
            bench, codec, bytes.flipping(bit: bit), "bit \(bit) of \(record) flipped")
        }
      }
    },
    Check(
      "record-cut",
      "a record that is cut off says that it ends too early, and a damaged one does not",
      milestone: 4, .corruption, points: 2, after: ["record-round-trip"],
      help: "With a sound header and too few bytes behind it, the body is incomplete: a torn tail."
    ) { bench in
      let codec = try bench.part("codec")
      let bytes = try codec.bytes("encode", sample.arguments)
      for cut in 0..<bytes.count {
        let reason = try codec.refusal("decode", [.bulk(Array(bytes[..<cut])), .integer(0)])
        try bench.expect(
          reason ?? "a record", is: cut < 24 ? "header incomplete" : "body incomplete",
          "the first \(cut) of \(bytes.count) bytes")
      }
      for bit in 0..<(bytes.count * 8) {
        let damaged = bytes.flipping(bit: bit)
        let reason = try codec.refusal("decode", [.bulk(damaged), .integer(0)]) ?? "a record"
        try bench.expect(
          !reason.hasSuffix("incomplete"), "bit \(bit) of a whole record flipped: damaged",
          actual: reason)
      }
    },
    Check(
      "record-one-behind-another", "records are found one behind the other, each at its offset",
      milestone: 4, .basics, after: ["record-round-trip"],
      help: "decode reads at the offset that it is given, and looks at nothing behind its record."
    ) { bench in
      let codec = try bench.part("codec")
      var all: [UInt8] = []
      var offsets: [Int] = []
      for record in samples {
        offsets.append(all.count)
        all += try codec.bytes("encode", record.arguments)
      }
      for (record, offset) in zip(samples, offsets) {
        let back = try codec.record("decode", [.bulk(all), .integer(offset)])
        try bench.expect(back.map { [$0] } ?? [], are: [record], "the record at \(offset)")
      }
      try bench.expect(
        try codec.refusal("decode", [.bulk(all), .integer(all.count)]) ?? "a record",
        is: "header incomplete", "behind the last record")
    },
    Check(
      "record-zeros", "zeros, and other bytes that nobody wrote, are no record", milestone: 4,
      .corruption, help: "Room that was reserved and not used is full of zeros."
    ) { bench in
      let codec = try bench.part("codec")
      try expectRefusal(bench, codec, [UInt8](repeating: 0, count: 64), "64 zeros")
      try expectRefusal(bench, codec, [UInt8](repeating: 0xFF, count: 64), "64 times FF")
      var random = bench.random()
      for _ in 0..<100 {
        let junk = (0..<64).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        try expectRefusal(bench, codec, junk, "64 random bytes")
      }
    },
    Check(
      "record-impossible", "a sound header that says what no writer writes is refused",
      milestone: 4, .corruption, points: 2, after: ["record-checksums"],
      help:
        "Kinds, lengths and sequence numbers have limits; somebody else may compute checksums too."
    ) { bench in
      let codec = try bench.part("codec")
      let bytes = try codec.bytes("encode", sample.arguments)
      for (offset, value, what) in [
        (15, UInt8(9), "the kind 9"), (15, 0, "the kind 0"),
        (23, 0xFF, "a sequence number too large"),
        (14, 0x7F, "a key of 8 million bytes"), (15, 2, "a tombstone with a value"),
      ] {
        var forged = bytes
        forged[offset] = value
        sealHeader(&forged)
        try expectRefusal(bench, codec, forged, what)
      }
    },
    Check(
      "record-random", "thousands of random records come back as they were", milestone: 4,
      .agreement, points: 2, after: ["record-round-trip"],
      help: "Try lengths around 0, 1, 7, 8, 255, 256 and 65,536."
    ) { bench in
      let codec = try bench.part("codec")
      var random = bench.random()
      for number in 1...400 {
        let key = Key((0..<random.below(40)).map { _ in UInt8(truncatingIfNeeded: random.next()) })
        let length = [0, 1, 255, 256, 1_000][random.below(5)]
        let value = Value([UInt8](repeating: UInt8(truncatingIfNeeded: number), count: length))
        let record = RecordMessage(
          key, random.isOne(in: 4) ? nil : value, UInt64(number),
          expiresAt: nil)
        let bytes = try codec.bytes("encode", record.arguments)
        let back = try codec.record("decode", [.bulk(bytes), .integer(0)])
        try bench.expect(back.map { [$0] } ?? [], are: [record], "record \(number)")
      }
    },
  ]

  private static func sealHeader(_ bytes: inout [UInt8]) {
    let sum = ByteView.withBytes(of: bytes) { CRC32C.checksum(of: $0.slice(at: 4, count: 20)) }
    for index in 0..<4 { bytes[index] = UInt8(truncatingIfNeeded: sum >> UInt32(8 * index)) }
  }

  private static func expectRefusal(
    _ bench: Bench, _ codec: CheckedPart, _ bytes: [UInt8], _ what: String
  ) throws {
    guard try codec.refusal("decode", [.bulk(bytes), .integer(0)]) == nil else { return }
    var failure = CheckFailure(expected: "\(what): refused", actual: "\(what): taken for a record")
    failure.bytes = ByteNotes.lines(bytes, file: "record", around: 0)
    throw failure
  }
}
