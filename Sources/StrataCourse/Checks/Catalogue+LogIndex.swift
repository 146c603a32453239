import StrataCore

/// Milestone 2: where the newest line of each key lies.
extension Catalogue {
  static let logIndex: [Check] = [
    Check(
      "index-get", "with an index, gets answer what they answered without", milestone: 2, .basics,
      points: 2, help: "The index only says where to look; the line says what the key holds."
    ) { bench in
      let ground = bench.disk()
      let meter = Meter(ground)
      let store = try bench.open(.indexedLog, on: ground)
      try store.put("a", "1")
      try store.put("b", "2")
      try store.put("a", "3")
      try store.delete("b")
      let work = try meter.work { try store.get("a", is: "3") }
      try bench.expect(
        work.bytesRead < 60, "the index is used: one entry is read, and not the whole log",
        actual: "\(work.bytesRead) bytes are read")
      try store.get("b", is: nil)
      try store.get("c", is: nil)
      try store.put("b", "4")
      try store.get("b", is: "4")
    },
    Check(
      "index-one-read", "a get is one read of one entry, however long the log is", milestone: 2,
      .work, points: 3, after: ["index-get"],
      help: "Remember the offset and the length of the newest entry, and read just that."
    ) { bench in
      let ground = bench.disk()
      let meter = Meter(ground)
      let store = try bench.open(.indexedLog.unsynced, on: ground)
      try store.put(each: (0..<200).map { (Bench.key($0 % 50), Value("value \($0)")) })
      let work = try meter.work { try store.get(Bench.key(7), is: "value 157") }
      try bench.expect(work.reads, is: 1, "reads for one get")
      try bench.expect(
        work.bytesRead < 64, "fewer than 64 bytes are read for a line of about 36",
        actual: "\(work.bytesRead) bytes are read")
    },
    Check(
      "index-absent-free", "a get of an absent key reads nothing", milestone: 2, .work, points: 2,
      after: ["index-get"], help: "A key that the index does not know is not in the log."
    ) { bench in
      let ground = bench.disk()
      let meter = Meter(ground)
      let store = try bench.open(.indexedLog, on: ground)
      try store.put(each: (0..<50).map { (Bench.key($0), "x") })
      try store.delete(Bench.key(3))
      let work = try meter.work {
        try store.get("nobody", is: nil)
        try store.get(Bench.key(3), is: nil)
      }
      try bench.expect(work.bytesRead, is: 0, "bytes read for two absent keys")
    },
    Check(
      "index-rebuilt", "the index is made again when the store is opened", milestone: 2,
      .persistence, points: 2, after: ["index-get"],
      help: "Walk over the log once: a value sets the place of its key, a tombstone takes it away."
    ) { bench in
      let ground = bench.disk()
      let meter = Meter(ground)
      let store = try bench.open(.indexedLog, on: ground)
      try store.put("a", "1")
      try store.put("b", "2")
      try store.put("a", "3")
      try store.delete("b")
      try store.put("c", "4")
      try store.reopen()
      let work = try meter.work { try store.get("a", is: "3") }
      try bench.expect(
        work.bytesRead < 60, "one entry is read, and not the whole log",
        actual: "\(work.bytesRead) bytes are read")
      try store.get("b", is: nil)
      try store.get("c", is: "4")
    },
    Check(
      "index-places",
      "the index knows the place of the newest entry, and that deleted keys have none",
      milestone: 2, .basics, points: 2,
      help: "A place is the offset of the opening brace, and a length."
    ) { bench in
      let ground = bench.disk()
      let store = try bench.open(.scanningLog, on: ground)
      try store.put("a", "1")
      try store.put("b", "2")
      try store.put("a", "33")
      try store.delete("b")
      try store.close()
      let index = try CheckedPart(
        bench, "hash-index", [.integer(ground.number), .bulk(ground.path)])
      let line = Array("{\"key\":\"a\",\"value\":\"33\"}".utf8)
      let lines = ground.bytes(of: "log.jsonl").split(separator: UInt8(ascii: "\n"))
      let offset = lines.prefix(2).reduce(0) { $0 + $1.count + 1 }
      let place = try index.ask("lookup", [.bulk("a")])
      try bench.expect(
        place, is: .array([.integer(offset), .integer(line.count)]), "the place of a")
      try bench.expect(try index.ask("lookup", [.bulk("b")]), is: .null, "the place of b")
      try bench.expect(try index.number("count"), is: 1, "keys that hold something")
    },
    Check(
      "index-remember", "what the index is told last counts, and forgotten keys have no place",
      milestone: 2, .basics, help: "remember and forget keep a ready index up to date."
    ) { bench in
      let ground = bench.disk()
      try bench.open(.scanningLog, on: ground).close()
      let index = try CheckedPart(
        bench, "hash-index", [.integer(ground.number), .bulk(ground.path)])
      try index.ask("remember", [.bulk("a"), .integer(0), .integer(10)])
      try index.ask("remember", [.bulk("a"), .integer(40), .integer(12)])
      try index.ask("remember", [.bulk("b"), .integer(60), .integer(5)])
      try index.ask("forget", [.bulk("b")])
      try bench.expect(
        try index.ask("lookup", [.bulk("a")]), is: .array([.integer(40), .integer(12)]),
        "the place of a")
      try bench.expect(try index.ask("lookup", [.bulk("b")]), is: .null, "the place of b")
    },
    Check(
      "index-not-ready", "an index that has not read the log knows nothing", milestone: 2, .basics,
      help:
        "Half an index would say that keys are absent which are not: until build, it stays empty."
    ) { bench in
      let index = try CheckedPart(bench, "hash-index")
      try index.ask("remember", [.bulk("a"), .integer(0), .integer(10)])
      try bench.expect(try index.ask("lookup", [.bulk("a")]), is: .null, "the place of a")
      try bench.expect(try index.number("isReady"), is: 0, "is ready")
    },
    Check(
      "index-scan", "a scan has every living key once, in order", milestone: 2, .order, points: 2,
      after: ["index-get"],
      help: "The log has no order: collect the keys of the range and sort them."
    ) { bench in
      let store = try bench.open(.indexedLog)
      let model = try store.performChanges()
      try store.scan(is: model.scan())
      try store.scan(.all, .reverse, is: model.scan(.all, .reverse))
      try store.scan(KeyRange(from: "b", to: "date"), is: [("banana", "ripe")])
      try store.scan(limit: 2, is: [("apple", "golden"), ("banana", "ripe")])
      try store.scan(limit: 0, is: [])
    },
    Check(
      "index-kill", "the index never knows more than the log after kill -9", milestone: 2, .kill,
      points: 2, after: ["index-rebuilt"],
      help: "The index is gone with the process; what is in the log is what there is."
    ) { bench in
      let store = try bench.open(.indexedLog)
      for number in 0..<6 {
        try store.put("a", Value("\(number)"))
        try store.put(Bench.key(number), "x")
        if number % 2 == 1 { try store.delete(Bench.key(number - 1)) }
        try store.crash()
        try store.get("a", is: Value("\(number)"))
        try store.get(Bench.key(number), is: "x")
        if number % 2 == 1 { try store.get(Bench.key(number - 1), is: nil) }
        let work = try Meter(store.ground).work { try store.get("nobody", is: nil) }
        try bench.expect(work.bytesRead, is: 0, "bytes read for an absent key")
      }
    },
    Check(
      "index-later", "an index can be built later, and is used from then on", milestone: 2, .work,
      after: ["index-get"],
      help: "Read the log with the writers' turn, so that no entry comes after those that are read."
    ) { bench in
      let ground = bench.disk()
      let meter = Meter(ground)
      let store = try bench.open(.scanningLog, on: ground)
      try store.put(each: (0..<50).map { (Bench.key($0 % 10), Value("value \($0)")) })
      try store.ask(Question("buildIndex", expecting: "the index is built"))
      let work = try meter.work { try store.get(Bench.key(3), is: "value 43") }
      try bench.expect(work.reads, is: 1, "reads for one get")
      try store.put(Bench.key(3), "new")
      try store.get(Bench.key(3), is: "new")
    },
    Check(
      "index-agrees", "with an index and scans, random operations are answered as by a model",
      milestone: 2, .agreement, points: 3, after: ["index-scan"], seconds: 30,
      help: "The script below is the shortest that was found; do it by hand, step by step."
    ) { bench in
      try AgreementRun(bench: bench, setup: .indexedLog, weights: .init(scan: 4)).run(
        sequences: 3, deeds: 60)
    },
  ]
}
