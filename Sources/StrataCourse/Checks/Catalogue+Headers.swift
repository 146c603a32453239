import StrataCore
import StrataSubjects
import StrataWire

/// Milestone 4 beside the records: the first 40 bytes of every file.
extension Catalogue {
  /// The kind and the number of the header that is examined: log 7.
  private static let expected: [WireValue] = [.integer(2), .integer(7)]

  static let headers: [Check] = [
    Check(
      "header-round-trip", "a file's header is read as it was written", milestone: 4, .basics,
      help: "Docs/Formats/README.md: magic, version, kind, number, identity, checksum."
    ) { bench in
      let header = try bench.part("file-header")
      for (kind, number) in [(1, 0), (2, 7), (3, 4_000_000_000)] {
        let fields: [WireValue] = [.integer(kind), .integer(number)]
        let bytes = try header.bytes("encode", fields)
        try bench.expect(bytes.count, is: 40, "bytes of a header")
        try bench.expect(
          try header.number("decode", [.bulk(bytes)] + fields), is: number, "the number")
      }
    },
    Check(
      "header-bits", "no flipped bit of a file's header passes, and no header that is cut off",
      milestone: 4, .corruption, points: 2, after: ["header-round-trip"],
      help: "Magic and checksum first; nothing else is believed before."
    ) { bench in
      let header = try bench.part("file-header")
      let bytes = try header.bytes("encode", expected)
      for bit in 0..<320 {
        let reason = try header.refusal("decode", [.bulk(bytes.flipping(bit: bit))] + expected)
        try bench.expect(
          reason != nil, "bit \(bit % 8) of byte \(bit / 8) flipped: refused", actual: "it is read")
      }
      for cut in 0..<40 {
        let reason = try header.refusal("decode", [.bulk(Array(bytes[..<cut]))] + expected)
        try bench.expect(reason != nil, "cut off at byte \(cut): refused", actual: "it is read")
      }
    },
    Check(
      "header-other-file", "a sound header of another file is refused", milestone: 4, .corruption,
      after: ["header-round-trip"],
      help: "Kind, number and identity: somebody may have renamed or copied a file."
    ) { bench in
      let header = try bench.part("file-header")
      let bytes = try header.bytes("encode", expected)
      for other in [(3, 7), (2, 8)] {
        let reason = try header.refusal(
          "decode", [.bulk(bytes), .integer(other.0), .integer(other.1)])
        try bench.expect(
          reason != nil, "log 7 in the place of kind \(other.0), number \(other.1): refused",
          actual: "it is read")
      }
      var foreign = bytes
      foreign[16] ^= 0xFF
      let sum = ByteView.withBytes(of: foreign) { CRC32C.checksum(of: $0.slice(at: 0, count: 36)) }
      for index in 0..<4 {
        foreign[36 + index] = UInt8(truncatingIfNeeded: sum >> UInt32(8 * index))
      }
      try bench.expect(
        try header.refusal("decode", [.bulk(foreign)] + expected) != nil,
        "a log of another store: refused", actual: "it is read")
    },
  ]

  /// Milestone 7 beside the single log: what the store knows of its logs.
  static let logSets: [Check] = [
    Check(
      "logs-know-synced", "the logs know up to which change everything survives a power cut",
      milestone: 7, .powerCut, points: 2, after: ["wal-sync"],
      help: "sync notes the last change that was appended before it, and nothing that came later."
    ) { bench in
      let ground = bench.disk(.barePOSIX)
      let logs = try bench.part("log-set", on: ground)
      try bench.expect(try logs.number("synced"), is: 0, "synced at first")
      for number in 1...6 {
        let change = WriteBatch([.put(Bench.key(number), "x", expiresAt: nil)])
        try logs.ask("append", [.integer(number), .integer(0)] + ChangesMessage.encode(change))
        try bench.expect(
          try logs.number("synced"), is: (number - 1) / 2 * 2, "synced after change \(number)")
        guard number % 2 == 0 else { continue }
        try bench.expect(try logs.ask("sync"), is: .integer(number), "what sync answers")
        try bench.expect(try logs.ask("sync"), is: .null, "what a second sync answers")
        let left = ground.afterPowerCut(.worst, bench.link)
        try bench.expect(
          left.bytes(of: "000001.wal") == ground.bytes(of: "000001.wal"),
          "after sync, a power cut takes nothing of the log", actual: "bytes are lost")
      }
    }
  ]

  /// Milestone 9: what takes more than one writer, or more than one run.
  static let storeMore: [Check] = [
    Check(
      "store-many-writers", "what several writers put at the same time is all there", milestone: 9,
      .concurrency, points: 2, after: ["store-basics"], seconds: 40, page: "14-many-threads",
      help:
        "Whoever has the turn writes for those who wait; everybody's change gets a number of its own."
    ) { bench in
      let ground = bench.disk()
      // A disk that is slow to sync, so that writers do wait for each other.
      ground.simulated?.interceptor = { call in
        if call.kind == .syncFile { WorkerThread.sleep(milliseconds: 2) }
        return .success
      }
      let store = try bench.open(.lsm, on: ground)
      let outcome = ThreadOutcome()
      let writers = (0..<3).map { lane in
        bench.thread {
          do {
            for number in 0..<15 {
              try store.put(Key("\(lane) \(number)"), Value("\(number)"), lane: lane)
            }
          } catch { outcome.note(error) }
        }
      }
      for writer in writers { writer.join() }
      if let failure = outcome.failure { throw failure }
      for lane in 0..<3 {
        for number in 0..<15 { try store.get(Key("\(lane) \(number)"), is: Value("\(number)")) }
      }
      try bench.expect(try store.statistics().lastSequence, is: 45, "the last change")
    },
    Check(
      "store-flushed-tombstone", "a tombstone that was flushed still hides what is below it",
      milestone: 9, .basics, points: 2, after: ["store-tombstone-hides"],
      help: "A flush may leave a tombstone out only when no older run can hold its key."
    ) { bench in
      let store = try bench.open(.lsm)
      try store.put(each: (0..<10).map { (Bench.key($0), "x") })
      try store.flush()
      for number in 0..<10 where number % 2 == 0 { try store.delete(Bench.key(number)) }
      try store.delete("k0")
      try store.delete("z")
      try store.flush()
      try store.get(each: (0..<10).map { (Bench.key($0), $0 % 2 == 0 ? nil : "x") })
    },
  ]
}
