import StrataCore
import StrataTestSupport
import Testing

@Suite("Contract: closing and opening again")
struct LifecycleTests {
  @Test("close may be repeated, and every call after it says so", arguments: StoreUnderTest.all)
  func closing(row: StoreUnderTest) throws {
    try row.withStore { store in
      try store.put("a", "1")
      try store.close()
      try store.close()
      #expect(throws: StoreError.closed) { try store.put("a", "2") }
      #expect(throws: StoreError.closed) { try store.put("a", "2", expiresAt: 1) }
      #expect(throws: StoreError.closed) { try store.get("a") }
      #expect(throws: StoreError.closed) { try store.contains("a") }
      #expect(throws: StoreError.closed) { try store.delete("a") }
      #expect(throws: StoreError.closed) { try store.apply(WriteBatch([.delete("a")])) }
      #expect(throws: StoreError.closed) { try store.apply(WriteBatch()) }
      #expect(throws: StoreError.closed) { try store.scan() }
      #expect(throws: StoreError.closed) { try store.flush() }
      #expect(throws: StoreError.closed) { try store.compact() }
      #expect(throws: StoreError.closed) { try store.statistics() }
      try store.close()
    }
  }

  @Test(
    "a scan that outlives its store ends in order or with an error", arguments: StoreUnderTest.all)
  func scanAfterClosing(row: StoreUnderTest) throws {
    try row.withStore { (store) throws in
      for number in 0..<50 { try store.put(Key("\(number)"), "v") }
      try store.flush()
      for number in 50..<99 { try store.put(Key("\(number)"), "v") }
      let scan = try store.scan()
      _ = try scan.next()
      try store.close()
      do {
        let rest = try scan.collect()
        #expect(rest.count == 98)
      } catch {
        #expect(error as? StoreError == .closed)
      }
    }
  }

  @Test("what was acknowledged is there after opening again", arguments: StoreUnderTest.durable)
  func reopening(row: StoreUnderTest) throws {
    let expected = [
      Entry(key: "a", value: "2"), Entry(key: "c", value: ""), Entry(key: "d", value: "4"),
    ]
    try row.withReopenedStores(
      { store in
        try store.put("a", "1")
        try store.put("b", "1")
        try store.flush()
        try store.put("a", "2")
        try store.delete("b")
        try store.put("c", "")
      },
      { store in
        #expect(try store.get("a") == "2")
        #expect(try store.get("b") == nil)
        try store.put("d", "4")
        #expect(try store.scan().collect() == expected)
      },
      { store in
        #expect(try store.scan().collect() == expected)
        _ = try store.compact()
      },
      { (store) throws in
        #expect(try store.scan().collect() == expected)
        #expect(try store.get("b") == nil)
      })
  }

  @Test(
    "opening again many times neither loses nor adds anything", arguments: StoreUnderTest.durable)
  func reopeningOften(row: StoreUnderTest) throws {
    try TestGround.with(row.ground) { ground in
      for round in 0..<12 {
        let store = try row.open(ground).store
        #expect(try store.scan().collect().count == round)
        #expect(try store.get("key0") == (round == 0 ? nil : "0"))
        if round % 3 != 2 { try store.put(Key("key\(round)"), Value("\(round)")) }
        if round % 3 == 2 {
          try store.apply(WriteBatch([.put(Key("key\(round)"), "b", expiresAt: nil)]))
        }
        if round % 4 == 3 { try store.flush() }
        try store.close()
      }
    }
  }

  @Test(
    "sequence numbers go on where they were",
    arguments: StoreUnderTest.durable.filter(\.remembersSequence))
  func sequenceNumbers(row: StoreUnderTest) throws {
    try row.withReopenedStores(
      { store in
        for _ in 0..<5 { try store.put("a", "1") }
        #expect(try store.statistics().lastSequence == 5)
      },
      { store in
        #expect(try store.statistics().lastSequence == 5)
        try store.delete("a")
        try store.flush()
        _ = try store.compact()
        #expect(try store.statistics().lastSequence == 6)
      },
      { (store) throws in #expect(try store.statistics().lastSequence == 6) })
  }

  @Test(
    "a store that is open cannot be opened again, and is not disturbed",
    arguments: StoreUnderTest.durable)
  func secondOpening(row: StoreUnderTest) throws {
    try TestGround.with(row.ground) { ground in
      let store = try row.open(ground).store
      try store.put("a", "1")
      for _ in 0..<3 {
        #expect(throws: StoreError.locked(path: ground.path)) { try row.open(ground) }
      }
      try store.put("b", "2")
      try store.close()
      let again = try row.open(ground).store
      #expect(try again.scan().collect().count == 2)
      try again.close()
    }
  }

  @Test(
    "a killed process loses nothing that was acknowledged",
    arguments: StoreUnderTest.durable.filter(\.isStepwise))
  func killing(row: StoreUnderTest) throws {
    try TestGround.with(row.ground) { ground in
      let store = try row.open(ground).store
      for round in 1...40 {
        try store.put(Key("key\(round)"), Value([UInt8](repeating: 1, count: 200)))
        if round % 7 == 0 { try store.delete(Key("key\(round - 1)")) }
        if round % 10 == 0 { try store.flush() }
        let expected = try store.scan().collect()
        let left = try row.open(ground.afterKill()).store
        let found = try left.scan().collect()
        #expect(found.map(\.key) == expected.map(\.key), "after \(round) rounds")
        try left.close()
      }
      try store.close()
    }
  }
}
