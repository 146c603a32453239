extension Exercise {
  /// Milestone 4: bytes that know whether they are what was written.
  static let records = [
    Exercise(
      "Strata/Records/RecordCodec.swift", "RecordCodec.append(_:key:value:expiresAt:to:)",
      "static func append(_ kind: RecordKind, key: ByteView, value: ByteView, expiresAt: "
        + "UnixMilliseconds? = nil, to buffer: inout ByteBuffer)",
      points: 3,
      hints: [
        "The table at the head of `RecordCodec` gives the place of every field; all numbers are "
          + "little-endian, as `ByteBuffer.append` writes them.",
        "Leave room for both checksums and the sequence number, append the rest, and set the "
          + "checksum of the body, which begins behind the 24 bytes of the header.",
      ]),
    Exercise(
      "Strata/Records/RecordCodec.swift", "RecordCodec.setSequence(_:at:in:)",
      "static func setSequence(_ sequence: UInt64, at offset: Int, in buffer: inout "
        + "ByteBuffer) -> Int",
      points: 2,
      hints: [
        "The header can be sealed only when the last of its fields is known.",
        "Set the number, then the checksum of bytes 4 to 23. The record ends where its "
          + "lengths say.",
      ]),
    Exercise(
      "Strata/Records/RecordCodec.swift", "RecordCodec.decode(_:at:)",
      "static func decode(_ bytes: ByteView, at offset: Int) throws(RecordDefect) -> Record",
      points: 5,
      helpers: [
        "RecordCodec.defect(of:at:)", "RecordCodec.isWithinLimits(_:)",
        "RecordCodec.limitDefect(_:)",
      ],
      hints: [
        "Which bytes may you believe, and when? A length is only a number until its checksum "
          + "was checked.",
        "Enough bytes for a header, the checksum of the header, limits of what it says, "
          + "enough bytes for the body, the checksum of the body: in this order, each with its "
          + "own `RecordDefect`.",
      ]),
    Exercise(
      "Strata/Records/FileHeader.swift", "FileHeader.isSound(_:)",
      "static func isSound(_ bytes: ByteView) -> Bool",
      points: 1,
      hints: [
        "A file may be shorter than a header.",
        "The last four bytes of the header are the checksum of the 36 before them.",
      ]),
    Exercise(
      "Strata/Records/FileHeader.swift", "FileHeader.init(decoding:file:)",
      "init(decoding bytes: ByteView, file: String) throws(StoreError)",
      points: 3,
      hints: [
        "Say what is wrong, and where: each check has an offset.",
        "Length, magic, checksum, version, kind, in this order: who reads a file of another "
          + "program should be told so, and not that a checksum is wrong.",
      ]),
    Exercise(
      "Strata/Records/FileHeader.swift", "FileHeader.check(kind:number:identity:file:)",
      "func check(kind: FileKind, number: UInt32, identity: StoreIdentity, file: String) "
        + "throws(StoreError)",
      points: 1,
      hints: [
        "A sound file may still be the wrong one.",
        "Compare kind, number and identity, and name the offset of the first that differs.",
      ]),
  ]
}
