import StrataCore
import StrataTestSupport
import Testing

@Suite("Contract: batches")
struct BatchTests {
  @Test("the changes of a batch happen together", arguments: StoreUnderTest.all)
  func applying(row: StoreUnderTest) throws {
    try row.withStore { store in
      try store.put("from", "100")
      try store.put("old", "x")
      var batch = WriteBatch()
      batch.put("from", "70")
      batch.put("to", "30")
      batch.delete("old")
      batch.delete("absent")
      try store.apply(batch)
      #expect(
        try store.scan().collect()
          == [Entry(key: "from", value: "70"), Entry(key: "to", value: "30")])
    }
  }

  @Test("within a batch, the later change of a key wins", arguments: StoreUnderTest.all)
  func laterWins(row: StoreUnderTest) throws {
    try row.withStore { store in
      var batch = WriteBatch()
      batch.put("a", "1")
      batch.put("a", "2")
      batch.put("b", "1")
      batch.delete("b")
      batch.delete("c")
      batch.put("c", "3")
      try store.apply(batch)
      let expected = [Entry(key: "a", value: "2"), Entry(key: "c", value: "3")]
      #expect(try store.scan().collect() == expected)
      try store.flush()
      #expect(try store.scan().collect() == expected)
      #expect(try store.get("b") == nil)
    }
  }

  @Test("an empty batch changes nothing", arguments: StoreUnderTest.all)
  func emptyBatch(row: StoreUnderTest) throws {
    try row.withStore { store in
      try store.apply(WriteBatch())
      #expect(try store.statistics().lastSequence == 0)
      try store.put("a", "1")
      try store.apply(WriteBatch())
      #expect(try store.scan().collect().count == 1)
    }
  }

  @Test("a batch larger than the memtable is still one batch", arguments: StoreUnderTest.all)
  func largeBatch(row: StoreUnderTest) throws {
    let keys = (0..<2_000).map { Key("key\($0)") }
    try row.withStore { store in
      var batch = WriteBatch()
      for key in keys { batch.put(key, "1") }
      try store.apply(batch)
      batch.removeAll()
      for key in keys { batch.put(key, "2") }
      batch.delete(keys[7])
      try store.apply(batch)
      #expect(try store.get(keys[0]) == "2")
      #expect(try store.get(keys[7]) == nil)
      #expect(try store.scan().collect().count == keys.count - 1)
    }
  }

  @Test(
    "a batch with one change that is not allowed changes nothing", arguments: StoreUnderTest.all)
  func refusal(row: StoreUnderTest) throws {
    try row.withStore { store in
      try store.put("a", "1")
      var batch = WriteBatch()
      batch.put("a", "2")
      batch.delete(Key([UInt8](repeating: 0, count: Key.maximumLength + 1)))
      #expect(throws: StoreError.self) { try store.apply(batch) }
      #expect(try store.get("a") == "1")
    }
  }
}
