import StrataCore
import StrataSubjects
import StrataWire

/// The bonus: filters, time to live, group commit.
extension Catalogue {

  private static func makeFilter(_ bench: Bench, _ count: Int) throws -> CheckedPart {
    let filter = try bench.part("filter")
    try filter.ask("build", (0..<count).map { .bulk(Bench.key($0).bytes) })
    return filter
  }

  /// How many of so many keys that were not added pass the filter.
  private static func passing(_ filter: CheckedPart, absent count: Int) throws -> Int {
    try filter.ask("mayContain", each: (0..<count).map { [.bulk("absent \($0)")] })
      .reduce(0) { $0 + (try $1.asInteger(in: "mayContain")) }
  }

  static let bonus: [Check] = [
    Check(
      "filter-no-false-negative", "a key that was added always passes the filter",
      milestone: Milestone.bonus, .basics, points: 2,
      help: "Set and test the very same bits: block and bits come from the same hash."
    ) { bench in
      let filter = try makeFilter(bench, 2_000)
      let answers = try filter.ask(
        "mayContain", each: (0..<2_000).map { [.bulk(Bench.key($0).bytes)] })
      for (number, answer) in answers.enumerated() {
        try bench.expect(answer == .integer(1), is: true, "may contain \(Bench.key(number))")
      }
      let passed = try passing(filter, absent: 200)
      try bench.expect(
        passed < 100, "of 200 other keys, most are ruled out", actual: "\(passed) pass")
    },
    Check(
      "filter-false-positives", "of a hundred absent keys, at most three pass",
      milestone: Milestone.bonus,
      .work, points: 2, after: ["filter-no-false-negative"],
      help: "Seven bits a key and five probes: about one in thirty passes."
    ) { bench in
      let filter = try makeFilter(bench, 2_000)
      let passed = try passing(filter, absent: 2_000)
      try bench.expect(passed <= 60, "at most 60 of 2000", actual: "\(passed)")
    },
    Check(
      "filter-size", "a filter has between six and eleven bits a key", milestone: Milestone.bonus,
      .work,
      after: ["filter-no-false-negative"], help: "Blocks of 64 bytes, as many as the keys need."
    ) { bench in
      let filter = try makeFilter(bench, 2_000)
      let size = try filter.number("size")
      let passed = try passing(filter, absent: 50)
      try bench.expect(
        passed < 25, "of 50 other keys, most are ruled out", actual: "\(passed) pass")
      try bench.expect(
        size >= 1_500 && size <= 2_750, "between 1500 and 2750 bytes for 2000 keys",
        actual: "\(size) bytes")
    },
    Check(
      "filter-saves-reads", "an absent key is mostly ruled out by the filter alone",
      milestone: Milestone.bonus, .work, points: 2, after: ["filter-false-positives"],
      help: "Ask the filter before the index."
    ) { bench in
      let store = try bench.open(.lsm.unsynced)
      try store.put(each: (0..<300).map { (Bench.key($0), "x") })
      try store.flush()
      let before = try store.statistics().reads
      try store.get(each: (0..<299).map { (Key("k\(1_000 + $0)x"), nil) })
      let after = try store.statistics().reads
      let filtered = after.filteredOut - before.filteredOut
      try bench.expect(
        filtered >= 280, "at least 280 of 299 are filtered out", actual: "\(filtered)")
    },
    Check(
      "ttl-expires", "a key with a time to live is absent from that moment on",
      milestone: Milestone.bonus, .basics, points: 2,
      help: "The moment itself is too late: a value is dead when its time is not after now."
    ) { bench in
      for setup in [StoreSetup.lsm, .indexedLog, .bitcask] {
        let store = try bench.open(setup)
        try store.setClock(10_000)
        try store.put("a", "1", expiresAt: 10_500)
        try store.put("b", "2")
        try store.get("a", is: "1")
        try store.setClock(10_499)
        try store.get("a", is: "1")
        try store.setClock(10_500)
        try store.get("a", is: nil)
        try store.get("b", is: "2")
      }
    },
    Check(
      "ttl-hides", "an expired value does not show what it had replaced",
      milestone: Milestone.bonus,
      .basics, points: 2, after: ["ttl-expires"],
      help: "An expired value is like a tombstone: older records of its key stay hidden."
    ) { bench in
      let store = try bench.open(.lsm)
      try store.setClock(10_000)
      try store.put("a", "old")
      try store.flush()
      try store.put("a", "new", expiresAt: 10_100)
      try store.setClock(10_200)
      try store.get("a", is: nil)
      try store.flush()
      try store.get("a", is: nil)
      try store.compact()
      try store.get("a", is: nil)
      try store.scan(is: [])
    },
    Check(
      "ttl-survives", "a time to live survives flushing, compacting and opening again",
      milestone: Milestone.bonus, .persistence, points: 2, after: ["ttl-expires"],
      help: "The moment is part of the record, wherever that goes."
    ) { bench in
      let store = try bench.open(.lsm)
      try store.setClock(10_000)
      try store.put("a", "1", expiresAt: 20_000)
      try store.flush()
      try store.compact()
      try store.reopen()
      try store.setClock(19_999)
      try store.get("a", is: "1")
      try store.setClock(20_000)
      try store.get("a", is: nil)
    },
    Check(
      "policy-leveled", "the leveled policy moves full levels down, and never out of order",
      milestone: Milestone.bonus, .compaction, points: 2,
      help: "Level 0 when it has too many runs; a deeper level when it has too many bytes."
    ) { bench in
      let store = try bench.open(
        .lsm.with("policy=leveled", "segment=2000", "memtable=3000").unsynced)
      var model = Model()
      var random = bench.random()
      for round in 0..<16 {
        let deeds = (0..<25).map { number in
          Deed.put(Bench.key(random.below(60)), Value("value \(25 * round + number)"))
        }
        try store.perform(deeds + [.flush], &model)
        while try store.maintain() {}
      }
      try store.get(each: (0..<60).map { (Bench.key($0), model[Bench.key($0)]) })
      let deep = try store.statistics().levels.filter { $0.level > 0 }
      try bench.expect(
        !deep.isEmpty && deep.allSatisfy { $0.runs == 1 },
        "levels below 0, and one run on each level below 0",
        actual: "\(deep.map(\.runs))")
    },
    Check(
      "threads-group", "writers who wait for the same sync share it", milestone: Milestone.bonus,
      .work,
      points: 3, seconds: 40, page: "14-many-threads",
      help: "Whoever has the turn writes and syncs for all who wait: one sync for several puts."
    ) { bench in
      let ground = bench.disk()
      let meter = Meter(ground)
      // A disk that is slow to sync, so that writers do wait for each other.
      ground.simulated?.interceptor = { call in
        if call.kind == .syncFile { WorkerThread.sleep(milliseconds: 2) }
        return .success
      }
      let store = try bench.open(.lsm, on: ground)
      try store.put("first", "1")
      let outcome = ThreadOutcome()
      let work = meter.work {
        let writers = (0..<3).map { lane in
          bench.thread {
            do {
              for number in 0..<25 { try store.put(Key("\(lane) \(number)"), "x", lane: lane) }
            } catch { outcome.note(error) }
          }
        }
        for writer in writers { writer.join() }
      }
      if let failure = outcome.failure { throw failure }
      try bench.expect(
        work[.syncFile] < 70, "fewer than 70 syncs for 75 puts of three writers",
        actual: "\(work[.syncFile])")
      for lane in 0..<3 { try store.get(Key("\(lane) 24"), is: "x") }
    },
  ]
}
