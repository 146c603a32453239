import StrataCore
import StrataSubjects
import StrataWire

/// Milestone 7: the file that makes a change durable.
extension Catalogue {
  /// A log with five frames: one change, a batch of three, and again.
  private struct SampleLog {
    let ground: Ground
    var records: [RecordMessage] = []
    /// Where each frame ends, the header first.
    var ends = [40]

    init(_ bench: Bench, mark: Bool = true) throws {
      ground = bench.disk()
      let log = try bench.part("log", on: ground)
      var next: UInt64 = 1
      for frame in 0..<5 {
        var batch = WriteBatch()
        for change in 0..<(frame % 2 == 0 ? 1 : 3) {
          let (key, value) = (Key("k\(frame).\(change)"), Value("value \(frame)"))
          let isDeletion = change == 2
          if isDeletion { batch.delete(key) } else { batch.put(key, value) }
          records.append(RecordMessage(key, isDeletion ? nil : value, next))
          next += 1
        }
        let first = Int(next) - batch.count
        let size = try log.number(
          "append",
          [.integer(first), .integer(mark ? first - 1 : 0)] + ChangesMessage.encode(batch))
        try log.ask("sync")
        ends.append(size)
      }
      try log.ask("close")
    }

    /// The records of the first frames that end at or before this byte.
    func prefix(endingAt size: Int) -> [RecordMessage] {
      let frames = ends.dropFirst().prefix { $0 <= size }.count
      let counts = [1, 3, 1, 3, 1]
      return Array(records.prefix(counts.prefix(frames).reduce(0, +)))
    }
  }

  private static let name = "000001.wal"

  private static func read(
    _ bench: Bench, _ ground: Ground, flushed: Int = 0, _ numbers: [Int] = [1]
  ) throws -> (records: [RecordMessage], tear: String?) {
    let reader = try bench.part("log-reader", on: ground)
    let answer = try reader.ask("read", [.integer(flushed)] + numbers.map { .integer($0) })
      .asArray(in: "read")
    let tear =
      answer[2] == .null ? nil : String(decoding: try answer[2].asBytes(in: "read"), as: UTF8.self)
    return (try RecordMessage.list(answer[0]), tear)
  }

  private static func readRefusal(
    _ bench: Bench, _ ground: Ground, flushed: Int = 0
  ) throws -> String? {
    try bench.part("log-reader", on: ground).refusal("read", [.integer(flushed), .integer(1)])
  }

  static let log: [Check] = [
    Check(
      "wal-read-back", "what was appended is read back, in order", milestone: 7, .basics, points: 2,
      help: "A frame is a header and the records of a batch; the next one follows directly."
    ) { bench in
      let sample = try SampleLog(bench)
      let (records, tear) = try read(bench, sample.ground)
      try bench.expect(records, are: sample.records, "the records of the log")
      try bench.expect(tear, is: nil, "where the log is torn")
    },
    Check(
      "wal-layout", "a frame has every field where the format page says", milestone: 7, .basics,
      points: 2, help: "Docs/Formats/Log.md: length, first change, mark, count, number of the log."
    ) { bench in
      let sample = try SampleLog(bench)
      let bytes = sample.ground.bytes(of: name)
      try ByteView.withBytes(of: bytes) { view in
        guard view.holds(32, at: sample.ends[1]) else {
          throw CheckFailure(expected: "a second frame", actual: "\(view.count) bytes")
        }
        let frame = view.slice(at: sample.ends[1], count: 32)
        let fields: [(String, UInt64, Int)] = [
          (
            "length of the records", UInt64(frame.uint32(at: 4)),
            sample.ends[2] - sample.ends[1] - 32
          ),
          ("first change", frame.uint64(at: 8), 2), ("synced mark", frame.uint64(at: 16), 1),
          ("records", UInt64(frame.uint32(at: 24)), 3),
          ("number of the log", UInt64(frame.uint32(at: 28)), 1),
        ]
        for (what, actual, expected) in fields {
          guard actual != UInt64(expected) else { continue }
          var failure = CheckFailure(expected: "\(what): \(expected)", actual: "\(actual)")
          failure.bytes = ByteNotes.lines(bytes, file: name, around: sample.ends[1])
          throw failure
        }
      }
    },
    Check(
      "wal-born-durable", "a log's header and its name are on the disk before anything is appended",
      milestone: 7, .powerCut, points: 2,
      help: "Append the header, sync the file, sync the directory."
    ) { bench in
      let ground = bench.disk(.barePOSIX)
      let log = try bench.part("log", on: ground)
      let left = ground.afterPowerCut(.worst, bench.link)
      try bench.expect(left.names, is: [name], "files after a power cut")
      try bench.expect(left.bytes(of: name).count, is: 40, "bytes of the log after a power cut")
      log.release()
    },
    Check(
      "wal-sync", "what was appended before a sync survives a power cut, whatever else is lost",
      milestone: 7, .powerCut, points: 2, after: ["wal-read-back"],
      help: "sync returns when the file's bytes are on the disk; it is the log's promise."
    ) { bench in
      let ground = bench.disk(.barePOSIX)
      let log = try bench.part("log", on: ground)
      for number in 1...6 {
        try log.ask(
          "append",
          [.integer(number), .integer(0)]
            + ChangesMessage.encode(WriteBatch([.put(Bench.key(number), "x", expiresAt: nil)])))
        if number % 2 == 0 { try log.ask("sync") }
        let left = ground.afterPowerCut(.worst, bench.link)
        let (records, _) = try read(bench, left)
        try bench.expect(records.count, is: number / 2 * 2, "records after a power cut")
      }
    },
    Check(
      "wal-cuts",
      "a log that was cut off anywhere holds the frames before the cut, and no half batch",
      milestone: 7, .corruption, points: 3, after: ["wal-read-back"],
      help: "A frame counts if its header and every record in it are sound."
    ) { bench in
      let sample = try SampleLog(bench)
      let whole = sample.ground.bytes(of: name)
      for cut in 40...whole.count {
        let left = bench.copy(of: sample.ground, name, Array(whole[..<cut]))
        let (records, _) = try read(bench, left)
        try bench.expect(
          records, are: sample.prefix(endingAt: cut), "the records of \(cut) bytes")
      }
    },
    Check(
      "wal-zeros", "zeros behind the last frame are room that was not used", milestone: 7,
      .corruption, after: ["wal-read-back"], help: "The log ends where nothing but zeros follow."
    ) { bench in
      let sample = try SampleLog(bench)
      let bytes = sample.ground.bytes(of: name) + [UInt8](repeating: 0, count: 500)
      let (records, tear) = try read(bench, bench.copy(of: sample.ground, name, bytes))
      try bench.expect(records, are: sample.records, "the records")
      try bench.expect(tear, is: nil, "where the log is torn")
    },
    Check(
      "wal-damage-or-tear",
      "damage before a frame that vouches for it is an error, not a torn tail",
      milestone: 7, .corruption, points: 4, after: ["wal-cuts"], seconds: 30,
      help: "A sound frame whose mark covers the bad one proves that it once was on the disk."
    ) { bench in
      let sample = try SampleLog(bench)
      let whole = sample.ground.bytes(of: name)
      var random = bench.random()
      // The last frame's mark covers all frames before it.
      for _ in 0..<200 {
        let bit = 40 * 8 + random.below((sample.ends[4] - 40) * 8)
        let left = bench.copy(of: sample.ground, name, whole.flipping(bit: bit))
        guard try readRefusal(bench, left) == nil else { continue }
        var failure = CheckFailure(
          expected: "an error: the last frame says that these bytes were synced",
          actual: "the log is read as if it had been cut off")
        failure.bytes = ByteNotes.lines(whole.flipping(bit: bit), file: name, around: bit / 8)
        throw failure
      }
    },
    Check(
      "wal-torn-tail", "damage that nothing vouches for is a torn tail: it is dropped",
      milestone: 7,
      .corruption, points: 2, after: ["wal-cuts"],
      help: "A power cut may leave any rubbish in what was never synced. That is no error."
    ) { bench in
      let sample = try SampleLog(bench, mark: false)
      let whole = sample.ground.bytes(of: name)
      var random = bench.random()
      for _ in 0..<150 {
        let bit = 40 * 8 + random.below((whole.count - 40) * 8)
        let left = bench.copy(of: sample.ground, name, whole.flipping(bit: bit))
        let (records, tear) = try read(bench, left)
        try bench.expect(
          records, are: sample.prefix(endingAt: bit / 8), "the records before the damage")
        try bench.expect(tear != nil, "the reader says where it stopped", actual: "it says nothing")
      }
    },
    Check(
      "wal-header-damage", "a damaged file header is an error", milestone: 7, .corruption,
      after: ["wal-read-back"], help: "The header was synced before the first frame was written."
    ) { bench in
      let sample = try SampleLog(bench)
      let whole = sample.ground.bytes(of: name)
      for bit in 0..<(40 * 8) {
        let left = bench.copy(of: sample.ground, name, whole.flipping(bit: bit))
        try bench.expect(
          try readRefusal(bench, left) != nil, "bit \(bit) of the file header flipped: an error",
          actual: "the log is read")
      }
    },
    Check(
      "wal-gap", "frames that do not follow each other are never spliced together", milestone: 7,
      .corruption, points: 2, after: ["wal-read-back"],
      help: "The first change of a frame is the one behind the last change of the frame before."
    ) { bench in
      let sample = try SampleLog(bench)
      let whole = sample.ground.bytes(of: name)
      let without = Array(whole[..<sample.ends[1]] + whole[sample.ends[2]...])
      let twice = Array(whole[..<sample.ends[2]] + whole[sample.ends[1]...])
      for (bytes, what) in [(without, "a frame is missing"), (twice, "a frame is there twice")] {
        try bench.expect(
          try readRefusal(bench, bench.copy(of: sample.ground, name, bytes)) != nil,
          "\(what): an error", actual: "the log is read")
      }
    },
    Check(
      "wal-flushed", "a log begins behind what is in segments, or it is refused", milestone: 7,
      .corruption, after: ["wal-gap"], help: "The reader is told which change was flushed last."
    ) { bench in
      let sample = try SampleLog(bench)
      try bench.expect(
        try readRefusal(bench, sample.ground, flushed: 4) != nil,
        "changes up to 4 are flushed, and the log begins at 1: an error", actual: "it is read")
    },
    Check(
      "wal-resume", "going on with a torn log cuts the tail off for good", milestone: 7, .powerCut,
      points: 3, after: ["wal-sync"],
      help:
        "Truncate, sync, and only then append: or a second crash shows the old tail behind the new frames."
    ) { bench in
      let sample = try SampleLog(bench)
      let whole = sample.ground.bytes(of: name)
      let torn = bench.copy(of: sample.ground, name, Array(whole.dropLast(3)))
      let log = try bench.part("log", on: torn, number: 1, .integer(sample.ends[4]))
      let cut = torn.afterPowerCut(.worst, bench.link)
      try bench.expect(cut.bytes(of: name).count, is: sample.ends[4], "bytes after a power cut")
      try log.ask(
        "append",
        [.integer(9), .integer(8)]
          + ChangesMessage.encode(WriteBatch([.put("new", "1", expiresAt: nil)])))
      try log.ask("sync")
      let (records, _) = try read(bench, torn.afterPowerCut(.worst, bench.link))
      try bench.expect(
        records, are: Array(sample.records.prefix(8)) + [RecordMessage("new", "1", 9)],
        "the records after going on")
    },
    Check(
      "wal-one-append", "a batch is one append of one frame, however many changes it has",
      milestone: 7, .work, after: ["wal-read-back"],
      help: "Put the frame together in memory; the file gets it in one piece."
    ) { bench in
      let ground = bench.disk()
      let meter = Meter(ground)
      let log = try bench.part("log", on: ground)
      var batch = WriteBatch()
      for number in 0..<100 { batch.put(Bench.key(number), "0123456789") }
      let work = try meter.work {
        try log.ask("append", [.integer(1), .integer(0)] + ChangesMessage.encode(batch))
      }
      try bench.expect(work[.append], is: 1, "appends")
      try bench.expect(work.bytesAppended, is: 32 + 100 * (24 + 15), "bytes appended")
    },
  ]
}
