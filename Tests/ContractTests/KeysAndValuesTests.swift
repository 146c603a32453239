import StrataCore
import StrataTestSupport
import Testing

@Suite("Contract: keys and values")
struct KeysAndValuesTests {
  @Test("a key holds what was put last", arguments: StoreUnderTest.all)
  func putting(row: StoreUnderTest) throws {
    try row.withStore { store in
      #expect(try store.get("city") == nil)
      #expect(try !store.contains("city"))
      try store.put("city", "Zürich")
      #expect(try store.get("city") == "Zürich")
      #expect(try store.contains("city"))
      try store.put("city", "Bern")
      #expect(try store.get("city") == "Bern")
      #expect(try store.scan().collect() == [Entry(key: "city", value: "Bern")])
    }
  }

  @Test("a deleted key holds nothing, until it is put again", arguments: StoreUnderTest.all)
  func deleting(row: StoreUnderTest) throws {
    try row.withStore { store in
      try store.put("a", "1")
      try store.delete("a")
      #expect(try store.get("a") == nil)
      #expect(try !store.contains("a"))
      #expect(try store.scan().collect().isEmpty)
      try store.put("a", "2")
      #expect(try store.get("a") == "2")
    }
  }

  @Test("deleting an absent key succeeds and changes nothing", arguments: StoreUnderTest.all)
  func deletingAbsentKeys(row: StoreUnderTest) throws {
    try row.withStore { store in
      try store.delete("a")
      try store.put("b", "1")
      try store.delete("a")
      try store.flush()
      try store.delete("a")
      try store.delete("a")
      #expect(try store.scan().collect() == [Entry(key: "b", value: "1")])
    }
  }

  @Test("the empty key and the empty value are as good as any other", arguments: StoreUnderTest.all)
  func empty(row: StoreUnderTest) throws {
    try row.withStore { store in
      try store.put("", "")
      #expect(try store.get("") == "")
      #expect(try store.contains(""))
      try store.put("a", "")
      try store.flush()
      #expect(try store.get("") == "")
      #expect(try store.get("a") == "")
      #expect(try store.contains("a"))
      #expect(
        try store.scan().collect() == [Entry(key: "", value: ""), Entry(key: "a", value: "")])
      try store.delete("")
      #expect(try store.get("") == nil)
      #expect(try store.get("a") == "")
    }
  }

  @Test("keys and values may hold any bytes", arguments: StoreUnderTest.all)
  func anyBytes(row: StoreUnderTest) throws {
    let keys: [Key] = [
      Key([0]), Key([0, 0]), Key([0x61, 0]), Key([0x0A]), Key([0x0D, 0x0A]), Key([0xC3, 0x28]),
      Key([0xFF]), Key([0xFF, 0xFF]), Key(Array(UInt8.min...UInt8.max)),
    ]
    try row.withStore { store in
      for key in keys { try store.put(key, Value(key.bytes + [0x00, 0xFF])) }
      for _ in 0..<2 {
        for key in keys { #expect(try store.get(key) == Value(key.bytes + [0x00, 0xFF])) }
        #expect(try store.scan().collect().map(\.key) == keys.sorted())
        #expect(try store.get(Key([0xFF, 0xFF, 0xFF])) == nil)
        try store.flush()
      }
    }
  }

  @Test("keys that begin alike are not confused", arguments: StoreUnderTest.all)
  func commonPrefixes(row: StoreUnderTest) throws {
    let common = [UInt8](repeating: UInt8(ascii: "x"), count: 100)
    let keys = (0...100).map { Key(Array(common.prefix($0))) } + [Key(common + [0])]
    try row.withStore { store in
      for (index, key) in keys.enumerated() { try store.put(key, Value("\(index)")) }
      for (index, key) in keys.enumerated() { #expect(try store.get(key) == Value("\(index)")) }
      for key in keys.indices.filter({ $0 % 2 == 0 }).map({ keys[$0] }) { try store.delete(key) }
      try store.flush()
      for (index, key) in keys.enumerated() {
        #expect(try store.get(key) == (index % 2 == 0 ? nil : Value("\(index)")))
      }
    }
  }

  @Test("a key overwritten many times holds the last value", arguments: StoreUnderTest.all)
  func overwriting(row: StoreUnderTest) throws {
    try row.withStore { store in
      for round in 0..<300 {
        try store.put("a", Value("\(round)"))
        if round % 97 == 0 { try store.flush() }
      }
      #expect(try store.get("a") == "299")
      _ = try store.compact()
      #expect(try store.get("a") == "299")
      #expect(try store.scan().collect().count == 1)
    }
  }
}

@Suite("Contract: limits")
struct LimitTests {
  @Test("a key of 64 KiB is accepted, and comes back", arguments: StoreUnderTest.all)
  func longestKey(row: StoreUnderTest) throws {
    let key = Key([UInt8](repeating: 0xFF, count: Key.maximumLength))
    let neighbour = Key([UInt8](repeating: 0xFF, count: Key.maximumLength - 1) + [0xFE])
    try row.withStore { store in
      try store.put(key, "long")
      try store.put(neighbour, "neighbour")
      for _ in 0..<2 {
        #expect(try store.get(key) == "long")
        #expect(try store.scan(.prefix(key)).collect() == [Entry(key: key, value: "long")])
        #expect(try store.scan().collect().map(\.key) == [neighbour, key])
        try store.flush()
      }
      try store.delete(key)
      #expect(try store.get(key) == nil)
    }
  }

  @Test("a longer key is refused everywhere, and nothing is written", arguments: StoreUnderTest.all)
  func tooLongKey(row: StoreUnderTest) throws {
    let key = Key([UInt8](repeating: 0, count: Key.maximumLength + 1))
    let refused = StoreError.invalidArgument(
      "the key has 65537 bytes; a key may have at most 65536")
    try row.withStore { store in
      try store.put("a", "1")
      let before = try store.statistics().lastSequence
      #expect(throws: refused) { try store.put(key, "v") }
      #expect(throws: refused) { try store.put(key, "v", expiresAt: .max) }
      #expect(throws: refused) { try store.get(key) }
      #expect(throws: refused) { try store.contains(key) }
      #expect(throws: refused) { try store.delete(key) }
      #expect(throws: refused) {
        try store.apply(WriteBatch([.put("b", "2", expiresAt: nil), .delete("a"), .delete(key)]))
      }
      #expect(try store.scan().collect() == [Entry(key: "a", value: "1")])
      #expect(try store.statistics().lastSequence == before)
      try store.put("a", "2")
      #expect(try store.get("a") == "2")
    }
  }

  /// One test for all engines, one after the other: the value alone takes 1 GiB, and is never touched
  /// but by the refusal, which looks at its length.
  @Test("a value of more than 1 GiB is refused, and nothing is written")
  func tooLongValue() throws {
    let value = Value(
      [UInt8](unsafeUninitializedCapacity: Value.maximumLength + 1) { _, count in
        count = Value.maximumLength + 1
      })
    let refused = StoreError.invalidArgument(
      "the value has 1073741825 bytes; a value may have at most 1073741824")
    var batch = WriteBatch([.put("b", "1", expiresAt: nil)])
    batch.put("a", value)
    for row in StoreUnderTest.representatives {
      try row.withStore { (store) throws in
        #expect(throws: refused) { try store.put("a", value) }
        #expect(throws: refused) { try store.apply(batch) }
        #expect(try store.scan().collect().isEmpty)
        #expect(try store.statistics().lastSequence == 0)
      }
    }
  }

  @Test(
    "a value of 64 MiB is accepted, in memory, in files, and after reopening",
    arguments: StoreUnderTest.representatives.filter(\.takesLargeValues))
  func largeValue(row: StoreUnderTest) throws {
    let size = 64 << 20
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      var random = SplitMix64(seed: 12)
      buffer.withMemoryRebound(to: UInt64.self) { words in
        for index in words.indices { words[index] = random.next() }
      }
      count = size
    }
    let value = Value(bytes)
    let check = { (store: any KeyValueStore) throws in
      let answer = try store.get("large")
      #expect(answer?.bytes.count == size)
      // Not `==` in the expectation: a failure would print both.
      let isEqual = answer == value
      #expect(isEqual)
      #expect(try store.get("small") == "1")
    }
    if row.isDurable {
      try row.withReopenedStores(
        {
          try $0.put("large", value)
          try $0.put("small", "1")
          try check($0)
        }, { try check($0) },
        {
          try $0.flush()
          try check($0)
        }, { try check($0) })
    } else {
      try row.withStore {
        try $0.put("large", value)
        try $0.put("small", "1")
        try check($0)
      }
    }
  }

  @Test("a value larger than memtable and segment is like any other", arguments: StoreUnderTest.all)
  func largerThanASegment(row: StoreUnderTest) throws {
    let value = { (letter: Character) in
      Value([UInt8](repeating: letter.asciiValue ?? 0, count: 20_000))
    }
    try row.withStore { store in
      for key in ["b", "a", "c"] as [Key] { try store.put(key, value("1")) }
      try store.put("b", value("2"))
      try store.put("ab", "small")
      for _ in 0..<3 {
        #expect(try store.get("b") == value("2"))
        #expect(try store.scan().collect().map(\.key) == ["a", "ab", "b", "c"])
        #expect(try store.scan().collect().map(\.value.bytes.count) == [20_000, 5, 20_000, 20_000])
        _ = try store.compact()
      }
    }
  }
}
