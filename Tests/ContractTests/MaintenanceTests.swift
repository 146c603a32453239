import StrataCore
import StrataTestSupport
import Testing

@Suite("Contract: flush and compact")
struct MaintenanceTests {
  private static let keys = (0..<120).map { Key("key\($0)") }

  private func fill(_ store: any KeyValueStore) throws -> [Entry] {
    for (index, key) in Self.keys.enumerated() {
      try store.put(key, Value([UInt8](repeating: UInt8(index), count: 90)))
    }
    for key in Self.keys.prefix(40) { try store.put(key, "overwritten") }
    for key in Self.keys.suffix(40) { try store.delete(key) }
    return try store.scan().collect()
  }

  @Test(
    "no answer is changed by flush, compact or a maintenance step", arguments: StoreUnderTest.all)
  func answers(row: StoreUnderTest) throws {
    try row.withOpenStore { open in
      let store = open.store
      let expected = try fill(store)
      #expect(expected.count == 80)
      func check(_ after: Comment) throws {
        #expect(try store.scan().collect() == expected, after)
        #expect(try store.scan(.all, .reverse, limit: nil).collect() == expected.reversed(), after)
        #expect(try store.get("key0") == "overwritten", after)
        #expect(try store.get("key119") == nil, after)
      }
      for _ in 0..<20 where try open.performMaintenanceStep?() ?? false { try check("a step") }
      try store.flush()
      try check("flush")
      try store.flush()
      try check("a second flush")
      _ = try store.compact()
      try check("compact")
      _ = try store.compact()
      try check("a second compact")
    }
  }

  @Test(
    "compact gives back the bytes of what was overwritten and deleted",
    arguments: StoreUnderTest.all.filter(\.reclaimsSpace))
  func reclaiming(row: StoreUnderTest) throws {
    try row.withStore { store in
      _ = try fill(store)
      try store.flush()
      let before = try store.statistics().diskBytes
      let reclaimed = try store.compact()
      let after = try store.statistics().diskBytes
      #expect(reclaimed >= 0)
      #expect(after < before + 4_096)
      // In the end there are the live bytes, and little more for each of the 80 records.
      let live = try store.scan().collect().reduce(0) {
        $0 + $1.key.bytes.count + $1.value.bytes.count
      }
      #expect(after < live * 4 + 512 * 80, "\(after) bytes on disk for \(live) live ones")
    }
  }

  @Test(
    "compact answers with the bytes that it reclaimed",
    arguments: StoreUnderTest.all.filter { $0.reclaimsSpace && $0.isStepwise })
  func reclaimedBytes(row: StoreUnderTest) throws {
    try row.withStore { store in
      for round in 0..<4 {
        for number in 0..<20 {
          try store.put(Key("\(number)"), Value([UInt8](repeating: UInt8(round), count: 2_000)))
        }
        try store.flush()
      }
      let before = try store.statistics().diskBytes
      let reclaimed = try store.compact()
      let after = try store.statistics().diskBytes
      // 60 of the 80 values were overwritten; their records are longer, and files are more than records.
      #expect(reclaimed >= 60 * 2_000, "\(before) → \(after), said \(reclaimed)")
      // A new file has a few bytes of its own, whatever is in it.
      #expect(reclaimed <= before - after + 64, "\(before) → \(after), said \(reclaimed)")
      #expect(after < 20 * 2_000 * 2)
    }
  }

  @Test(
    "after compact there is no tombstone, and one record for each key",
    arguments: StoreUnderTest.all.filter(\.reclaimsSpace))
  func tombstones(row: StoreUnderTest) throws {
    try row.withStore { store in
      _ = try fill(store)
      _ = try store.compact()
      let statistics = try store.statistics()
      #expect(statistics.levels.reduce(0) { $0 + $1.tombstones } == 0)
      #expect(statistics.levels.reduce(0) { $0 + $1.records } == 80)
    }
  }

  @Test(
    "a store whose every key was deleted compacts to nothing",
    arguments: StoreUnderTest.all.filter(\.reclaimsSpace))
  func everythingDeleted(row: StoreUnderTest) throws {
    try row.withReopenedStores(
      { store in
        for key in Self.keys { try store.put(key, "value") }
        try store.flush()
        for key in Self.keys { try store.delete(key) }
        _ = try store.compact()
        #expect(try store.scan().collect().isEmpty)
        #expect(try store.statistics().levels.reduce(0) { $0 + $1.records } == 0)
      },
      { store in
        #expect(try store.scan().collect().isEmpty)
        try store.put("key1", "again")
        #expect(try store.scan().collect() == [Entry(key: "key1", value: "again")])
      })
  }

  @Test(
    "a deleted key does not come back through any order of steps and openings",
    arguments: StoreUnderTest.stepwise)
  func noResurrection(row: StoreUnderTest) throws {
    try TestGround.with(row.ground) { ground in
      var open = try row.open(ground)
      for round in 0..<30 {
        try open.store.put("victim", Value("\(round)"))
        for number in 0..<12 {
          try open.store.put(Key("\(round)/\(number)"), Value([UInt8](repeating: 0, count: 150)))
        }
        if round % 3 == 0 { try open.store.flush() }
        try open.store.delete("victim")
        #expect(try open.store.get("victim") == nil)
        _ = try open.performMaintenanceStep?()
        if round % 2 == 0 { try open.store.flush() }
        while try open.performMaintenanceStep?() ?? false {
          #expect(try open.store.get("victim") == nil)
        }
        if round % 5 == 4 {
          try open.store.close()
          open = try row.open(ground)
        }
        #expect(try open.store.get("victim") == nil)
        #expect(try open.store.scan().collect().count == (round + 1) * 12)
      }
      try open.store.close()
    }
  }

  @Test("flush and compact of an empty store do nothing", arguments: StoreUnderTest.all)
  func emptyStore(row: StoreUnderTest) throws {
    try row.withStore { store in
      try store.flush()
      #expect(try store.compact() == 0)
      try store.flush()
      #expect(try store.scan().next() == nil)
    }
  }
}
