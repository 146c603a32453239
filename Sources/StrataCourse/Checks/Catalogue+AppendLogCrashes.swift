import StrataCore

/// Milestone 1: what is there after a crash, a torn line or damage.
extension Catalogue {
  static let appendLogCrashes: [Check] = [
    Check(
      "log-kill", "whatever was acknowledged is there after kill -9", milestone: 1, .kill,
      points: 2, after: ["log-reopen"],
      help:
        "When put returns, the system must have the line: nothing may wait in a buffer of yours."
    ) { bench in
      let store = try bench.open(.scanningLog, on: bench.realDisk())
      for number in 0..<8 {
        try store.put(Key("k\(number)"), Value("v\(number)"))
        try store.crash()
        try store.get(each: (0...number).map { (Key("k\($0)"), Value("v\($0)")) })
      }
    },
    Check(
      "log-torn-line", "a last line that was cut off does not count, wherever it was cut",
      milestone: 1, .corruption, points: 3, after: ["log-reopen"],
      help: "A line without its newline that makes no sense was never acknowledged: it is dropped."
    ) { bench in
      try DamageRun(bench, .scanningLog) { _ in "log.jsonl" }.cuts(.prefix, atMost: 200)
      // The line before the torn one is as it was, and of the torn one nothing is seen.
      let small = bench.disk()
      let store = try bench.open(.scanningLog, on: small)
      try store.put("a", "1")
      let first = small.bytes(of: "log.jsonl").count
      try store.put("b", "2")
      try store.close()
      let both = small.bytes(of: "log.jsonl")
      for cut in first..<max(first, both.count - 1) {
        let left = bench.copy(of: small, "log.jsonl", Array(both[..<cut]))
        let torn = try bench.open(.scanningLog, on: left)
        try torn.get("a", is: "1")
        try torn.get("b", is: nil)
      }
    },
    Check(
      "log-write-after-torn", "what is written behind a torn line survives", milestone: 1,
      .corruption, points: 2, after: ["log-torn-line"],
      help:
        "Cut the torn line off before anything is appended, or the new line joins the old rubbish."
    ) { bench in
      let ground = bench.disk()
      let store = try bench.open(.scanningLog, on: ground)
      try store.put("a", "1")
      try store.put("b", "2")
      try store.close()
      let whole = ground.bytes(of: "log.jsonl")
      for lost in [1, 5, 12] {
        let left = bench.copy(of: ground, "log.jsonl", Array(whole.dropLast(lost)))
        let again = try bench.open(.scanningLog, on: left)
        try again.put("c", "3")
        try again.reopen()
        try again.get("a", is: "1")
        try again.get("c", is: "3")
      }
    },
    Check(
      "log-damaged-middle", "a line in the middle that cannot be read is an error, not a silence",
      milestone: 1, .corruption, points: 2,
      help:
        "Only the last line may be torn. Any other that makes no sense is damage: throw corrupt."
    ) { bench in
      let ground = bench.disk()
      let store = try bench.open(.scanningLog, on: ground)
      try store.put("a", "1")
      try store.put("b", "2")
      try store.put("c", "3")
      try store.close()
      var bytes = ground.bytes(of: "log.jsonl")
      bytes[1] = UInt8(ascii: "?")
      let damaged = bench.copy(of: ground, "log.jsonl", bytes)
      if try bench.openFailure(.scanningLog, on: damaged) != nil { return }
      let again = try bench.open(.scanningLog, on: damaged)
      let error = try again.failure("get", [.bulk("a")])
      guard case .corrupt? = error else {
        throw CheckFailure(
          expected: "an error that says that the log is damaged",
          actual: error.map { "\($0)" } ?? "an answer, as if nothing were wrong")
      }
    },
    Check(
      "log-power-cut", "a power cut at any step loses nothing that was acknowledged", milestone: 1,
      .powerCut, points: 3, after: ["log-reopen"], seconds: 30,
      help: "Append, sync, and only then return. A new log's name must be synced too."
    ) { bench in
      try PowerCutRun(
        bench: bench, setup: .scanningLog, deeds: bench.crashDeeds()
      ).run()
    },
    Check(
      "log-agrees", "many random operations are answered as a model answers them", milestone: 1,
      .agreement, points: 3, after: ["log-get-after-put", "log-delete"], seconds: 30,
      help: "The script below is the shortest that was found; do it by hand, step by step."
    ) { bench in
      try AgreementRun(bench: bench, setup: .scanningLog, weights: .init()).run(
        sequences: 3, deeds: 60)
    },
  ]
}
