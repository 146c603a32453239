import StrataCore

/// Milestone 9: log, memtable and segments make a store.
extension Catalogue {
  static let store: [Check] = [
    Check(
      "store-basics", "puts, gets and deletes answer as the contract says", milestone: 9, .basics,
      points: 2, help: "Into the log, then into the memtable; read from the memtable first."
    ) { bench in
      let store = try bench.open(.lsm)
      try store.performChanges { try store.holds($0) }
      try store.put("", "")
      try store.get("", is: "")
      try store.get("nobody", is: nil)
    },
    Check(
      "store-flush-same", "after a flush, every key holds what it held before", milestone: 9,
      .basics, points: 2, after: ["store-basics"],
      help: "The frozen memtable becomes a segment; readers turn to it when it is complete."
    ) { bench in
      let store = try bench.open(.lsm)
      try store.put(each: (0..<80).map { (Bench.key($0), Value("value \($0)")) })
      try store.flush()
      try store.get(each: (0..<80).map { (Bench.key($0), Value("value \($0)")) })
      try store.get("k1080", is: nil)
      try store.get("k1040x", is: nil)
    },
    Check(
      "store-newest-first",
      "of several answers, the newest counts: memory before segments, young before old",
      milestone: 9, .order, points: 3, after: ["store-flush-same"],
      help:
        "Ask the active memtable, the frozen ones, then the runs, newest first; the first opinion counts."
    ) { bench in
      let store = try bench.open(.lsm)
      for round in 0..<4 {
        for number in stride(from: 0, to: 12, by: round + 1) {
          try store.put(Bench.key(number), Value("round \(round)"))
        }
        if round < 3 { try store.flush() }
        for number in 0..<12 {
          let newest = (0...round).last { number % ($0 + 1) == 0 } ?? 0
          try store.get(Bench.key(number), is: Value("round \(newest)"))
        }
      }
    },
    Check(
      "store-tombstone-hides", "a tombstone in memory hides what a segment holds", milestone: 9,
      .basics, points: 2, after: ["store-flush-same"],
      help: "A tombstone is an answer: the search ends there, and does not go on to older places."
    ) { bench in
      let store = try bench.open(.lsm)
      try store.put("a", "1")
      try store.put("b", "2")
      try store.flush()
      try store.delete("a")
      try store.get("a", is: nil)
      try store.contains("a", is: false)
      try store.get("b", is: "2")
      try store.put("a", "3")
      try store.get("a", is: "3")
    },
    Check(
      "store-flush-empty", "a flush of nothing does nothing", milestone: 9, .basics,
      help: "An empty memtable needs no segment, and no new log."
    ) { bench in
      let store = try bench.open(.lsm)
      try store.flush()
      try store.put("a", "1")
      try store.flush()
      try store.flush()
      try store.get("a", is: "1")
      let levels = try store.statistics().levels
      try bench.expect(levels.map(\.segments), is: [1], "segments on each level")
    },
    Check(
      "store-log-goes", "when a memtable has become a segment, its log is removed", milestone: 9,
      .work, points: 2, after: ["store-flush-same"],
      help: "A log is needed until the manifest names the segment, and not a moment longer."
    ) { bench in
      let ground = bench.disk()
      let store = try bench.open(.lsm, on: ground)
      for _ in 0..<3 {
        try store.put(each: (0..<20).map { (Bench.key($0), "x") })
        try store.flush()
      }
      let logs = ground.names.filter { $0.hasSuffix(".wal") }
      try bench.expect(logs.count, is: 1, "logs after three flushes")
      try bench.expect(
        ground.names.filter { $0.hasSuffix(".seg") }.count, is: 3, "segments after three flushes")
    },
    Check(
      "store-freezes", "a full memtable is frozen, and writing goes on in a new one", milestone: 9,
      .basics, points: 2, after: ["store-flush-same"],
      help:
        "When its memory has reached the limit: a new memtable with a new log; the old one waits."
    ) { bench in
      let store = try bench.open(.lsm.with("memtable=20000"))
      try store.put(each: (0..<600).map { (Bench.key($0), Value("value \($0)")) })
      while try store.maintain() {}
      try store.get(each: (0..<600).map { (Bench.key($0), Value("value \($0)")) })
      let flushes = try store.statistics().writes.flushes
      try bench.expect(flushes > 0, "a memtable was flushed", actual: "none was")
    },
    Check(
      "store-put-cost", "a put is one append and one sync, and reads nothing", milestone: 9, .work,
      points: 2, after: ["store-basics"],
      help: "The record is encoded once; the frame goes to the log in one piece."
    ) { bench in
      let ground = bench.disk()
      let meter = Meter(ground)
      let store = try bench.open(.lsm, on: ground)
      try store.put("first", "1")
      for number in 0..<10 {
        let work = try meter.work { try store.put(Bench.key(number), "0123456789") }
        try bench.expect(
          [work[.append], work[.syncFile], work.reads], is: [1, 1, 0], "appends, syncs, reads")
        try bench.expect(work.bytesAppended, is: 32 + 24 + 15, "bytes appended")
      }
    },
    Check(
      "store-batch-cost", "a batch of a hundred changes is one append and one sync", milestone: 9,
      .work, after: ["store-put-cost"], help: "One frame for the whole batch."
    ) { bench in
      let ground = bench.disk()
      let meter = Meter(ground)
      let store = try bench.open(.lsm, on: ground)
      try store.put("first", "1")
      var batch = WriteBatch()
      for number in 0..<100 { batch.put(Bench.key(number), "0123456789") }
      let work = try meter.work { try store.apply(batch) }
      try bench.expect([work[.append], work[.syncFile]], is: [1, 1], "appends, syncs")
    },
    Check(
      "store-system-no-sync", "without a promise about power cuts, a put does not sync",
      milestone: 9, .work, after: ["store-put-cost"],
      help: "durability system: the operating system writes when it likes."
    ) { bench in
      let ground = bench.disk()
      let meter = Meter(ground)
      let store = try bench.open(.lsm.with("durability=system"), on: ground)
      try store.put("first", "1")
      let work = try meter.work {
        try store.put(each: (0..<20).map { (Bench.key($0), "x") })
      }
      try bench.expect(work[.syncFile], is: 0, "syncs for 20 puts")
    },
    Check(
      "store-read-cost", "a get of a present key reads one record, of an absent one none",
      milestone: 9, .work, points: 3, after: ["store-newest-first"],
      help: "Key range, filter and index are asked before any record is touched."
    ) { bench in
      let store = try bench.open(.lsm.unsynced)
      for round in 0..<3 {
        try store.put(each: stride(from: round, to: 120, by: 3).map { (Bench.key($0), "x") })
        try store.flush()
      }
      let before = try store.statistics().reads
      try store.get(each: (0..<120).map { (Bench.key($0), "x") })
      let present = try store.statistics().reads
      try bench.expect(
        present.recordsRead - before.recordsRead, is: 120, "records read for 120 present keys")
      try store.get(each: (0..<120).map { (Key("k\(1_000 + $0)x"), nil) })
      let absent = try store.statistics().reads
      try bench.expect(
        absent.recordsRead - present.recordsRead, is: 0, "records read for 120 absent keys")
    },
    Check(
      "store-limits", "keys and values that are too long are refused, and nothing is written",
      milestone: 9, .basics, help: "Check lengths before anything is encoded."
    ) { bench in
      let ground = bench.disk()
      let store = try bench.open(.lsm, on: ground)
      try store.put("a", "1")
      let before = ground.totalBytes
      let long = [UInt8](repeating: 65, count: Key.maximumLength + 1)
      let error = try store.failure("put", [.bulk(long), .bulk("x"), .null])
      guard case .invalidArgument? = error else {
        throw CheckFailure(
          expected: "an error about the argument", actual: error.map { "\($0)" } ?? "no error")
      }
      try bench.expect(ground.totalBytes, is: before, "bytes of all files")
      try store.put(Key([UInt8](repeating: 66, count: Key.maximumLength)), "longest")
      try store.get(Key([UInt8](repeating: 66, count: Key.maximumLength)), is: "longest")
    },
    Check(
      "store-closed", "a closed engine answers nothing any more", milestone: 9, .basics,
      help: "Every call asks the store's status first."
    ) { bench in
      let store = try bench.open(.lsm)
      try store.put("a", "1")
      try store.close()
      for verb in ["get", "delete"] {
        let error = try store.failure(verb, [.bulk("a")])
        try bench.expect(
          error == .closed, "\(verb) fails because the store is closed",
          actual: error.map { "\($0)" } ?? "it answers")
      }
    },
  ]
}
