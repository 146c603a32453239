import Strata
import StrataCore

/// Overwriting and merging; dying and coming back.
extension Bench {
  /// Every key overwritten five times on average, then everything merged.
  func overwriting() throws(StoreError) {
    let start = BenchCost.soFar
    try fill()
    let store = try store()
    let count = request.count
    try measure(.overwrite, operations: count, purpose: 11) {
      [data] (hand, _) throws(StoreError) in
      let index = hand.random.below(count)
      data.write(index, into: &hand.key)
      data.write(index, version: 1, into: &hand.value)
      try store.put(hand.key, hand.value)
    }
    guard wants(.compact) else { return }
    let peak = try overwriteAgain(from: wants(.overwrite) ? 2 : 1)
    try settle()
    let written = BenchCost.soFar.since(start)
    try measureOnce(.compact) { () throws(StoreError) in
      let before = Platform.diskBytes(in: session.settings.path)
      _ = try store.compact()
      let after = Platform.diskBytes(in: session.settings.path)
      let live = Double(count * (BenchData.keySize + data.valueSize))
      func share(_ bytes: Int?) -> String {
        bytes.map { Units.decimal(Double($0) / live, 3) } ?? "-"
      }
      return [
        ("before", "\(before)"), ("after", "\(after)"),
        ("writeamp", share(written.writtenBytes.map { $0 / 6 })),
        ("writeamp_calls", share(written.passedBytes.map { $0 / 6 })),
        ("spaceamp_before", share(before)), ("spaceamp_peak", share(peak)),
        ("spaceamp_after", share(after)),
      ]
    }
    let versions = overwrittenVersions()
    try verify { UInt64(versions[$0]) }
  }

  /// The rounds up to the fifth, not measured; returns the most room that the files took after one.
  private func overwriteAgain(from first: Int) throws(StoreError) -> Int {
    let store = try store()
    var hand = BenchHand(data, seed: request.seed(11))
    // The numbers of the measured round are used up.
    for _ in 0..<(first - 1) * request.count { _ = hand.random.next() }
    var peak = 0
    for version in first...5 {
      for _ in 0..<request.count {
        let index = hand.random.below(request.count)
        data.write(index, into: &hand.key)
        data.write(index, version: UInt64(version), into: &hand.value)
        try store.put(hand.key, hand.value)
      }
      peak = max(peak, Platform.diskBytes(in: session.settings.path))
    }
    return peak
  }

  /// What the five rounds have left of each entry.
  private func overwrittenVersions() -> [UInt8] {
    var versions = [UInt8](repeating: 0, count: request.count)
    var random = SplitMix64(seed: request.seed(11))
    for version in UInt8(1)...5 {
      for _ in 0..<request.count { versions[random.below(request.count)] = version }
    }
    return versions
  }

  /// Another process fills the store and is killed behind its last put; here the store is opened again.
  func killed() throws(StoreError) {
    let settings = session.settings
    var words = [
      "--store", settings.path, "--engine", settings.engine.name,
      "--durability", "\(settings.durability)",
    ]
    if let policy = settings.policy { words += ["--policy", policy] }
    if let bytes = settings.memTableBytes { words += ["--memtable", "\(bytes)"] }
    words += [
      "bench", Workload.fillrandom.rawValue, "--kill", "--format", BenchFormat.lines.rawValue,
      "--count", "\(request.count)", "--value-size", "\(data.valueSize)",
    ]
    let child = try Platform.spawn(Platform.executablePath, words)
    Platform.closeFile(child.input)
    let answers = LineReader(descriptor: child.output, name: "the child's answers")
    while try answers.next() != nil {}
    Platform.closeFile(child.output)
    guard child.awaitEnd() == 128 + 9 else {
      throw .corrupt(
        file: settings.path, offset: 0, reason: "the process that filled it was not killed")
    }
    let disk = Platform.diskBytes(in: settings.path)
    try measureOnce(.openAfterKill) { () throws(StoreError) in
      try readFirst()
      return [("disk", "\(disk)")]
    }
    try verify()
  }
}
