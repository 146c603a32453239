import StrataCore
import StrataSubjects
import StrataWire

/// Milestone 10: what is there when the store is opened again, whatever happened.
extension Catalogue {
  private static let twoRows: [WireValue] = [
    .array([.integer(3), .integer(1), .integer(0), .integer(77), .integer(5_000)]),
    .array([.integer(6), .integer(2), .integer(1), .integer(88), .integer(9_000)]),
  ]

  static let recovery: [Check] = [
    Check(
      "recover-log", "what is only in the log is there when the store is opened again",
      milestone: 10, .persistence, points: 2,
      help: "Read the frames of the logs that the manifest needs, and insert their records."
    ) { bench in
      let store = try bench.open(.lsm)
      try store.performChanges {
        try store.restart()
        try store.holds($0)
      }
    },
    Check(
      "recover-segments", "what is in segments is there when the store is opened again",
      milestone: 10, .persistence, points: 2,
      help: "The manifest names the segments, their runs and their levels."
    ) { bench in
      let store = try bench.open(.lsm)
      for round in 0..<3 {
        for number in stride(from: 0, to: 30, by: round + 1) {
          try store.put(Bench.key(number), Value("round \(round)"))
        }
        try store.flush()
        try store.restart()
        for number in 0..<30 {
          let newest = (0...round).last { number % ($0 + 1) == 0 } ?? 0
          try store.get(Bench.key(number), is: Value("round \(newest)"))
        }
      }
    },
    Check(
      "recover-mixture", "log and segments together give the newest of each key", milestone: 10,
      .persistence, points: 2, after: ["recover-log", "recover-segments"],
      help: "What the log has is newer than every segment."
    ) { bench in
      let store = try bench.open(.lsm)
      try store.put("a", "old")
      try store.put("b", "old")
      try store.flush()
      try store.put("a", "new")
      try store.delete("b")
      try store.put("c", "new")
      try store.reopen()
      try store.get("a", is: "new")
      try store.get("b", is: nil)
      try store.get("c", is: "new")
    },
    Check(
      "recover-kill", "whatever the engine acknowledged is there after kill -9", milestone: 10,
      .kill,
      points: 3, after: ["recover-log"],
      help: "The log has it before put returns; opening replays it."
    ) { bench in
      let store = try bench.open(.lsm, on: bench.realDisk())
      try store.survivesKills(puts: 20) { if $0 % 7 == 5 { try store.flush() } }
    },
    Check(
      "recover-power-cut",
      "log, memory and segments lose nothing that was acknowledged, whenever the power goes out",
      milestone: 10, .powerCut, points: 4, after: ["recover-log"], seconds: 40,
      help: "Log before memory, sync before acknowledging, manifest before the old log goes."
    ) { bench in
      try PowerCutRun(
        bench: bench, setup: .lsm, deeds: bench.crashDeeds(12, upkeep: [.flush])
      ).run(.barePOSIX)
    },
    Check(
      "recover-sequence", "changes go on being numbered behind the last one", milestone: 10,
      .persistence, after: ["recover-log"],
      help: "Numbers are never given twice, or old changes would hide new ones."
    ) { bench in
      let store = try bench.open(.lsm)
      try store.put(each: (0..<5).map { (Bench.key($0), "x") })
      try store.flush()
      try store.put("a", "1")
      for _ in 0..<3 {
        try store.reopen()
        try bench.expect(try store.statistics().lastSequence, is: 6, "the last change")
      }
      try store.put("a", "2")
      try bench.expect(try store.statistics().lastSequence, is: 7, "the last change")
      try store.get("a", is: "2")
    },
    Check(
      "recover-rubbish", "what a crash left unfinished is removed, and what is not ours stays",
      milestone: 10, .kill, points: 2, after: ["recover-log"],
      help:
        "A file with a name of ours that the manifest does not need is rubbish; others are not ours."
    ) { bench in
      let ground = bench.disk()
      let store = try bench.open(.lsm, on: ground)
      try store.put("a", "1")
      try store.flush()
      try store.close()
      let directory = try ground.simulated?.openDirectory(ground.path, creating: false)
      for name in ["000099.seg.tmp", "MANIFEST.tmp", "notes.txt"] {
        try directory?.create(name).close()
      }
      directory?.close()
      let again = try bench.open(.lsm, on: ground)
      try again.get("a", is: "1")
      try again.put("a", "2")
      try bench.expect(
        ground.names.filter { $0.hasSuffix(".tmp") || $0 == "notes.txt" }, is: ["notes.txt"],
        "temporary and foreign files")
    },
    Check(
      "recover-log-damage", "damage to a log is an error, or its unsynced end is dropped",
      milestone: 10, .corruption, points: 3, after: ["recover-log"], seconds: 30,
      help: "What the reader of the log refuses, opening refuses too."
    ) { bench in
      let run = try DamageRun(bench, .lsm) { $0.names.first { $0.hasSuffix(".wal") } ?? "" }
      try run.flips(.errorOrPrefix, atMost: 120)
    },
    Check(
      "recover-manifest-damage", "a damaged manifest is an error", milestone: 10, .corruption,
      points: 2, after: ["recover-segments"],
      help: "Its last four bytes are a checksum; nothing of it is believed before."
    ) { bench in
      let run = try DamageRun(bench, .lsm, flushingAfter: [2]) { _ in "MANIFEST" }
      try run.flips(.errorOrTruth, atMost: 120)
      try run.cuts(.errorOrTruth, atMost: 60)
      let whole = run.ground.bytes(of: run.file)
      for bit in stride(from: 0, to: whole.count * 8, by: 3) {
        let left = bench.copy(of: run.ground, run.file, whole.flipping(bit: bit))
        try bench.expect(
          try bench.part("manifest", on: left).refusal("read") != nil,
          "bit \(bit % 8) of byte \(bit / 8) flipped: an error", actual: "it is read")
      }
    },
    Check(
      "recover-missing-segment", "a segment that is missing is an error, not a forgotten key",
      milestone: 10, .corruption, points: 2, after: ["recover-segments"],
      help: "The manifest says what must be there."
    ) { bench in
      let ground = bench.disk()
      let store = try bench.open(.lsm, on: ground)
      try store.put("a", "1")
      try store.flush()
      try store.close()
      let directory = try ground.simulated?.openDirectory(ground.path, creating: false)
      for name in ground.names where name.hasSuffix(".seg") { try directory?.remove(name) }
      directory?.close()
      try bench.expect(
        try bench.openFailure(.lsm, on: ground) != nil, "opening fails", actual: "it succeeds")
    },
    Check(
      "manifest-round-trip", "what a manifest says is read as it was written", milestone: 10,
      .basics, points: 2, help: "Docs/Formats/Manifest.md has every field."
    ) { bench in
      let ground = bench.disk()
      let manifest = try bench.part("manifest", on: ground)
      let head: [WireValue] = [.integer(42), .integer(5), .integer(9)]
      let size = try manifest.number("commit", head + twoRows)
      try bench.expect(size, is: 112 + 2 * 24 + 4, "bytes of the manifest")
      try bench.expect(try manifest.ask("read"), is: .array(head + twoRows), "what is read")
      try bench.expect(ground.names, is: ["MANIFEST"], "files")
    },
    Check(
      "manifest-replaced",
      "a power cut while a manifest is replaced leaves the old one or the new one",
      milestone: 10, .powerCut, points: 3, after: ["manifest-round-trip"],
      help: "Write a whole new file, sync it, rename it over the old one, sync the directory."
    ) { bench in
      let ground = bench.disk(.barePOSIX)
      let manifest = try bench.part("manifest", on: ground)
      let old: [WireValue] = [.integer(10), .integer(1), .integer(3)]
      let new: [WireValue] = [.integer(20), .integer(2), .integer(7)] + twoRows
      try manifest.ask("commit", old)
      let images = ImageList()
      ground.simulated?.observer = { [weak disk = ground.simulated] call in
        guard call.kind.isChanging, let disk else { return }
        images.add(disk.systematicPowerCuts.map { disk.afterPowerCut($0) })
      }
      try manifest.ask("commit", new)
      for image in images.all {
        let left = Ground(disk: image, link: bench.link)
        let found = try bench.part("manifest", on: left).ask("read")
        try bench.expect(
          found == .array(old) || found == .array(new), "the old manifest or the new one",
          actual: "\(found)")
      }
      let last = ground.afterPowerCut(.worst, bench.link)
      try bench.expect(
        try bench.part("manifest", on: last).ask("read"), is: .array(new), "after the commit")
    },
    Check(
      "recover-locked", "a store that is open cannot be opened again", milestone: 10, .basics,
      help: "Take the directory's lock before anything is read."
    ) { bench in
      let ground = bench.disk()
      let store = try bench.open(.lsm, on: ground)
      try store.put("a", "1")
      try store.reopen()
      let error = try bench.openFailure(.lsm, on: ground)
      guard case .locked? = error else {
        throw CheckFailure(
          expected: "an error that says that the store is in use",
          actual: error.map { "\($0)" } ?? "it is opened")
      }
      try store.get("a", is: "1")
    },
    Check(
      "recover-not-created",
      "opening a store that is not there is an error, unless one is to be made",
      milestone: 10, .basics, help: "createsIfMissing says which."
    ) { bench in
      let ground = bench.disk()
      let store = try bench.open(.lsm, on: ground)
      try store.put("a", "1")
      try store.close()
      try bench.open(.lsm.with("create=no"), on: ground).get("a", is: "1")
      let error = try bench.openFailure(.lsm.with("create=no"), on: bench.disk())
      guard case .notFound? = error else {
        throw CheckFailure(
          expected: "an error that says that there is no store",
          actual: error.map { "\($0)" } ?? "it is opened")
      }
    },
  ]
}

/// Disks put aside, by whichever thread serves the disk.
final class ImageList: @unchecked Sendable {
  private let lock = Lock()
  private var disks: [SimulatedDisk] = []  // guarded by `lock`

  /// Adds disks.
  func add(_ more: [SimulatedDisk]) { lock.withLock { disks += more } }

  /// All of them.
  var all: [SimulatedDisk] { lock.withLock { disks } }
}
