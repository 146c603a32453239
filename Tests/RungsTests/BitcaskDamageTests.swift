import StrataCore
import StrataTestSupport
import Testing

@testable import StrataRungs

@Suite("Bitcask and damage")
struct BitcaskDamageTests {
  /// A closed store of three data files with overwritten, deleted and batched entries.
  private static func damageable() throws -> (files: [String: [UInt8]], truth: [Entry]) {
    let disk = SimulatedDisk(.ordered)
    let store = try Rung.bitcask(disk) { $0.dataFileBytes = 200 }
    for number in 0..<6 { try store.put(Key("k\(number)"), Value("first \(number)")) }
    try store.delete("k1")
    try store.apply(
      WriteBatch([
        .put("k2", "second", expiresAt: nil), .delete("k3"), .put("k9", "9", expiresAt: nil),
      ]))
    try store.put("last", "one")
    let truth = try store.scan().collect()
    try store.close()
    return (Rung.files(of: disk), truth)
  }

  private enum Outcome: Hashable { case same, error, lost, lie }

  private static func outcome(_ files: [String: [UInt8]], _ truth: [Entry]) -> Outcome {
    do {
      let store = try Rung.bitcask(try Rung.disk(files))
      let found = try store.scan().collect()
      if found == truth { return .same }
      return found.allSatisfy(truth.contains) ? .lost : .lie
    } catch {
      return .error
    }
  }

  @Test(
    "every flipped bit of every file is an error, or changes no answer", arguments: [true, false])
  func everyBit(withHints: Bool) throws {
    var (files, truth) = try Self.damageable()
    if !withHints { files = files.filter { !$0.key.hasPrefix("hint.") } }
    #expect(files.count == (withHints ? 8 : 4))
    var errors = 0
    for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
      for bit in 0..<(bytes.count * 8) {
        var damaged = files
        damaged[name]?[bit / 8] ^= 1 << (bit % 8)
        let outcome = Self.outcome(damaged, truth)
        if outcome == .error { errors += 1 }
        #expect(outcome == .same || outcome == .error, "\(name), bit \(bit): \(outcome)")
        if name.hasPrefix("hint.") { #expect(outcome == .same, "\(name), bit \(bit)") }
      }
    }
    #expect(errors > 1_000)
  }

  @Test("one damaged record fails alone: the other keys can be read")
  func oneRecord() throws {
    var (files, truth) = try Self.damageable()
    let place = try #require(files["data.0"]?.firstIndex(of: UInt8(ascii: "f")))
    files["data.0"]?[place + 6] ^= 1
    let store = try Rung.bitcask(try Rung.disk(files))
    var failures: [Key] = []
    for entry in truth {
      do { #expect(try store.get(entry.key) == entry.value) } catch { failures.append(entry.key) }
    }
    #expect(failures == ["k0"])
    let report = try BitcaskStore.verify(at: "store", fileSystem: try Rung.disk(files))
    #expect(report.problems.map(\.file) == ["data.0"])
    // A merge copies nothing that it could not check.
    #expect(throws: StoreError.self) { try store.compact() }
    #expect(try store.get("last") == "one")
  }

  @Test("cut anywhere, the newest file loses its end, by whole batches, and nothing else")
  func everyCutOfTheNewest() throws {
    let disk = SimulatedDisk(.ordered)
    let store = try Rung.bitcask(disk)
    var states = [try store.scan().collect()]
    var ends = [try #require(disk.contents(of: "data.0", in: "store")?.count)]
    let batches: [WriteBatch] = [
      WriteBatch([.put("a", "1", expiresAt: nil)]),
      WriteBatch([.put("b", "2", expiresAt: nil), .delete("a"), .put("c", "3", expiresAt: nil)]),
      WriteBatch([.delete("b")]),
    ]
    for batch in batches {
      try store.apply(batch)
      states.append(try store.scan().collect())
      ends.append(try #require(disk.contents(of: "data.0", in: "store")?.count))
    }
    let whole = try #require(disk.contents(of: "data.0", in: "store"))
    for cut in 0...whole.count {
      let disk = try Rung.disk(["data.0": Array(whole[..<cut])])
      let found = try Rung.bitcask(disk)
      let count = max(0, ends.lastIndex { $0 <= cut } ?? 0)
      #expect(try found.scan().collect() == states[count], "cut at \(cut)")
      let isTorn = cut >= ends[0] && !ends.contains(cut)
      #expect((found.recovery.bytesDropped > 0) == isTorn, "cut at \(cut)")
      try found.put("after", "x")
      let reopened = try Rung.bitcask(disk.afterKill())
      #expect(reopened.recovery.bytesDropped == 0, "cut at \(cut)")
      #expect(try reopened.get("after") == "x", "cut at \(cut)")
      #expect(try reopened.scan().collect().count == states[count].count + 1, "cut at \(cut)")
    }
  }

  @Test("a sealed file that is shorter, and a file that is missing, are damage")
  func sealedFiles() throws {
    let (files, _) = try Self.damageable()
    let size = try #require(files["data.1"]?.count)
    for hints in [true, false] {
      let kept = hints ? files : files.filter { !$0.key.hasPrefix("hint.") }
      for cut in 0..<size {
        var damaged = kept
        damaged["data.1"] = Array(files["data.1"]?[..<cut] ?? [])
        #expect(throws: StoreError.self, "cut at \(cut)") {
          try Rung.bitcask(try Rung.disk(damaged))
        }
      }
      for name in ["data.0", "data.1"] {
        var damaged = kept
        damaged[name] = nil
        let error = #expect(throws: StoreError.self) { try Rung.bitcask(try Rung.disk(damaged)) }
        #expect(error.map { "\($0)" }?.contains("is missing") == true)
      }
    }
    let onlyHints = files.filter { $0.key.hasPrefix("hint.") }
    #expect(throws: StoreError.self) { try Rung.bitcask(try Rung.disk(onlyHints)) }
  }

  @Test("lengthened, blanked and exchanged: an error, or the same answers")
  func otherDamages() throws {
    let (files, truth) = try Self.damageable()
    var damages: [(String, [String: [UInt8]])] = []
    for (name, bytes) in files {
      var damaged = files
      for more in [[0], [UInt8](repeating: 0, count: 600), [0x5A], Array(bytes.suffix(48))] {
        damaged[name] = bytes + more
        damages.append(("\(name) with \(more.count) bytes more", damaged))
      }
      for start in stride(from: 0, to: bytes.count, by: 16) {
        var blank = bytes
        for index in start..<min(start + 16, bytes.count) { blank[index] = 0 }
        damaged[name] = blank
        damages.append(("\(name) blank from \(start)", damaged))
      }
      for other in files.keys where other != name {
        damaged = files
        damaged[name] = files[other]
        damages.append(("\(other) as \(name)", damaged))
        damaged[other] = bytes
        damages.append(("\(name) and \(other) exchanged", damaged))
      }
    }
    #expect(damages.count > 200)
    for (damage, files) in damages {
      let outcome = Self.outcome(files, truth)
      #expect(outcome == .same || outcome == .error, "\(damage): \(outcome)")
    }
  }

  @Test("a file of another store, or under another number, is not taken for ours")
  func foreignFiles() throws {
    let (files, _) = try Self.damageable()
    let other = SimulatedDisk(.ordered)
    let store = try Rung.bitcask(other) {
      $0.identity = StoreIdentity(high: 7, low: 7)
      $0.dataFileBytes = 1
    }
    for _ in 0..<3 { try store.put("a", "1") }
    var mixed = files
    mixed["data.1"] = Rung.files(of: other)["data.1"]
    #expect(throws: StoreError.self) { try Rung.bitcask(try Rung.disk(mixed)) }
    mixed = files
    mixed["data.1"] = files["data.2"]
    #expect(throws: StoreError.self) { try Rung.bitcask(try Rung.disk(mixed)) }
    mixed = files
    mixed["data.7"] = files["hint.2"]
    #expect(throws: StoreError.self) { try Rung.bitcask(try Rung.disk(mixed)) }
  }

  @Test("a length beyond the file costs no memory, even when its checksum is right")
  func hugeLength() throws {
    let disk = SimulatedDisk(.ordered)
    let store = try Rung.bitcask(disk)
    try store.put("a", "1")
    let whole = try #require(disk.contents(of: "data.0", in: "store"))
    let seed = ByteView.withBytes(of: whole) { $0.uint32(at: 52) }
    var buffer = ByteBuffer()
    BitcaskRecord.append(
      .value, .empty, .empty, timestamp: 1, expiresAt: nil, following: 0, to: &buffer)
    buffer.set(UInt32(Value.maximumLength), at: 20)
    BitcaskRecord.seal(&buffer, at: 0, synced: 0, seed: seed)
    let found = try Rung.bitcask(try Rung.disk(["data.0": whole + buffer.view.array]))
    #expect(found.recovery.bytesDropped == 40)
    #expect(try found.scan().collect() == [Entry(key: "a", value: "1")])
  }

  @Test("what an earlier process failed to sync is written again, the file's header too")
  func failedSync() throws {
    for failing in 1...3 {
      let disk = SimulatedDisk(.barePOSIX)
      let store = try Rung.bitcask(disk) { $0.dataFileBytes = 1 }
      try store.put("first", "1")
      var syncs = 0
      disk.interceptor = { call in
        guard call.kind == .syncFile else { return .success }
        syncs += 1
        return syncs == failing ? .failure(.inputOutput, done: .nothing) : .success
      }
      #expect(throws: StoreError.self) { try store.put("second", "2") }
      disk.interceptor = nil
      let next = disk.afterKill()
      let reopened = try Rung.bitcask(next)
      try reopened.put("third", "3")
      for seed: UInt64 in 0..<8 {
        let cut = SimulatedPowerCut(names: .all, files: [.sectors(seed: seed, .junk)])
        let found = try Rung.bitcask(next.afterPowerCut(cut))
        #expect(try found.get("first") == "1", "sync \(failing), seed \(seed)")
        #expect(try found.get("third") == "3", "sync \(failing), seed \(seed)")
      }
    }
  }
}
