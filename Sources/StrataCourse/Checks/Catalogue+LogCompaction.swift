import StrataCore

/// Milestone 3: the log without what is overwritten or deleted.
extension Catalogue {
  static let logCompaction: [Check] = [
    Check(
      "compact-same-answers", "after compacting, every key holds what it held before",
      milestone: 3, .compaction, points: 2,
      help: "Copy the newest line of each key that holds something, and nothing else."
    ) { bench in
      let store = try bench.open(.indexedLog)
      let model = try store.performChanges()
      try store.compact()
      try store.holds(model)
      try store.reopen()
      try store.holds(model)
    },
    Check(
      "compact-smaller", "compacting makes the log smaller, and says by how many bytes",
      milestone: 3, .compaction, points: 2,
      help: "What compact returns is the old size of the log minus the new one."
    ) { bench in
      let ground = bench.disk()
      let store = try bench.open(.indexedLog, on: ground)
      try store.put(each: (0..<100).map { (Bench.key($0 % 10), Value("value \($0)")) })
      let before = ground.bytes(of: "log.jsonl").count
      let reclaimed = try store.compact()
      let after = ground.bytes(of: "log.jsonl").count
      try bench.expect(reclaimed, is: before - after, "bytes reclaimed")
      try bench.expect(
        after * 8 < before, "ten lines of a hundred are left, so less than an eighth",
        actual: "\(after) of \(before) bytes are left")
    },
    Check(
      "compact-no-tombstones", "no tombstone is left in a compacted log", milestone: 3,
      .compaction, points: 2,
      help: "There is no older file in which a deleted key could still be found."
    ) { bench in
      let ground = bench.disk()
      let store = try bench.open(.indexedLog, on: ground)
      try store.put("a", "1")
      try store.put("b", "2")
      try store.delete("a")
      try store.delete("never")
      try store.compact()
      let text = String(decoding: ground.bytes(of: "log.jsonl"), as: UTF8.self)
      try bench.expect(text, is: "{\"key\":\"b\",\"value\":\"2\"}\n", "log.jsonl")
    },
    Check(
      "compact-no-resurrection", "what was deleted never comes back, however often one compacts",
      milestone: 3, .compaction, points: 3, after: ["compact-same-answers"],
      help: "Drop a tombstone only together with every older line of its key."
    ) { bench in
      let store = try bench.open(.indexedLog)
      for round in 0..<4 {
        try store.put("a", Value("\(round)"))
        try store.put("b", Value("\(round)"))
        try store.delete("a")
        try store.compact()
        try store.get("a", is: nil)
        try store.reopen()
        try store.get("a", is: nil)
        try store.get("b", is: Value("\(round)"))
      }
    },
    Check(
      "compact-nothing", "a log without anything superfluous is left alone", milestone: 3, .work,
      help: "When every line is somebody's newest, compact returns 0 and writes nothing."
    ) { bench in
      let ground = bench.disk()
      let meter = Meter(ground)
      let store = try bench.open(.indexedLog, on: ground)
      try store.put(each: (0..<10).map { (Bench.key($0), "x") })
      let work = try meter.work { try bench.expect(try store.compact(), is: 0, "bytes reclaimed") }
      try bench.expect(work.bytesAppended, is: 0, "bytes written")
    },
    Check(
      "compact-write-once",
      "compacting writes each living entry once, and reads the log once or twice",
      milestone: 3, .work, points: 2, after: ["compact-smaller"],
      help: "One walk over the old log; what is living goes to the new one in large appends."
    ) { bench in
      let ground = bench.disk()
      let meter = Meter(ground)
      let store = try bench.open(.indexedLog, on: ground)
      try store.put(each: (0..<300).map { (Bench.key($0 % 30), Value("value \($0)")) })
      let before = ground.bytes(of: "log.jsonl").count
      let work = try meter.work { try store.compact() }
      let after = ground.bytes(of: "log.jsonl").count
      try bench.expect(work.bytesAppended, is: after, "bytes written")
      try bench.expect(
        work.bytesRead <= 3 * before, "at most three times the log's \(before) bytes are read",
        actual: "\(work.bytesRead) bytes are read")
    },
    Check(
      "compact-then-write", "what is written after compacting goes to the new log", milestone: 3,
      .persistence, points: 2, after: ["compact-same-answers"],
      help: "Readers and writers must both turn to the new file when it has taken the log's name."
    ) { bench in
      let store = try bench.open(.indexedLog, on: bench.realDisk())
      try store.put("a", "1")
      try store.put("a", "2")
      try store.compact()
      try store.put("b", "3")
      try store.get("a", is: "2")
      try store.get("b", is: "3")
      try store.crash()
      try store.get("a", is: "2")
      try store.get("b", is: "3")
    },
    Check(
      "compact-rubbish", "an unfinished compaction is cleared away when the store is opened",
      milestone: 3, .kill, help: "A temporary file that nobody renamed is rubbish of a crash."
    ) { bench in
      let ground = bench.disk()
      let store = try bench.open(.indexedLog, on: ground)
      try store.put("a", "1")
      try store.close()
      let directory = try ground.simulated?.openDirectory(ground.path, creating: false)
      try directory?.create("log.jsonl.tmp").close()
      directory?.close()
      let again = try bench.open(.indexedLog, on: ground)
      try again.get("a", is: "1")
      try bench.expect(ground.names, is: ["log.jsonl"], "files")
      try again.put("a", "2")
      try again.compact()
      try again.get("a", is: "2")
    },
    Check(
      "compact-power-cut", "a power cut at any step of a compaction loses nothing", milestone: 3,
      .powerCut, points: 4, after: ["compact-same-answers"], seconds: 30,
      help: "Sync the new file before the rename, and the directory after it."
    ) { bench in
      try PowerCutRun(
        bench: bench, setup: .indexedLog, deeds: bench.crashDeeds(upkeep: [.compact])
      ).run()
    },
    Check(
      "compact-agrees", "with compactions in between, random operations are answered as by a model",
      milestone: 3, .agreement, points: 3, after: ["compact-same-answers"], seconds: 30,
      help: "The script below is the shortest that was found; do it by hand, step by step."
    ) { bench in
      try AgreementRun(
        bench: bench, setup: .indexedLog, weights: .init(scan: 3, compact: 3)
      ).run(sequences: 3, deeds: 60)
    },
  ]
}
