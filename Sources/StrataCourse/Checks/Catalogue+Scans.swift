import StrataCore
import StrataWire
import StrataSubjects

/// Milestone 12: ranges, in order, as of one moment.
extension Catalogue {
  /// A store whose entries are spread over three runs of several blocks and the memtable, and what it holds.
  private static func spread(_ bench: Bench) throws -> (CheckedStore, Model) {
    let store = try bench.open(.lsm.unsynced)
    var model = Model()
    for round in 0..<4 {
      let deeds: [Deed] = (0..<120).filter { ($0 + round) % 3 != 0 }.map { number in
        number % 8 == round
          ? .delete(Bench.key(number)) : .put(Bench.key(number), Value("round \(round)"))
      }
      try store.perform(deeds, &model)
      if round < 3 { try store.flush() }
    }
    return (store, model)
  }

  static let scans: [Check] = [
    Check(
      "scan-order", "a scan has every living key once, in order, with its newest value",
      milestone: 12, .order, points: 3,
      help: "Merge the walks of memtables and runs, newest first, and leave out what is dead."
    ) { bench in
      let (store, model) = try spread(bench)
      try store.scan(is: model.scan())
      // And with memtables that are full and wait to be flushed.
      let waiting = try bench.open(.lsm.with("memtable=20000").unsynced)
      var full = Model()
      let deeds = (0..<250).map { number in
        Deed.put(Bench.key(number % 200), Value([UInt8](repeating: UInt8(number), count: 150)))
      }
      try waiting.perform(deeds, &full)
      try waiting.scan(is: full.scan())
    },
    Check(
      "scan-reverse", "a scan from the end is the scan from the beginning, the other way round",
      milestone: 12, .order, points: 3, after: ["scan-order"],
      help:
        "Segments are walked block by block from the end; within a block, note where each record begins."
    ) { bench in
      let (store, model) = try spread(bench)
      try store.scan(.all, .reverse, is: model.scan(.all, .reverse))
    },
    Check(
      "scan-ranges", "a range has its first key and not its last", milestone: 12, .order, points: 2,
      after: ["scan-order"], help: "lower is included, upper left out; bounds need not be keys."
    ) { bench in
      let (store, model) = try spread(bench)
      let bounds: [Key?] = [nil, "", "k1005", "k1005x", "k1024", "k1039", "z"]
      for lower in bounds {
        for upper in bounds {
          let range = KeyRange(from: lower, to: upper)
          try store.scan(range, is: model.scan(range))
          try store.scan(range, .reverse, is: model.scan(range, .reverse))
        }
      }
    },
    Check(
      "scan-prefix", "a prefix is a range that ends behind all keys that begin with it",
      milestone: 12, .order, after: ["scan-order"], help: "The end of the prefix 61 FF is 62."
    ) { bench in
      let store = try bench.open(.lsm.unsynced)
      var model = Model()
      for (number, key) in DeedGenerator.difficultKeys.enumerated() {
        let deed = Deed.put(key, Value("\(number)"))
        model.apply(deed)
        try store.perform(deed, model)
        if number == 8 { try store.flush() }
      }
      for key in DeedGenerator.difficultKeys {
        let range = KeyRange.prefix(key)
        try store.scan(range, is: model.scan(range))
        try store.scan(range, .reverse, is: model.scan(range, .reverse))
      }
    },
    Check(
      "scan-limit", "a limit counts living entries, and 0 is a limit", milestone: 12, .order,
      after: ["scan-order"], help: "Tombstones that are passed over do not count."
    ) { bench in
      let (store, model) = try spread(bench)
      for limit in [0, 1, 2, 7, 100] {
        for direction in ScanDirection.allCases {
          try store.scan(
            .all, direction, limit: limit, is: model.scan(.all, direction, limit: limit))
        }
      }
    },
    Check(
      "scan-moment", "a scan shows the store as it was when it began", milestone: 12, .order,
      points: 3, after: ["scan-order"],
      help:
        "It keeps the version and the sequence number of that moment, whatever is written later."
    ) { bench in
      let (store, model) = try spread(bench)
      let expected = model.scan()
      let number = try store.ask(Question("beginScan", walk(), expecting: "the scan begins"))
      func next(_ count: Int) throws -> [(Key, Value)] {
        try Question.entries(
          store.ask(
            Question("continueScan", [number, .integer(count)], expecting: "the scan goes on")))
      }
      var found = try next(5)
      try store.put(each: (0..<120).map { (Bench.key($0), "later") })
      try store.delete(Bench.key(20))
      try store.flush()
      found += try next(3)
      try store.compact()
      found += try next(1_000)
      guard !found.elementsEqual(expected, by: { $0 == $1 }) else { return }
      throw CheckFailure.ofEntries(expected: expected, actual: found)
    },
    Check(
      "scan-snapshot", "a snapshot keeps its answers while the store goes on", milestone: 12,
      .order,
      points: 2, after: ["scan-order"],
      help: "A snapshot pins a version; its files stay until it is released."
    ) { bench in
      let (store, model) = try spread(bench)
      let number = try store.ask(Question("snapshot", expecting: "a snapshot is taken"))
      try store.ask(each: (0..<120).map { .delete(Bench.key($0)) })
      try store.compact()
      let found = try Question.entries(
        try store.ask(
          Question("snapshotScan", [number] + walk(), expecting: "the snapshot can be scanned")))
      let expected = model.scan()
      guard found.elementsEqual(expected, by: { $0 == $1 }) else {
        throw CheckFailure.ofEntries(expected: expected, actual: found)
      }
      try store.scan(is: [])
    },
    Check(
      "scan-after-compaction", "flushing and compacting change no scan", milestone: 12, .compaction,
      after: ["scan-order"], help: "The merge of one run is that run."
    ) { bench in
      let (store, model) = try spread(bench)
      try store.flush()
      try store.scan(is: model.scan())
      try store.compact()
      try store.scan(is: model.scan())
      try store.scan(.all, .reverse, is: model.scan(.all, .reverse))
      try store.reopen()
      try store.scan(is: model.scan())
    },
    Check(
      "scan-segments", "a run of many small segments is walked as one", milestone: 12, .order,
      points: 2, after: ["scan-after-compaction"],
      help: "Segments of a run follow each other; a range may begin and end within any of them."
    ) { bench in
      let store = try bench.open(.lsm.with("segment=1000").unsynced)
      var model = Model()
      try store.perform(
        (0..<150).map { .put(Bench.key($0), Value("value \($0)")) }, &model)
      try store.compact()
      let segments = try store.statistics().levels.reduce(0) { $0 + $1.segments }
      try bench.expect(segments > 2, "more than two segments", actual: "\(segments)")
      try store.scan(is: model.scan())
      try store.scan(.all, .reverse, is: model.scan(.all, .reverse))
      for lower in stride(from: 0, to: 150, by: 23) {
        let range = KeyRange(from: Bench.key(lower), to: Bench.key(lower + 40))
        try store.scan(range, is: model.scan(range))
        try store.scan(range, .reverse, limit: 9, is: model.scan(range, .reverse, limit: 9))
      }
    },
    Check(
      "scan-agrees", "with scans, random operations are answered as by a model", milestone: 12,
      .agreement, points: 3, after: ["scan-order"], seconds: 40,
      help: "The script below is the shortest that was found; do it by hand, step by step."
    ) { bench in
      try AgreementRun(
        bench: bench, setup: .lsm,
        weights: .init(scan: 10, flush: 4, compact: 1, maintain: 3)
      ).run(sequences: 3, deeds: 70)
    },
  ]
}
