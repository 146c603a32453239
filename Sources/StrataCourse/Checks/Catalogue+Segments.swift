import StrataCore
import StrataSubjects
import StrataWire

/// Milestone 8: sorted files in which a key is found in one read.
extension Catalogue {
  private static let name = "000001.seg"

  /// So many records in order; every seventh is a tombstone.
  private static func sample(_ count: Int) -> [RecordMessage] {
    (0..<count).map {
      RecordMessage(Bench.key($0), $0 % 7 == 3 ? nil : Value("value \($0)"), 0)
    }
  }

  @discardableResult
  private static func write(
    _ bench: Bench, _ records: [RecordMessage], on ground: Ground, number: Int = 1
  ) throws -> CheckedPart {
    let writer = try bench.part("segment-writer", on: ground, number: number)
    for start in stride(from: 0, to: records.count, by: 500) {
      let piece = records[start..<min(start + 500, records.count)]
      try writer.ask("add", piece.flatMap(\.arguments))
    }
    try writer.ask("finish")
    return writer
  }

  /// What a segment says to a key: which way it went, and what it found.
  private static func found(
    _ answer: WireValue
  ) throws -> (outcome: String, record: RecordMessage?) {
    let answer = try answer.asArray(in: "find")
    let outcome = String(decoding: try answer[0].asBytes(in: "find"), as: UTF8.self)
    return (outcome, answer[1] == .null ? nil : try RecordMessage(answer[1]))
  }

  /// Fails unless the segment has all of these records.
  private static func expect(_ segment: CheckedPart, finds records: [RecordMessage]) throws {
    let answers = try segment.ask("find", each: records.map { [.bulk($0.key.bytes)] })
    for (record, answer) in zip(records, answers) {
      try segment.bench.expect(try found(answer).record, is: record, "find \(record.key)")
    }
  }

  static let segments: [Check] = [
    Check(
      "segment-find", "every key of a segment is found, tombstones too", milestone: 8, .basics,
      points: 3, help: "Filter, index slot, record: and then the whole key is compared."
    ) { bench in
      let ground = bench.disk()
      let records = sample(300)
      try write(bench, records, on: ground)
      let segment = try bench.part("segment", on: ground)
      try expect(segment, finds: records)
    },
    Check(
      "segment-absent", "a key that is not in a segment is not found in it", milestone: 8, .basics,
      points: 2, help: "Two keys may share a fingerprint: compare the key of the record."
    ) { bench in
      let ground = bench.disk()
      try write(bench, sample(300), on: ground)
      let segment = try bench.part("segment", on: ground)
      let keys: [Key] =
        (0..<600).map { Key("k\(1_000 + $0)x") } + ["", "a", "z", "k", "k1000\0"]
      let answers = try segment.ask("find", each: keys.map { [.bulk($0.bytes)] })
      for (key, answer) in zip(keys, answers) {
        try bench.expect(try found(answer).record, is: nil, "find \(key)")
      }
    },
    Check(
      "segment-range-first", "a key outside of the range of keys costs nothing", milestone: 8,
      .work,
      after: ["segment-find"], help: "Compare with the smallest and the largest key first."
    ) { bench in
      let ground = bench.disk()
      try write(bench, sample(50), on: ground)
      let segment = try bench.part("segment", on: ground)
      for key: Key in ["", "a", "k0", "k1050", "z"] {
        let answer = try segment.ask("find", [.bulk(key.bytes)])
        try bench.expect(try found(answer).outcome, is: "out of range", "the way to \(key)")
      }
    },
    Check(
      "segment-many", "thousands of keys of any shape are found in one segment", milestone: 8,
      .agreement, points: 3, after: ["segment-find"],
      help: "Slots may be taken: go on to the next, around the end, as far as the longest way."
    ) { bench in
      let ground = bench.disk()
      var random = bench.random()
      var keys: Set<Key> = ["", Key([0]), Key([0xFF, 0xFF])]
      while keys.count < 3_000 {
        keys.insert(
          Key((0...random.below(12)).map { _ in UInt8(truncatingIfNeeded: random.next()) }))
      }
      let records = keys.sorted().enumerated().map {
        RecordMessage($1, Value("\($0)"), 0)
      }
      try write(bench, records, on: ground)
      let segment = try bench.part("segment", on: ground)
      try expect(segment, finds: records)
    },
    Check(
      "segment-walk", "a walk has all records of a range, in order", milestone: 8, .order,
      points: 2,
      after: ["segment-find"], help: "The fence leads to the block in which a range begins."
    ) { bench in
      let ground = bench.disk()
      let records = sample(100)
      try write(bench, records, on: ground)
      let segment = try bench.part("segment", on: ground)
      let bounds: [Key?] = [nil, "", "k1000", "k1015", "k1016", "k1017x", "k1099", "z"]
      for lower in bounds {
        for upper in bounds {
          let range = KeyRange(from: lower, to: upper)
          try bench.expect(
            try segment.records("walk", walk(range)),
            are: records.filter { range.contains($0.key) }, "the walk")
        }
      }
    },
    Check(
      "segment-order", "records that do not come in order are refused", milestone: 8, .order,
      help: "Keys ascend strictly: neither an earlier key nor the same one may follow."
    ) { bench in
      for second: Key in ["a", "b"] {
        let writer = try bench.part("segment-writer", on: bench.disk())
        try writer.ask("add", RecordMessage("b", "1", 0).arguments)
        let reason = try writer.refusal("add", RecordMessage(second, "2", 0).arguments)
        try bench.expect(reason != nil, "\(second) behind b is refused", actual: "it is added")
      }
    },
    Check(
      "segment-temporary", "a segment has its name only when it is complete", milestone: 8,
      .persistence, points: 2,
      help:
        "Write under a temporary name, and rename at the very end: recovery knows the rest as rubbish."
    ) { bench in
      let ground = bench.disk()
      let writer = try bench.part("segment-writer", on: ground)
      try writer.ask("add", sample(20).flatMap(\.arguments))
      try bench.expect(ground.names.contains(name), is: false, "\(name) is there before finish")
      try writer.ask("finish")
      try bench.expect(ground.names, is: [name], "files after finish")
      let given = try bench.part("segment-writer", on: ground, number: 2)
      try given.ask("add", sample(5).flatMap(\.arguments))
      try given.ask("abandon")
      try bench.expect(ground.names, is: [name], "files after abandoning another one")
    },
    Check(
      "segment-durable", "a finished segment survives a power cut as a whole", milestone: 8,
      .powerCut, points: 2, after: ["segment-find"], help: "Sync the file before it gets its name."
    ) { bench in
      let ground = bench.disk(.barePOSIX)
      let records = sample(100)
      try write(bench, records, on: ground)
      let left = ground.afterPowerCut(.worst, bench.link)
      let segment = try bench.part("segment", on: left)
      try bench.expect(try segment.records("walk", walk()), are: records, "the walk")
    },
    Check(
      "segment-bit-flips", "a flipped bit anywhere is an error, or changes no answer", milestone: 8,
      .corruption, points: 4, after: ["segment-find"], seconds: 30,
      help:
        "Header, footer, pages and records each have a checksum: check it before the bytes are used."
    ) { bench in
      let ground = bench.disk()
      let records = sample(24)
      try write(bench, records, on: ground)
      let whole = ground.bytes(of: name)
      var random = bench.random()
      for _ in 0..<160 {
        let bit = random.below(whole.count * 8)
        let left = bench.copy(of: ground, name, whole.flipping(bit: bit))
        if try bench.openRefusal("segment", on: left) != nil { continue }
        let segment = try bench.part("segment", on: left)
        let answers = try segment.answers("find", each: records.map { [.bulk($0.key.bytes)] })
        for (record, answer) in zip(records, answers) {
          guard let answer else { continue }
          let found = try found(answer).record
          guard found != record else { continue }
          var failure = CheckFailure(
            expected: "find \(record.key): \(record), or an error",
            actual: found.map { "\($0)" } ?? "it is not there")
          failure.bytes = ByteNotes.lines(whole.flipping(bit: bit), file: name, around: bit / 8)
          throw failure
        }
        segment.release()
      }
    },
    Check(
      "segment-cuts", "a segment that was cut off cannot be opened", milestone: 8, .corruption,
      points: 2, after: ["segment-find"],
      help: "The footer comes last, and says where everything lies."
    ) { bench in
      let ground = bench.disk()
      try write(bench, sample(24), on: ground)
      let whole = ground.bytes(of: name)
      for cut in stride(from: 0, to: whole.count, by: max(1, whole.count / 150)) {
        let left = bench.copy(of: ground, name, Array(whole[..<cut]))
        try bench.expect(
          try bench.openRefusal("segment", on: left) != nil,
          "a segment of \(cut) of \(whole.count) bytes: an error", actual: "it is opened")
      }
    },
    Check(
      "segment-identity", "a segment under another number's name is not believed", milestone: 8,
      .corruption, after: ["segment-find"], help: "Its number stands in header and footer."
    ) { bench in
      let ground = bench.disk()
      try write(bench, sample(10), on: ground)
      try write(bench, sample(12), on: ground, number: 2)
      let left = bench.copy(of: ground, name, ground.bytes(of: "000002.seg"))
      try bench.expect(
        try bench.openRefusal("segment", on: left) != nil, "segment 2 as segment 1: an error",
        actual: "it is opened")
    },
    Check(
      "segment-overhead", "a record and its index cost at most 16 bytes beside key and value",
      milestone: 8, .work, points: 2, after: ["segment-find"],
      help:
        "Slots of four bytes, nearly full; a fence entry for every 32nd record; seven bits of filter."
    ) { bench in
      let ground = bench.disk()
      let records = (0..<4_000).map { RecordMessage(Bench.key($0), "0123456789", 0) }
      try write(bench, records, on: ground)
      let recordBytes = records.reduce(0) { $0 + 6 + $1.key.bytes.count + 10 }
      let overhead = ground.bytes(of: name).count - recordBytes
      try bench.expect(
        overhead < 10 * records.count, "less than \(10 * records.count) bytes",
        actual: "\(overhead) bytes")
    },
    Check(
      "segment-sound", "looking at every byte of a segment finds nothing wrong", milestone: 8,
      .corruption, after: ["segment-find"],
      help:
        "Fence, index and filter must lead to every record; the counts of the footer must be right."
    ) { bench in
      let ground = bench.disk()
      try write(bench, sample(400), on: ground)
      let segment = try bench.part("segment", on: ground)
      let problems = try segment.ask("verify").asArray(in: "verify")
      guard let first = problems.first else { return }
      throw CheckFailure(
        expected: "nothing is wrong",
        actual: String(decoding: try first.asBytes(in: "verify"), as: UTF8.self))
    },
  ]
}
