import StrataCore

/// Milestone 5: many files, and all keys in memory.
extension Catalogue {
  static let bitcask: [Check] = [
    Check(
      "bitcask-basics", "with many files, puts, gets and deletes answer as the contract says",
      milestone: 5, .basics,
      points: 2, help: "Append a record, then note in the key directory where it lies."
    ) { bench in
      let store = try bench.open(.bitcask)
      try store.performChanges { try store.holds($0) }
      try store.put("", "")
      try store.get("", is: "")
    },
    Check(
      "bitcask-reopen", "what was put into many files is there when the store is opened again",
      milestone: 5,
      .persistence, points: 2, after: ["bitcask-basics"],
      help: "Read the files from the oldest to the newest: what comes later wins."
    ) { bench in
      let store = try bench.open(.smallBitcask)
      try store.put(each: (0..<40).map { (Bench.key($0 % 12), Value("value \($0)")) })
      try store.delete(Bench.key(1))
      try store.restart()
      for number in 28..<40 where number % 12 != 1 {
        try store.get(Bench.key(number % 12), is: Value("value \(number)"))
      }
      try store.get(Bench.key(1), is: nil)
    },
    Check(
      "bitcask-many-files", "a full file is sealed, and the next one begins", milestone: 5, .basics,
      points: 2, after: ["bitcask-basics"],
      help:
        "When the active file has reached its size, close it and create the one with the next number."
    ) { bench in
      let ground = bench.disk()
      let store = try bench.open(.smallBitcask, on: ground)
      try store.put(each: (0..<40).map { (Bench.key($0), Value("value \($0)")) })
      let files = dataFiles(ground)
      try bench.expect(
        files.count >= 4, "40 records of 53 bytes are in at least 4 files of 512",
        actual: "they are in \(files.count)")
      try store.get(each: (0..<40).map { (Bench.key($0), Value("value \($0)")) })
    },
    Check(
      "bitcask-sealed-never-change", "a sealed file never changes again", milestone: 5, .basics,
      points: 2, after: ["bitcask-many-files"],
      help: "Only the newest file is appended to; that is why others can be read without a lock."
    ) { bench in
      let ground = bench.disk()
      let store = try bench.open(.smallBitcask, on: ground)
      try store.put(each: (0..<30).map { (Bench.key($0), "x") })
      let sealed = dataFiles(ground).dropLast()
      let before = sealed.map { ground.bytes(of: $0) }
      try store.put(each: (0..<30).map { (Bench.key($0), "y") })
      for (name, bytes) in zip(sealed, before) {
        try bench.expect(
          ground.bytes(of: name) == bytes, "\(name) is as it was", actual: "it changed")
      }
    },
    Check(
      "bitcask-one-read", "a get is one read of one record, whichever file it is in", milestone: 5,
      .work, points: 2, after: ["bitcask-many-files"],
      help: "The key directory has file, offset and length: nothing has to be looked for."
    ) { bench in
      let ground = bench.disk()
      let meter = Meter(ground)
      let store = try bench.open(.smallBitcask, on: ground)
      try store.put(each: (0..<60).map { (Bench.key($0 % 20), Value("value \($0)")) })
      for number in 40..<60 {
        let work = try meter.work {
          try store.get(Bench.key(number % 20), is: Value("value \(number)"))
        }
        try bench.expect(work.reads, is: 1, "reads for one get")
        try bench.expect(
          work.bytesRead < 100, "one record of 53 bytes is read",
          actual: "\(work.bytesRead) bytes are read")
      }
      let work = try meter.work { try store.get("nobody", is: nil) }
      try bench.expect(work.reads, is: 0, "reads for an absent key")
    },
    Check(
      "bitcask-scan", "a scan over many files has every living key once, in order", milestone: 5,
      .order,
      after: ["bitcask-basics"], help: "The key directory has no order: sort the keys of the range."
    ) { bench in
      let store = try bench.open(.smallBitcask)
      let model = try store.performChanges()
      try store.scan(is: model.scan())
      try store.scan(.all, .reverse, limit: 2, is: model.scan(.all, .reverse, limit: 2))
    },
    Check(
      "bitcask-kill", "whatever many files acknowledged is there after kill -9", milestone: 5,
      .kill,
      points: 2, after: ["bitcask-reopen"],
      help: "Nothing may wait in a buffer of yours when a put returns; nor when a file is full."
    ) { bench in
      let store = try bench.open(.smallBitcask, on: bench.realDisk())
      try store.survivesKills(puts: 24)
    },
    Check(
      "bitcask-power-cut",
      "many files lose nothing that was acknowledged, whenever the power goes out",
      milestone: 5, .powerCut, points: 3, after: ["bitcask-reopen"], seconds: 30,
      help: "Sync a file before the next one begins, and the names of new files too."
    ) { bench in
      try PowerCutRun(
        bench: bench, setup: .smallBitcask, deeds: bench.crashDeeds(16)
      ).run(.barePOSIX)
    },
  ]

  static let bitcaskMerge: [Check] = [
    Check(
      "bitcask-merge-same", "after a merge, every key holds what it held before", milestone: 5,
      .compaction, points: 2, after: ["bitcask-many-files"],
      help: "Copy the records that the key directory leads to; then let it lead to the copies."
    ) { bench in
      let store = try bench.open(.smallBitcask)
      try store.put(each: (0..<60).map { (Bench.key($0 % 15), Value("value \($0)")) })
      for number in 0..<3 { try store.delete(Bench.key(number)) }
      try store.compact()
      for round in 0..<2 {
        for number in 45..<60 {
          let isDeleted = number % 15 < 3
          try store.get(Bench.key(number % 15), is: isDeleted ? nil : Value("value \(number)"))
        }
        if round == 0 { try store.reopen() }
      }
    },
    Check(
      "bitcask-merge-smaller", "a merge leaves fewer bytes and fewer files", milestone: 5,
      .compaction, points: 2, after: ["bitcask-merge-same"],
      help: "The merged files go once the new one has their place."
    ) { bench in
      let ground = bench.disk()
      let store = try bench.open(.smallBitcask, on: ground)
      try store.put(each: (0..<90).map { (Bench.key($0 % 9), Value("value \($0)")) })
      let (files, bytes) = (dataFiles(ground).count, ground.totalBytes)
      try store.compact()
      try bench.expect(
        dataFiles(ground).count < files && ground.totalBytes * 3 < bytes,
        "fewer than \(files) files, and less than a third of \(bytes) bytes",
        actual: "\(dataFiles(ground).count) files, \(ground.totalBytes) bytes")
    },
    Check(
      "bitcask-no-resurrection", "what was deleted never comes back after a merge", milestone: 5,
      .compaction, points: 3, after: ["bitcask-merge-same"],
      help: "Drop a tombstone only when no older file can hold its key."
    ) { bench in
      let store = try bench.open(.smallBitcask)
      for round in 0..<4 {
        try store.put(each: (0..<12).map { (Bench.key($0), Value("round \(round)")) })
        for number in 0..<6 { try store.delete(Bench.key(number)) }
        try store.compact()
        try store.reopen()
        for number in 0..<12 {
          try store.get(Bench.key(number), is: number < 6 ? nil : Value("round \(round)"))
        }
      }
    },
    Check(
      "bitcask-merge-power-cut", "a power cut at any step of a merge loses nothing", milestone: 5,
      .powerCut, points: 3, after: ["bitcask-merge-same"], seconds: 30,
      help: "The merged file is whole and synced, and so is its name, before any old one goes."
    ) { bench in
      try PowerCutRun(
        bench: bench, setup: .smallBitcask,
        deeds: bench.crashDeeds(16, upkeep: [.compact], every: 5)
      ).run(.barePOSIX)
    },
    Check(
      "bitcask-hints", "with hints, opening reads the keys and not the values", milestone: 5, .work,
      points: 2, after: ["bitcask-reopen"],
      help:
        "A hint has key and place of each record of its file; a value is read when it is asked for."
    ) { bench in
      let ground = bench.disk()
      let store = try bench.open(.bitcask.with("unhinted=0"), on: ground)
      let long = String(repeating: "x", count: 2_000)
      try store.put(each: (0..<40).map { (Bench.key($0), Value("\($0)\(long)")) })
      try store.close()
      let left = ground.afterKill(bench.link)
      let meter = Meter(left)
      var again: CheckedStore?
      let work = try meter.work { again = try bench.open(.bitcask, on: left) }
      try bench.expect(
        work.bytesRead * 4 < ground.totalBytes,
        "opening reads less than a quarter of \(ground.totalBytes) bytes",
        actual: "it reads \(work.bytesRead)")
      try again?.get(Bench.key(39), is: Value("39\(long)"))
    },
    Check(
      "bitcask-hint-damage", "a damaged or missing hint changes no answer", milestone: 5,
      .corruption, points: 2, after: ["bitcask-hints"],
      help: "A hint never decides anything: when its checksum does not match, read the data file."
    ) { bench in
      let ground = bench.disk()
      let setup = StoreSetup.bitcask.with("unhinted=0")
      let history = try bench.history(setup, on: ground)
      for hint in ground.names where hint.hasPrefix("hint") {
        let whole = ground.bytes(of: hint)
        for offset in stride(from: 0, to: whole.count, by: 5) {
          let left = bench.copy(of: ground, hint, whole.flipping(bit: offset * 8 + offset % 8))
          let again = try bench.open(setup, on: left)
          try again.holds(history[history.count - 1])
          try again.close()
        }
      }
    },
    Check(
      "bitcask-bit-flips", "a flipped bit in a data file is an error or harmless, never a lie",
      milestone: 5, .corruption, points: 3, after: ["bitcask-reopen"], seconds: 30,
      help: "Check both checksums and the key of every record that is served."
    ) { bench in
      // With hints, opening does not look at the values: then only the get can notice.
      for setup in [StoreSetup.bitcask, .bitcask.with("unhinted=0")] {
        try DamageRun(bench, setup) { dataFiles($0)[0] }.flips(.errorOrPrefix)
      }
    },
    Check(
      "bitcask-cuts", "a data file that was cut off is an error, or ends at a whole record",
      milestone: 5, .corruption, points: 2, after: ["bitcask-reopen"], seconds: 30,
      help: "A record whose end is missing does not count; nor does half a batch."
    ) { bench in
      try DamageRun(bench, .bitcask) { dataFiles($0)[0] }.cuts(.errorOrPrefix)
    },
    Check(
      "bitcask-agrees", "many random operations, merges and crashes are answered as by a model",
      milestone: 5, .agreement, points: 3, after: ["bitcask-merge-same"], seconds: 30,
      help: "The script below is the shortest that was found; do it by hand, step by step."
    ) { bench in
      try AgreementRun(
        bench: bench, setup: .smallBitcask, weights: .init(scan: 3, flush: 1, compact: 2)
      ).run(sequences: 3, deeds: 60)
    },
  ]

  /// The data files, oldest first.
  private static func dataFiles(_ ground: Ground) -> [String] {
    ground.names.filter { $0.hasPrefix("data.") }
      .sorted { (Int($0.dropFirst(5)) ?? 0) < (Int($1.dropFirst(5)) ?? 0) }
  }
}
