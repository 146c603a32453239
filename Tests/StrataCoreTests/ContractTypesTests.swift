import StrataCore
import StrataTestSupport
import Testing

@Suite("Keys and ranges")
struct KeyRangeTests {
  @Test("keys sort by their bytes, a prefix first")
  func order() {
    let sorted: [Key] = ["", "\0", "\0\0", "a", "a\0", "aa", "b", "z", "é", "↑"]
    #expect(sorted.shuffled().sorted() == sorted)
    #expect(Key([0x7F]) < Key([0x80]) && Key([0xFE, 0xFF]) < Key([0xFF]))
  }

  @Test("a range holds its lower end and not its upper one")
  func ends() {
    let range = KeyRange(from: "b", to: "d")
    #expect(range.contains("b") && range.contains("c") && range.contains("czzz"))
    #expect(!range.contains("a") && !range.contains("d") && !range.contains("azzz"))
    #expect(KeyRange.all.contains("") && KeyRange.all.contains(Key([0xFF])))
    #expect(!KeyRange(from: "d", to: "b").contains("c"))
    #expect(!KeyRange(from: "b", to: "b").contains("b"))
  }

  @Test("a prefix range holds exactly the keys that begin so", arguments: [1, 2] as [UInt64])
  func prefix(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let bytes = { (random: inout SplitMix64) in
      (0..<random.below(5)).map { _ in random.pick([0x00, 0x61, 0xFE, 0xFF] as [UInt8]) }
    }
    for _ in 0..<3_000 {
      let prefix = bytes(&random)
      let key = bytes(&random) + (random.isOne(in: 2) ? prefix : [])
      #expect(KeyRange.prefix(Key(prefix)).contains(Key(key)) == key.starts(with: prefix))
      #expect(KeyRange.prefix(Key(prefix)).contains(Key(prefix + key)))
    }
  }

  @Test("a prefix of nothing but 0xFF has no key behind it")
  func prefixOfHighBytes() {
    #expect(KeyRange.prefix(Key([0xFF, 0xFF])).upper == nil)
    #expect(KeyRange.prefix(Key([0x61, 0xFF])).upper == Key([0x62]))
    #expect(KeyRange.prefix("") == KeyRange(from: "", to: nil))
  }

  @Test("an intersection holds what both ranges hold")
  func intersection() {
    let ends: [Key?] = [nil, "a", "b", "c"]
    let ranges = ends.flatMap { lower in ends.map { KeyRange(from: lower, to: $0) } }
    for left in ranges {
      for right in ranges {
        for key in ["", "a", "aa", "b", "bb", "c", "d"] as [Key] {
          let both = left.contains(key) && right.contains(key)
          #expect(left.intersection(right).contains(key) == both)
        }
      }
    }
  }

  @Test("a key and a value are shown escaped")
  func descriptions() {
    #expect(Key([0x61, 0x00]).description == #"a\x00"#)
    #expect(Value("é\n").description == #"é\n"#)
  }

  @Test("a batch keeps its changes in their order")
  func batches() {
    var batch = WriteBatch()
    #expect(batch.isEmpty)
    batch.put("a", "1")
    batch.delete("a")
    batch.put("b", "2", expiresAt: 7)
    #expect(
      batch.changes == [.put("a", "1", expiresAt: nil), .delete("a"), .put("b", "2", expiresAt: 7)])
    #expect(batch.count == 3)
    batch.removeAll()
    #expect(batch.isEmpty)
  }
}

@Suite("Errors")
struct StoreErrorTests {
  @Test("each error is one sentence that names the place")
  func descriptions() {
    let io = StoreError.io(call: "open", path: "db/000001.wal", errno: 2)
    #expect(io.description == "db/000001.wal: open failed: No such file or directory")
    #expect(
      StoreError.corrupt(file: "000003.seg", offset: 118, reason: "body checksum does not match")
        .description == "000003.seg: damaged at byte 118: body checksum does not match")
    #expect(StoreError.notFound(path: "db").description == "db: there is no store here")
    #expect(StoreError.noSpace(path: "db/1").description == "db/1: no space left on the disk")
    #expect(
      StoreError.locked(path: "db").description
        == "db: the store is in use by another process or another opening")
    #expect(StoreError.closed.description == "the store is closed")
    #expect(StoreError.invalidArgument("too long").description == "too long")
    #expect(
      StoreError.readOnly(cause: .noSpace(path: "db")).description
        == "the store refuses writes after an earlier failure (db: no space left on the disk)")
  }

  @Test("where a person can do something, the advice says what")
  func advice() {
    let withAdvice: [StoreError] = [
      .notFound(path: ""), .corrupt(file: "", offset: 0, reason: ""), .noSpace(path: ""),
      .locked(path: ""), .readOnly(cause: .closed),
    ]
    #expect(withAdvice.allSatisfy { $0.advice?.hasSuffix(".") ?? false })
    #expect(StoreError.closed.advice == nil && StoreError.invalidArgument("").advice == nil)
  }

  @Test("a missing file is recognised, and only that")
  func missingFile() {
    #expect(StoreError.io(call: "open", path: "", errno: 2).isMissingFile)
    #expect(!StoreError.io(call: "open", path: "", errno: 13).isMissingFile)
    #expect(!StoreError.closed.isMissingFile)
  }
}
