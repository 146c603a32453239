import StrataCore
import StrataTestSupport
import Testing

@Suite("Contract: scans")
struct ScanTests {
  /// The even numbers below 60 as two digits, some in files and some not, with a few tombstones between.
  private static func fill(_ store: any KeyValueStore) throws {
    for number in stride(from: 0, to: 60, by: 4) { try store.put(key(number), "old") }
    for number in stride(from: 1, to: 60, by: 6) { try store.put(key(number), "to be deleted") }
    try store.flush()
    for number in stride(from: 1, to: 60, by: 6) { try store.delete(key(number)) }
    for number in stride(from: 2, to: 60, by: 4) { try store.put(key(number), value(number)) }
    for number in stride(from: 0, to: 60, by: 8) { try store.put(key(number), value(number)) }
    try store.flush()
    for number in stride(from: 4, to: 60, by: 8) { try store.put(key(number), value(number)) }
  }

  private static func key(_ number: Int) -> Key { Key(number < 10 ? "0\(number)" : "\(number)") }

  private static func value(_ number: Int) -> Value { Value("\(number)") }

  private static let entries = stride(from: 0, to: 60, by: 2).map {
    Entry(key: key($0), value: value($0))
  }

  private static let ends: [Key?] = [nil, "", "0", "00", "01", "20", "20\0", "21", "58", "59", "9"]

  @Test("every range, both ways, with and without a limit", arguments: StoreUnderTest.all)
  func ranges(row: StoreUnderTest) throws {
    try row.withStore { store in
      try Self.fill(store)
      for lower in Self.ends {
        for upper in Self.ends {
          let range = KeyRange(from: lower, to: upper)
          let expected = Self.entries.filter { range.contains($0.key) }
          for limit in [nil, 0, 1, 5, 1_000] as [Int?] {
            let forward = try store.scan(range, .forward, limit: limit).collect()
            #expect(
              forward == Array(expected.prefix(limit ?? .max)), "\(range) limit \(limit ?? -1)")
            let reverse = try store.scan(range, .reverse, limit: limit).collect()
            #expect(
              reverse == Array(expected.reversed().prefix(limit ?? .max)),
              "\(range) in reverse, limit \(limit ?? -1)")
          }
        }
      }
    }
  }

  @Test("a prefix finds the keys that begin so, and no other", arguments: StoreUnderTest.all)
  func prefixes(row: StoreUnderTest) throws {
    let keys: [Key] = [
      "", "user", "user/", "user/1", "user/12", "user0", "users", "use",
      Key([0xFF]), Key([0xFF, 0xFF]), Key([0xFF, 0xFF, 0x00]), Key([0xFE, 0xFF]),
    ]
    try row.withStore { store in
      for key in keys { try store.put(key, "v") }
      for prefix in keys + ["user/1/", "x"] {
        let expected = keys.filter { $0.bytes.starts(with: prefix.bytes) }.sorted()
        let found = try store.scan(.prefix(prefix)).collect().map(\.key)
        #expect(found == expected, "prefix \(prefix)")
        let reverse = try store.scan(.prefix(prefix), .reverse, limit: nil).collect().map(\.key)
        #expect(reverse == expected.reversed(), "prefix \(prefix) in reverse")
      }
    }
  }

  @Test("a scan of an empty store, and after its end, finds nothing", arguments: StoreUnderTest.all)
  func nothing(row: StoreUnderTest) throws {
    try row.withStore { store in
      #expect(try store.scan().next() == nil)
      try store.put("a", "1")
      let scan = try store.scan()
      #expect(try scan.next() == Entry(key: "a", value: "1"))
      #expect(try scan.next() == nil)
      try store.put("b", "2")
      #expect(try scan.next() == nil)
      #expect(try scan.next() == nil)
    }
  }

  @Test(
    "a scan sees the store as it was when it began, whatever is written, flushed and compacted",
    arguments: StoreUnderTest.all, ScanDirection.allCases)
  func consistency(row: StoreUnderTest, direction: ScanDirection) throws {
    try row.withStore { store in
      try Self.fill(store)
      let expected = direction == .forward ? Self.entries : Self.entries.reversed()
      let scan = try store.scan(.all, direction, limit: nil)
      var found = [try #require(try scan.next())]
      for number in 0..<60 { try store.put(Self.key(number), "new") }
      found.append(try #require(try scan.next()))
      for number in stride(from: 0, to: 60, by: 3) { try store.delete(Self.key(number)) }
      try store.flush()
      found.append(try #require(try scan.next()))
      _ = try store.compact()
      found += try scan.collect()
      #expect(found == expected)
      #expect(try store.scan().collect().count == 40)
    }
  }

  @Test(
    "a snapshot shows the store of its moment, whatever is written, flushed and compacted",
    arguments: StoreUnderTest.all)
  func snapshots(row: StoreUnderTest) throws {
    try row.withOpenStore { open in
      try Self.fill(open.store)
      guard let snapshot = try open.snapshot?() else { return }
      func check() throws {
        let forward = try snapshot.scan(.all, .forward, limit: nil).collect()
        let reverse = try snapshot.scan(.all, .reverse, limit: nil).collect()
        #expect(forward == Self.entries && reverse == Self.entries.reversed())
        #expect(try snapshot.get(Self.key(0)) == Self.value(0))
        #expect(try snapshot.get(Self.key(1)) == nil)
      }
      for number in 0..<60 { try open.store.put(Self.key(number), "new") }
      try check()
      for number in stride(from: 0, to: 60, by: 3) { try open.store.delete(Self.key(number)) }
      try open.store.flush()
      try check()
      _ = try open.store.compact()
      try check()
    }
  }

  @Test("several scans go their own ways at the same time", arguments: StoreUnderTest.all)
  func interleaving(row: StoreUnderTest) throws {
    try row.withStore { store in
      try Self.fill(store)
      let forward = try store.scan()
      let reverse = try store.scan(.all, .reverse, limit: nil)
      for (entry, last) in zip(Self.entries, Self.entries.reversed()) {
        #expect(try forward.next() == entry)
        #expect(try reverse.next() == last)
      }
    }
  }
}
