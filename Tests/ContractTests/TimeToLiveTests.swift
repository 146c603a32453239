import StrataCore
import StrataTestSupport
import Testing

@Suite("Contract: time to live")
struct TimeToLiveTests {
  private func withStore(
    _ row: StoreUnderTest, _ body: (any KeyValueStore, ManualClock) throws -> Void
  ) throws {
    let clock = ManualClock(1_000)
    try row.withStore(clock: clock) { try body($0, clock) }
  }

  @Test("a key is there until its moment has come, and then no more", arguments: StoreUnderTest.all)
  func expiry(row: StoreUnderTest) throws {
    try withStore(row) { store, clock in
      try store.put("a", "1", expiresAt: 1_500)
      try store.put("b", "2")
      clock.advance(milliseconds: 499)
      #expect(try store.get("a") == "1")
      #expect(try store.contains("a"))
      #expect(try store.scan().collect().count == 2)
      clock.advance(milliseconds: 1)
      #expect(try store.get("a") == nil)
      #expect(try !store.contains("a"))
      #expect(try store.scan().collect() == [Entry(key: "b", value: "2")])
      #expect(try store.scan(.all, .reverse, limit: 1).collect() == [Entry(key: "b", value: "2")])
    }
  }

  @Test(
    "an expired value hides older ones, before and after compaction", arguments: StoreUnderTest.all)
  func hiding(row: StoreUnderTest) throws {
    try withStore(row) { store, clock in
      try store.put("a", "old")
      try store.flush()
      try store.put("a", "new", expiresAt: 1_500)
      try store.flush()
      clock.advance(milliseconds: 600)
      #expect(try store.get("a") == nil)
      _ = try store.compact()
      #expect(try store.get("a") == nil)
      #expect(try store.scan().collect().isEmpty)
    }
  }

  @Test("a moment that has already passed is as good as a deletion", arguments: StoreUnderTest.all)
  func alreadyPassed(row: StoreUnderTest) throws {
    try withStore(row) { store, _ in
      try store.put("a", "1")
      try store.put("a", "2", expiresAt: 1_000)
      #expect(try store.get("a") == nil)
      try store.put("a", "3", expiresAt: 0)
      try store.flush()
      #expect(try store.get("a") == nil)
      #expect(try store.scan().collect().isEmpty)
    }
  }

  @Test("a value says until when it is there, wherever it lies", arguments: StoreUnderTest.all)
  func lookingUp(row: StoreUnderTest) throws {
    try withStore(row) { store, clock in
      try store.put("a", "1", expiresAt: 1_500)
      try store.put("b", "2")
      try store.put("", "3", expiresAt: 1_700)
      for step in 0..<3 {
        #expect(try store.lookUp("a") == ExpiringValue("1", expiresAt: 1_500))
        #expect(try store.lookUp("b") == ExpiringValue("2", expiresAt: nil))
        #expect(try store.lookUp("") == ExpiringValue("3", expiresAt: 1_700))
        #expect(try store.lookUp("aa") == nil)
        if step == 0 { try store.flush() }
        if step == 1 { _ = try store.compact() }
      }
      clock.advance(milliseconds: 500)
      #expect(try store.lookUp("a") == nil)
      try store.put("", "4")
      #expect(try store.lookUp("") == ExpiringValue("4", expiresAt: nil))
      try store.delete("")
      #expect(try store.lookUp("") == nil)
      #expect(throws: StoreError.self) {
        try store.lookUp(Key([UInt8](repeating: 0, count: Key.maximumLength + 1)))
      }
    }
  }

  @Test("a later put without a moment lasts", arguments: StoreUnderTest.all)
  func renewal(row: StoreUnderTest) throws {
    try withStore(row) { store, clock in
      try store.put("a", "1", expiresAt: 1_500)
      try store.put("a", "2")
      try store.put("b", "1")
      try store.put("b", "2", expiresAt: 1_500)
      clock.advance(milliseconds: 10_000)
      _ = try store.compact()
      #expect(try store.scan().collect() == [Entry(key: "a", value: "2")])
    }
  }

  @Test("each change of a batch has its own moment", arguments: StoreUnderTest.all)
  func batches(row: StoreUnderTest) throws {
    try withStore(row) { store, clock in
      var batch = WriteBatch()
      batch.put("a", "1", expiresAt: 1_100)
      batch.put("b", "2", expiresAt: 1_200)
      batch.put("c", "3")
      try store.apply(batch)
      clock.advance(milliseconds: 150)
      #expect(try store.scan().collect().map(\.key) == ["b", "c"])
    }
  }

  @Test("a scan says when each entry expires", arguments: StoreUnderTest.all)
  func moments(row: StoreUnderTest) throws {
    try withStore(row) { store, _ in
      try store.put("a", "1", expiresAt: 1_500)
      try store.put("b", "2")
      try store.put("c", "3", expiresAt: 2_500)
      for _ in 0..<2 {
        let scan = try store.scan()
        var moments: [UnixMilliseconds?] = []
        while try scan.next() != nil { moments.append(scan.expiresAt) }
        #expect(moments == [1_500, nil, 2_500])
        try store.flush()
      }
    }
  }

  @Test("the last moment there is never comes", arguments: StoreUnderTest.all)
  func endOfTime(row: StoreUnderTest) throws {
    try withStore(row) { store, clock in
      try store.put("a", "1", expiresAt: .max)
      clock.advance(milliseconds: 1 << 60)
      _ = try store.compact()
      #expect(try store.get("a") == "1")
    }
  }

  @Test(
    "a clock set back never expires early and brings no older value back",
    arguments: StoreUnderTest.all)
  func clockSetBack(row: StoreUnderTest) throws {
    try withStore(row) { store, clock in
      try store.put("a", "old")
      try store.put("stays", "1", expiresAt: 5_000)
      try store.flush()
      try store.put("a", "new", expiresAt: 1_500)
      try store.flush()
      clock.advance(milliseconds: 1_000)
      #expect(try store.get("a") == nil)
      _ = try store.compact()
      clock.advance(milliseconds: -1_500)
      // The compaction may have dropped it, or not; what it must not do is show what lay below.
      let answer = try store.get("a")
      #expect(answer == nil || answer == "new")
      #expect(try store.get("stays") == "1")
      clock.advance(milliseconds: 2_000)
      #expect(try store.get("a") == nil)
      #expect(try store.get("stays") == "1")
    }
  }

  @Test(
    "what expired before it was flushed or compacted stays gone when the clock is set back",
    arguments: StoreUnderTest.all.filter(\.reclaimsSpace))
  func compactedAndSetBack(row: StoreUnderTest) throws {
    try withStore(row) { store, clock in
      for key in ["flushed", "compacted"] as [Key] { try store.put(key, "old") }
      try store.put("compacted", "new", expiresAt: 1_500)
      try store.flush()
      try store.put("flushed", "new", expiresAt: 1_500)
      clock.advance(milliseconds: 1_000)
      try store.flush()
      clock.advance(milliseconds: -1_000)
      if row.flushMovesEntries { #expect(try store.get("flushed") == nil) }
      clock.advance(milliseconds: 1_000)
      _ = try store.compact()
      clock.advance(milliseconds: -1_000)
      #expect(try store.scan().collect().isEmpty)
    }
  }

  @Test("a moment outlives reopening", arguments: StoreUnderTest.durable)
  func reopening(row: StoreUnderTest) throws {
    let clock = ManualClock(1_000)
    try row.withReopenedStores(
      clock: clock,
      { store in
        try store.put("a", "1", expiresAt: 1_500)
        try store.put("b", "1", expiresAt: 2_500)
      },
      { store in
        #expect(try store.get("a") == "1")
        clock.advance(milliseconds: 600)
        try store.flush()
      },
      { (store) throws in
        #expect(try store.get("a") == nil)
        #expect(try store.get("b") == "1")
      })
  }
}
