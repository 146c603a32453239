import StrataCore
import StrataSubjects
import StrataWire

/// Milestone 11, its parts: several sorted walks become one, and which are chosen for that.
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
}
