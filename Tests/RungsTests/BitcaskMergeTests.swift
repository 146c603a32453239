import StrataCore
import StrataRungs
import StrataTestSupport
import Testing

@Suite("Merging a Bitcask store")
struct BitcaskMergeTests {
  /// Five data files: overwritten values, deleted keys whose values lie in older files, a batch.
  private func fill(_ store: BitcaskStore) throws {
    for number in 0..<8 { try store.put(Key("k\(number)"), Value("old \(number)")) }
    for number in 0..<4 { try store.put(Key("k\(number)"), Value("new \(number)")) }
    try store.delete("k3")
    try store.delete("k7")
    try store.apply(WriteBatch([.put("k8", "8", expiresAt: nil), .delete("k6")]))
  }

  @Test("a merge leaves one record for each living key in one file, and no tombstone")
  func merging() throws {
    let disk = SimulatedDisk(.ordered)
    let store = try Rung.bitcask(disk) { $0.dataFileBytes = 200 }
    try fill(store)
    let expected = try store.scan().collect()
    #expect(expected.map(\.key) == ["k0", "k1", "k2", "k4", "k5", "k8"])
    let before = try store.statistics()
    let reclaimed = try store.compact()
    let after = try store.statistics()
    #expect(reclaimed > 0 && reclaimed <= before.diskBytes - after.diskBytes)
    #expect(after.levels.map(\.records) == [6])
    #expect(after.levels.map(\.tombstones) == [0])
    let names = disk.names(in: "store")
    #expect(names.count == 2 && names[0].hasPrefix("data.") && names[1].hasPrefix("hint."))
    #expect(try store.compact() == 0)
    #expect(try store.scan().collect() == expected)
    try store.put("k0", "newest")
    let reopened = try Rung.bitcask(disk.afterKill())
    #expect(try reopened.get("k0") == "newest")
    #expect(try reopened.scan().collect().count == 6)
    #expect(try reopened.statistics().lastSequence == before.lastSequence + 1)
  }

  @Test(
    "a crash at any step of a merge changes no answer and brings no key back",
    arguments: SimulatedDisk.Personality.allCases)
  func everyStep(personality: SimulatedDisk.Personality) throws {
    let disk = SimulatedDisk(personality)
    let store = try Rung.bitcask(disk) { $0.dataFileBytes = 200 }
    try fill(store)
    let expected = try store.scan().collect()
    var images: [(step: String, disk: SimulatedDisk)] = []
    var random = SplitMix64(seed: 5)
    disk.observer = { [unowned disk] call in
      guard call.kind.isChanging else { return }
      for cut in disk.systematicPowerCuts {
        images.append(("power cut after \(call)", disk.afterPowerCut(cut)))
      }
      for _ in 0..<10 {
        let cut = disk.randomPowerCut(using: &random)
        images.append(("random power cut after \(call)", disk.afterPowerCut(cut)))
      }
      images.append(("kill after \(call)", disk.afterKill()))
    }
    _ = try store.compact()
    disk.observer = nil
    #expect(images.count > 100)
    for (step, image) in images {
      let found = try Rung.bitcask(image)
      #expect(try found.scan().collect() == expected, "\(step)")
      // And the next life, in which old numbers might be given again, ends as badly.
      try found.delete("k0")
      try found.put("k3", "again")
      _ = try found.compact()
      let again = try Rung.bitcask(image.afterPowerCut(.worst))
      #expect(try again.get("k0") == nil, "\(step)")
      #expect(try again.get("k3") == "again", "\(step)")
      #expect(try again.get("k7") == nil, "\(step)")
      #expect(try again.get("k5") == "old 5", "\(step)")
    }
  }

  @Test("dead files that could not be removed do not count, in whatever order they went")
  func leftovers() throws {
    let disk = SimulatedDisk(.ordered)
    let store = try Rung.bitcask(disk) { $0.dataFileBytes = 200 }
    try fill(store)
    let old = Rung.files(of: disk)
    _ = try store.compact()
    let expected = try store.scan().collect()
    try store.close()
    let new = Rung.files(of: disk)
    let names = old.keys.sorted()
    for kept in 0..<(1 << min(names.count, 8)) {
      var files = new
      for (index, name) in names.prefix(8).enumerated() where kept >> index & 1 == 1 {
        files[name] = old[name]
      }
      let mixed = try Rung.disk(files)
      let found = try Rung.bitcask(mixed)
      #expect(try found.scan().collect() == expected, "\(files.keys.sorted())")
      #expect(mixed.names(in: "store") == new.keys.sorted())
    }
  }

  @Test("writes beside a merge win over what it moves")
  func writesBeside() throws {
    let disk = SimulatedDisk(.ordered)
    let store = try Rung.bitcask(disk) { $0.dataFileBytes = 200 }
    try fill(store)
    var isDone = false
    // In the middle of the merge, while it holds no lock that a writer needs.
    disk.observer = { call in
      guard call.kind == .append, call.name.hasSuffix(".tmp"), !isDone else { return }
      isDone = true
      do {
        try store.put("k0", "beside")
        try store.delete("k1")
        try store.put("k9", "fresh")
      } catch { Issue.record("\(error)") }
    }
    _ = try store.compact()
    disk.observer = nil
    #expect(isDone)
    for store in [store, try Rung.bitcask(disk.afterKill())] {
      #expect(try store.get("k0") == "beside")
      #expect(try store.get("k1") == nil)
      #expect(try store.get("k9") == "fresh")
      #expect(try store.get("k2") == "new 2")
    }
  }

  @Test("a scan goes on over files that a merge has removed")
  func scans() throws {
    let disk = SimulatedDisk(.ordered)
    let store = try Rung.bitcask(disk) {
      $0.dataFileBytes = 100
      $0.openFiles = 1
    }
    try fill(store)
    let expected = try store.scan().collect()
    let scan = try store.scan()
    var found = [try #require(try scan.next())]
    _ = try store.compact()
    for number in 0..<8 { try store.put(Key("k\(number)"), "later") }
    _ = try store.compact()
    found += try scan.collect()
    #expect(found == expected)
  }

  @Test("what has expired is gone after a merge, and stays gone when the clock is set back")
  func expired() throws {
    let clock = ManualClock(1_000)
    let disk = SimulatedDisk(.ordered)
    let store = try Rung.bitcask(disk, clock: clock)
    try store.put("a", "old")
    try store.put("a", "1", expiresAt: 1_500)
    try store.put("b", "2", expiresAt: 9_000)
    clock.advance(milliseconds: 500)
    #expect(try store.compact() > 0)
    clock.advance(milliseconds: -500)
    #expect(try store.get("a") == nil)
    let reopened = try Rung.bitcask(disk.afterKill(), clock: clock)
    #expect(try reopened.scan().collect() == [Entry(key: "b", value: "2")])
  }

  @Test("a merge that fails leaves the store readable, and the next opening finds everything")
  func failures() throws {
    for failing in 1...12 {
      let disk = SimulatedDisk(.barePOSIX)
      let store = try Rung.bitcask(disk) { $0.dataFileBytes = 200 }
      try fill(store)
      let expected = try store.scan().collect()
      let first = disk.changingCallCount
      disk.interceptor = { call in
        call.kind.isChanging && call.number == first + failing
          ? .failure(.noSpace, done: .nothing) : .success
      }
      _ = try? store.compact()
      disk.interceptor = nil
      #expect(try store.scan().collect() == expected, "call \(failing)")
      try store.close()
      let found = try Rung.bitcask(disk.afterPowerCut(.worst))
      #expect(try found.scan().collect() == expected, "call \(failing)")
    }
  }
}
