import StrataCore
import StrataSubjects
import StrataWire

/// Milestone 6: the newest changes, sorted.
extension Catalogue {
  /// A table with these records, and what it should say of them.
  private static func filled(
    _ bench: Bench, _ records: [RecordMessage]
  ) throws -> CheckedPart {
    let table = try bench.part("memtable")
    try table.ask("insert", each: records.map(\.arguments))
    return table
  }

  /// The newest record of each key that is not newer than `sequence`, in order.
  private static func expected(
    _ records: [RecordMessage], asOf sequence: UInt64 = .max, _ range: KeyRange = .all,
    _ direction: ScanDirection = .forward
  ) -> [RecordMessage] {
    var newest: [Key: RecordMessage] = [:]
    for record in records where record.sequence <= sequence && range.contains(record.key) {
      newest[record.key] = record
    }
    return newest.values.sorted {
      direction == .forward ? $0.key < $1.key : $1.key < $0.key
    }
  }

  private static func arguments(
    _ range: KeyRange = .all, _ direction: ScanDirection = .forward, asOf sequence: Int? = nil
  ) -> [WireValue] { walk(range, direction) + [.optional(sequence)] }

  /// Fails unless the table answers these records, or nil, to these keys as of these changes.
  private static func expect(
    _ table: CheckedPart, finds expected: [(key: Key, asOf: Int?, record: RecordMessage?)]
  ) throws {
    let answers = try table.ask(
      "find", each: expected.map { [.bulk($0.key.bytes), .optional($0.asOf)] })
    for ((key, sequence, record), answer) in zip(expected, answers) {
      try table.bench.expect(
        answer == .null ? nil : try RecordMessage(answer), is: record,
        "find \(key)" + (sequence.map { " as of \($0)" } ?? ""))
    }
  }

  /// Puts of so many keys in an order that the generator draws.
  private static func shuffled(_ count: Int, _ random: inout SplitMix64) -> [RecordMessage] {
    var numbers = Array(0..<count)
    for index in stride(from: count - 1, to: 0, by: -1) {
      numbers.swapAt(index, random.below(index + 1))
    }
    return numbers.enumerated().map { index, number in
      RecordMessage(Bench.key(number), Value("\(number)"), UInt64(index + 1))
    }
  }

  private static let few = [
    RecordMessage("b", "1", 1), RecordMessage("a", "2", 2), RecordMessage("b", "3", 3),
    RecordMessage("c", nil, 4), RecordMessage("a", nil, 5), RecordMessage("d", "6", 6),
  ]

  static let memory: [Check] = [
    Check(
      "memtable-find", "find answers the newest record of a key", milestone: 6, .basics, points: 2,
      help: "What is inserted later is newer; it hides what is there, and takes nothing out."
    ) { bench in
      let table = try filled(bench, few)
      try bench.expect(try table.record("find", [.bulk("b"), .null]), is: few[2], "find b")
      try bench.expect(try table.record("find", [.bulk("d"), .null]), is: few[5], "find d")
    },
    Check(
      "memtable-opinion", "a tombstone is an opinion; an unknown key has none", milestone: 6,
      .basics, points: 2,
      help: "nil says: ask the next, older place. A tombstone says: stop looking."
    ) { bench in
      let table = try filled(bench, few)
      try bench.expect(try table.record("find", [.bulk("a"), .null]), is: few[4], "find a")
      try bench.expect(try table.record("find", [.bulk("e"), .null]), is: nil, "find e")
      try bench.expect(try table.record("find", [.bulk(""), .null]), is: nil, "find the empty key")
      try bench.expect(
        try bench.part("memtable").record("find", [.bulk("a"), .null]), is: nil,
        "find in an empty table")
    },
    Check(
      "memtable-as-of", "find sees the table as it was at an earlier change", milestone: 6, .basics,
      points: 2, after: ["memtable-find"],
      help:
        "Of all records of a key, the newest counts that is not newer than the change that is asked about."
    ) { bench in
      let table = try filled(bench, few)
      try expect(
        table,
        finds: [
          ("b", 2, few[0]), ("b", 3, few[2]), ("a", 4, few[1]), ("a", 5, few[4]), ("a", 1, nil),
        ])
    },
    Check(
      "memtable-order", "a walk has each key once, in the order of bytes", milestone: 6, .order,
      points: 2, help: "Compare keys as memcmp does; a proper prefix comes first."
    ) { bench in
      let records = DeedGenerator.difficultKeys.reversed().enumerated().map {
        RecordMessage($1, Value("\($0)"), UInt64($0 + 1))
      }
      let table = try filled(bench, records)
      try bench.expect(
        try table.records("walk", arguments()), are: expected(records), "the walk")
    },
    Check(
      "memtable-walk-newest", "a walk shows the newest record of each key, tombstones too",
      milestone: 6, .order, after: ["memtable-order"],
      help: "The flush needs tombstones: they hide what older segments hold."
    ) { bench in
      let table = try filled(bench, few)
      try bench.expect(try table.records("walk", arguments()), are: expected(few), "the walk")
    },
    Check(
      "memtable-walk-as-of", "a walk sees the table as it was at an earlier change", milestone: 6,
      .order, points: 2, after: ["memtable-walk-newest"],
      help:
        "Keys whose first record is newer are left out; of the others the record of that moment counts."
    ) { bench in
      let table = try filled(bench, few)
      for sequence in 0...6 {
        try bench.expect(
          try table.records("walk", arguments(asOf: sequence)),
          are: expected(few, asOf: UInt64(sequence)), "the walk as of \(sequence)")
      }
    },
    Check(
      "memtable-ranges",
      "a walk of a range has its first key and not its last, in either direction",
      milestone: 6, .order, points: 2, after: ["memtable-order"],
      help: "lower is included, upper left out; bounds need not be keys of the table."
    ) { bench in
      var random = bench.random()
      let records = shuffled(120, &random)
      let table = try filled(bench, records)
      let bounds: [Key?] = [nil, "", "k1010", "k1010x", "k1099", "k2", Bench.key(119)]
      for lower in bounds {
        for upper in bounds {
          for direction in ScanDirection.allCases {
            let range = KeyRange(from: lower, to: upper)
            try bench.expect(
              try table.records("walk", arguments(range, direction)),
              are: expected(records, range, direction),
              "the walk from \(lower.map { "\($0)" } ?? "the first") to \(upper.map { "\($0)" } ?? "the last")"
            )
          }
        }
      }
    },
    Check(
      "memtable-many", "thousands of keys are all found, whatever order they came in", milestone: 6,
      .agreement, points: 3, after: ["memtable-find"],
      help:
        "What sorts the keys must stay right while it grows, whichever end the next key goes to. Try ascending, "
        + "descending and random orders apart."
    ) { bench in
      var random = bench.random()
      let mixed = shuffled(1_500, &random)
      let ascending = (0..<1_500).map {
        RecordMessage(Bench.key($0), Value("\($0)"), UInt64($0 + 1))
      }
      let descending = (0..<1_500).map {
        RecordMessage(Bench.key(1_499 - $0), Value("\($0)"), UInt64($0 + 1))
      }
      for records in [mixed, ascending, descending] {
        let table = try filled(bench, records)
        let sought = records.prefix(300) + records.suffix(300)
        try expect(table, finds: sought.map { ($0.key, nil, $0) })
        try bench.expect(
          try table.records("walk", arguments()), are: expected(records), "the walk")
        table.release()
      }
    },
    Check(
      "memtable-overwrites", "a key that is written a thousand times keeps every version",
      milestone: 6, .agreement, points: 2, after: ["memtable-as-of"],
      help:
        "A new version takes nothing away: neither older ones of its key, nor the keys beside it."
    ) { bench in
      let records = (1...1_000).map {
        RecordMessage($0 % 3 == 0 ? "left" : "right", Value("\($0)"), UInt64($0))
      }
      let table = try filled(bench, records)
      for key: Key in ["left", "right"] {
        try expect(
          table,
          finds: stride(from: 1, through: 1_000, by: 37).map { sequence in
            (key, sequence, records.last { $0.key == key && $0.sequence <= UInt64(sequence) })
          })
      }
    },
    Check(
      "memtable-long", "long keys and values, and keys alike in their first bytes, are kept apart",
      milestone: 6, .basics, after: ["memtable-order"],
      help: "Equal prefixes prove nothing: only the whole keys tell."
    ) { bench in
      let stem = String(repeating: "p", count: 300)
      let records = (0..<40).map {
        RecordMessage(
          Key("\(stem)\(39 - $0)"), Value([UInt8](repeating: UInt8($0), count: 3_000)),
          UInt64($0 + 1))
      }
      let table = try filled(bench, records)
      try bench.expect(
        try table.records("walk", arguments()), are: expected(records), "the walk")
    },
    Check(
      "memtable-counts", "the table knows how many records and bytes it has", milestone: 6, .work,
      help:
        "Every insert counts: overwritten records stay in the table. Tombstones are counted apart."
    ) { bench in
      let table = try filled(bench, few)
      let counts = try table.numbers("counts")
      try bench.expect(
        counts.count, is: 6, "numbers in the counts")
      try bench.expect(
        [counts[0], counts[1], counts[3], counts[5]], is: [6, 2, 10, 6],
        "records, tombstones, bytes of keys and values, last change")
      try bench.expect(
        counts[4] >= counts[2], "the memory is at least the bytes of the records",
        actual: "\(counts[4]) for \(counts[2])")
    },
    Check(
      "memtable-memory", "memory grows with what is inserted, and not much faster", milestone: 6,
      .work, points: 2, after: ["memtable-many"],
      help: "A full memtable is frozen by its memory: it must be counted, overhead included."
    ) { bench in
      let value = Value([UInt8](repeating: 1, count: 100))
      let table = try filled(
        bench, (0..<2_000).map { RecordMessage(Bench.key($0), value, UInt64($0 + 1)) })
      let counts = try table.numbers("counts")
      try bench.expect(
        counts[4] > counts[3] && counts[4] < 3 * counts[2],
        "between \(counts[3]) bytes and three times \(counts[2])", actual: "\(counts[4])")
    },
  ]
}
