import StrataCore
import StrataSubjects
import StrataWire

/// Milestone 11: several sorted walks become one, and what is superfluous goes.
extension Catalogue {
  private static func merge(
    _ bench: Bench, _ sources: [[RecordMessage]], _ direction: ScanDirection = .forward
  ) throws -> [RecordMessage] {
    let arguments: [WireValue] =
      [.integer(direction == .forward ? 0 : 1)] + sources.map { .array($0.map(\.wireValue)) }
    return try bench.part("merge").records("merge", arguments)
  }

  /// Random sources, newest first, and what their merge is.
  private static func randomSources(
    _ random: inout SplitMix64, count: Int, keys: Int, _ direction: ScanDirection
  ) -> (sources: [[RecordMessage]], merged: [RecordMessage]) {
    var newest: [Key: RecordMessage] = [:]
    var sources: [[RecordMessage]] = []
    for age in 0..<count {
      var source: [RecordMessage] = []
      for number in 0..<keys where random.isOne(in: 3) {
        let value = random.isOne(in: 4) ? nil : Value("\(age).\(number)")
        let record = RecordMessage(
          Bench.key(number), value, UInt64((count - age) * 1_000 + number))
        source.append(record)
        if newest[record.key] == nil { newest[record.key] = record }
      }
      sources.append(direction == .forward ? source : source.reversed())
    }
    let merged = newest.values.sorted {
      direction == .forward ? $0.key < $1.key : $1.key < $0.key
    }
    return (sources, merged)
  }

  /// A level of runs with one segment each, newest first.
  private static func shape(_ levels: [(level: Int, runs: Int)]) -> [WireValue] {
    var number = 100
    return levels.flatMap { level, runs in
      (0..<runs).map { _ -> WireValue in
        number -= 1
        return .array([
          .integer(number), .integer(level), .integer(number), .integer(1_000), .bulk("a"),
          .bulk("z"),
        ])
      }
    }
  }

  static let merging: [Check] = [
    Check(
      "merge-newest", "of one key, the newest source's record counts, and only that", milestone: 11,
      .order, points: 2, help: "Sources come newest first; older records of a key are passed over."
    ) { bench in
      let merged = try merge(
        bench,
        [
          [RecordMessage("apple", "4", 9), RecordMessage("cherry", nil, 8)],
          [
            RecordMessage("apple", "1", 5), RecordMessage("banana", "2", 6),
            RecordMessage("date", "3", 7),
          ],
          [
            RecordMessage("banana", "1", 1), RecordMessage("cherry", "1", 2),
            RecordMessage("elder", "1", 3),
          ],
        ])
      try bench.expect(
        merged,
        are: [
          RecordMessage("apple", "4", 9), RecordMessage("banana", "2", 6),
          RecordMessage("cherry", nil, 8), RecordMessage("date", "3", 7),
          RecordMessage("elder", "1", 3),
        ], "the merge")
    },
    Check(
      "merge-edges", "empty sources, one source and no source are merges too", milestone: 11,
      .order,
      help: "A source that is over steps out of the line."
    ) { bench in
      let one = [RecordMessage("a", "1", 1), RecordMessage("b", nil, 2)]
      try bench.expect(try merge(bench, []), are: [], "the merge of nothing")
      try bench.expect(try merge(bench, [one]), are: one, "the merge of one")
      try bench.expect(
        try merge(bench, [[], one, []]), are: one, "the merge of one and two empty ones")
    },
    Check(
      "merge-random", "a merge of many random sources has each key once, in order", milestone: 11,
      .agreement, points: 3, after: ["merge-newest"],
      help: "When two sources stand on the same key, the newer one must come first."
    ) { bench in
      var random = bench.random()
      for count in [2, 3, 5, 9] {
        let (sources, merged) = randomSources(&random, count: count, keys: 200, .forward)
        try bench.expect(try merge(bench, sources), are: merged, "the merge of \(count)")
      }
    },
    Check(
      "merge-reverse", "a merge of walks from the end goes from the last key to the first",
      milestone: 11, .order, points: 2, after: ["merge-random"],
      help: "Turn the comparison of keys around; that of ages stays as it is."
    ) { bench in
      var random = bench.random()
      for count in [2, 4] {
        let (sources, merged) = randomSources(&random, count: count, keys: 200, .reverse)
        try bench.expect(try merge(bench, sources, .reverse), are: merged, "the merge of \(count)")
      }
    },
    Check(
      "policy-size-tiered", "four runs of a level become one of the next", milestone: 11,
      .compaction,
      points: 2,
      help: "The first level that has as many runs as the fan-out; all of its runs, no other."
    ) { bench in
      let policy = try bench.part("policy", .bulk("size-tiered"))
      try bench.expect(try policy.ask("pick", shape([])), is: .null, "of no runs")
      try bench.expect(
        try policy.ask("pick", shape([(0, 3), (1, 3)])), is: .null, "of three runs on each level")
      try bench.expect(
        try policy.ask("pick", shape([(0, 4), (1, 1)])),
        is: .array([
          .integer(1), .null, .array([.integer(99), .integer(98), .integer(97), .integer(96)]),
        ]),
        "of four runs on level 0")
      try bench.expect(
        try policy.ask("pick", shape([(0, 1), (2, 4)])),
        is: .array([
          .integer(3), .null, .array([.integer(98), .integer(97), .integer(96), .integer(95)]),
        ]),
        "of four runs on level 2")
    },
    Check(
      "policy-full", "the full policy merges everything when there are four runs", milestone: 11,
      .compaction, help: "All segments of all runs, to the deepest level, and at least to level 1."
    ) { bench in
      let policy = try bench.part("policy", .bulk("full"))
      try bench.expect(try policy.ask("pick", shape([(0, 3)])), is: .null, "of three runs")
      try bench.expect(
        try policy.ask("pick", shape([(0, 3), (1, 1)])),
        is: .array([
          .integer(1), .null, .array([.integer(99), .integer(98), .integer(97), .integer(96)]),
        ]),
        "of three runs on level 0 and one on level 1")
    },
  ]

  private static let small = StoreSetup.lsm.with("policy=size-tiered")

  /// Puts, deletes and flushes of few keys, so that each has several versions.
  private static func churn(_ store: CheckedStore, rounds: Int) throws -> Model {
    var model = Model()
    for round in 0..<rounds {
      for number in 0..<20 {
        let deed: Deed =
          (number + round) % 5 == 0
          ? .delete(Bench.key(number)) : .put(Bench.key(number), Value("round \(round)"))
        model.apply(deed)
        try store.perform(deed, model)
      }
      try store.flush()
    }
    return model
  }

  private static func expectAll(_ store: CheckedStore, _ model: Model) throws {
    for number in 0..<20 { try store.get(Bench.key(number), is: model[Bench.key(number)]) }
  }

  static let compaction: [Check] = [
    Check(
      "compaction-same", "after a compaction, every key holds what it held before", milestone: 11,
      .compaction, points: 2, after: ["merge-newest"],
      help: "The merged run takes the place of its inputs, for readers and in the manifest."
    ) { bench in
      let store = try bench.open(.lsm)
      let model = try churn(store, rounds: 4)
      try store.compact()
      try expectAll(store, model)
      try store.reopen()
      try expectAll(store, model)
    },
    Check(
      "compaction-one-run", "compacting everything leaves one run, each key once, no tombstone",
      milestone: 11, .compaction, points: 2, after: ["compaction-same"],
      help: "Nothing lies below: no tombstone has anything left to hide."
    ) { bench in
      let ground = bench.disk()
      let store = try bench.open(.lsm, on: ground)
      let model = try churn(store, rounds: 4)
      let before = ground.totalBytes
      try store.compact()
      let levels = try store.statistics().levels
      try bench.expect(levels.map(\.runs), is: [1], "runs on each level")
      try bench.expect(
        levels.map { [$0.records, $0.tombstones] }, is: [[model.entries.count, 0]],
        "records and tombstones on each level")
      try bench.expect(
        ground.totalBytes < before, "fewer than \(before) bytes on the disk",
        actual: "\(ground.totalBytes)")
      try bench.expect(
        ground.names.filter { $0.hasSuffix(".seg") }.count, is: 1, "segments on the disk")
    },
    Check(
      "compaction-no-resurrection", "a tombstone stays as long as an older run may hold its key",
      milestone: 11, .compaction, points: 4, after: ["compaction-same"],
      help: "A merge of some runs must keep what hides a record in a run that is not merged."
    ) { bench in
      let store = try bench.open(small)
      // The oldest run goes to level 1; then only level 0 is merged, with the tombstones in it.
      for number in 0..<20 { try store.put(Bench.key(number), "old") }
      try store.flush()
      for round in 0..<3 {
        try store.put(Key("other \(round)"), "x")
        try store.flush()
      }
      while try store.maintain() {}
      for number in 0..<10 { try store.delete(Bench.key(number)) }
      try store.flush()
      for round in 0..<3 {
        try store.put(Key("more \(round)"), "x")
        try store.flush()
      }
      for _ in 0..<2 {
        for number in 0..<20 { try store.get(Bench.key(number), is: number < 10 ? nil : "old") }
        while try store.maintain() {}
      }
      try store.reopen()
      for number in 0..<20 { try store.get(Bench.key(number), is: number < 10 ? nil : "old") }
    },
    Check(
      "compaction-age", "a merge never puts an older record in front of a newer one", milestone: 11,
      .compaction, points: 3, after: ["compaction-same"],
      help: "The result's place among the runs must be that of its inputs."
    ) { bench in
      let store = try bench.open(small)
      var model = Model()
      for round in 0..<24 {
        for number in 0..<5 {
          let deed = Deed.put(Bench.key((round * 3 + number) % 20), Value("round \(round)"))
          model.apply(deed)
          try store.perform(deed, model)
        }
        try store.flush()
        try store.maintain()
        try expectAll(store, model)
      }
    },
    Check(
      "compaction-bounded", "the number of runs stays small, however much is written",
      milestone: 11,
      .work, points: 2, after: ["compaction-same"],
      help: "At most three runs stay on each level, and there are few levels."
    ) { bench in
      let store = try bench.open(small)
      for round in 0..<40 {
        try store.put(Bench.key(round), "x")
        try store.flush()
        while try store.maintain() {}
      }
      let runs = try store.statistics().levels.filter { $0.level >= 0 }.reduce(0) { $0 + $1.runs }
      try bench.expect(runs <= 9, "at most nine runs after forty flushes", actual: "\(runs)")
    },
    Check(
      "compaction-write-once", "a compaction writes each living record once", milestone: 11, .work,
      points: 2, after: ["compaction-same"], help: "One walk, one new segment, one manifest."
    ) { bench in
      let ground = bench.disk()
      let meter = Meter(ground)
      let store = try bench.open(.lsm, on: ground)
      for _ in 0..<3 {
        for number in 0..<200 { try store.put(Bench.key(number), "0123456789") }
        try store.flush()
      }
      let work = try meter.work { try store.compact() }
      let left = ground.names.filter { $0.hasSuffix(".seg") }.reduce(0) {
        $0 + ground.bytes(of: $1).count
      }
      try bench.expect(
        work.bytesAppended <= left + 400, "the \(left) bytes of the new segment, and a manifest",
        actual: "\(work.bytesAppended) bytes")
    },
    Check(
      "compaction-power-cut", "a power cut at any step of merging segments loses nothing",
      milestone: 11, .powerCut, points: 4, after: ["compaction-same"], seconds: 40,
      help: "New segments whole and synced, then the manifest, and only then the old ones go."
    ) { bench in
      try PowerCutRun(
        bench: bench, setup: .lsm,
        deeds: bench.crashDeeds(12, upkeep: [.flush, .compact], every: 3),
        keys: Bench.historyKeys
      ).run(.barePOSIX, images: 120)
    },
    Check(
      "compaction-agrees",
      "with flushes, compactions and crashes, random operations agree with a model",
      milestone: 11, .agreement, points: 3, after: ["compaction-same"], seconds: 40,
      help: "The script below is the shortest that was found; do it by hand, step by step."
    ) { bench in
      try AgreementRun(
        bench: bench, setup: small, weights: .init(flush: 5, compact: 1, maintain: 4)
      ).run(sequences: 3, deeds: 70)
    },
  ]
}
