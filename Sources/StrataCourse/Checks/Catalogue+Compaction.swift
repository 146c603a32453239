import StrataCore

/// Milestone 11: what may be forgotten, and when.
extension Catalogue {
  private static let small = StoreSetup.lsm.with("policy=size-tiered")

  /// Puts, deletes and flushes of few keys, so that each has several versions.
  private static func churn(_ store: CheckedStore, rounds: Int) throws -> Model {
    var model = Model()
    for round in 0..<rounds {
      let deeds: [Deed] = (0..<20).map { number in
        (number + round) % 5 == 0
          ? .delete(Bench.key(number)) : .put(Bench.key(number), Value("round \(round)"))
      }
      try store.perform(deeds + [.flush], &model)
    }
    return model
  }

  private static func expectAll(_ store: CheckedStore, _ model: Model) throws {
    try store.get(each: (0..<20).map { (Bench.key($0), model[Bench.key($0)]) })
  }

  private static func expectCompactions(_ bench: Bench, _ store: CheckedStore) throws {
    let compactions = try store.statistics().writes.compactions
    try bench.expect(compactions > 0, "something was merged", actual: "nothing was")
  }

  static let compaction: [Check] = [
    Check(
      "compaction-same", "after a compaction, every key holds what it held before", milestone: 11,
      .compaction, points: 2, after: ["merge-newest"],
      help: "The merged run takes the place of its inputs, for readers and in the manifest."
    ) { bench in
      let store = try bench.open(.lsm.unsynced)
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
      let store = try bench.open(small.unsynced)
      // The oldest run goes to level 1; then only level 0 is merged, with the tombstones in it.
      try store.put(each: (0..<20).map { (Bench.key($0), "old") })
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
        try store.get(each: (0..<20).map { (Bench.key($0), $0 < 10 ? nil : "old") })
        while try store.maintain() {}
      }
      try store.reopen()
      try store.get(each: (0..<20).map { (Bench.key($0), $0 < 10 ? nil : "old") })
      try expectCompactions(bench, store)
    },
    Check(
      "compaction-age", "a merge never puts an older record in front of a newer one", milestone: 11,
      .compaction, points: 3, after: ["compaction-same"],
      help: "The result's place among the runs must be that of its inputs."
    ) { bench in
      let store = try bench.open(small.unsynced)
      var model = Model()
      for round in 0..<24 {
        let deeds = (0..<5).map { number in
          Deed.put(Bench.key((round * 3 + number) % 20), Value("round \(round)"))
        }
        try store.perform(deeds + [.flush, .maintain], &model)
        try expectAll(store, model)
      }
      try expectCompactions(bench, store)
    },
    Check(
      "compaction-bounded", "the number of runs stays small, however much is written",
      milestone: 11,
      .work, points: 2, after: ["compaction-same"],
      help: "At most three runs stay on each level, and there are few levels."
    ) { bench in
      let store = try bench.open(small.unsynced)
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
        try store.put(each: (0..<200).map { (Bench.key($0), "0123456789") })
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
        deeds: bench.crashDeeds(12, upkeep: [.flush, .compact], every: 3)
      ).run(.barePOSIX)
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
