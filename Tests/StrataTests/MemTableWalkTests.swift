import StrataCore
import StrataTestSupport
import Synchronization
import Testing

@testable import Strata

@Suite("Memtable walks")
struct MemTableWalkTests {
  @Test(
    "in whatever order keys arrive, it walks them in order, both ways and from any place",
    arguments: ["ascending", "descending", "random", "alike"])
  func order(arrival: String) throws {
    var random = SplitMix64(seed: 5)
    var keys = (0..<2_000).map {
      arrival == "alike" ? "the same beginning \($0 * 7)" : "\(10_000 + $0)"
    }
    switch arrival {
    case "descending": keys.reverse()
    case "random", "alike": keys.shuffle(using: &random)
    default: break
    }
    let table = Self.table(of: keys)
    let sorted = keys.sorted { Key($0) < Key($1) }
    func walk(_ range: KeyRange, _ direction: ScanDirection) throws -> [String] {
      try Self.rest(
        of: MemTableCursor(table, Walk(range: range, direction: direction), asOf: .max))
    }
    #expect(try walk(.all, .forward) == sorted)
    #expect(try walk(.all, .reverse) == sorted.reversed())
    for _ in 0..<50 {
      let low = Key(sorted[random.below(sorted.count)] + (random.isOne(in: 2) ? "x" : ""))
      let high = Key(sorted[random.below(sorted.count)])
      let expected = sorted.filter { Key($0) >= low && Key($0) < high }
      #expect(try walk(KeyRange(from: low, to: high), .forward) == expected)
      #expect(try walk(KeyRange(from: low, to: high), .reverse) == expected.reversed())
    }
    #expect(keys.allSatisfy { table.find($0) != nil })
  }

  @Test("a walk goes over the table of its moment, while a writer goes on")
  func walkingBesideAWriter() throws {
    let table = MemTable()
    for number in 0..<500 { table.insert("\(1000 + 2 * number)", "old", UInt64(number + 1)) }
    var cursor = try RecordCursor(MemTableCursor(table, .everything, asOf: 500))
    var seen = 0
    while let record = cursor.current {
      #expect(Escaping.escape(record.value) == "old")
      table.insert("\(1000 + seen)", "new", UInt64(501 + seen))
      table.insert(Escaping.escape(record.key), "new", UInt64(10_000 + seen))
      seen += 1
      try cursor.advance()
    }
    #expect(seen == 500)
  }

  @Test(
    "a walk that began before leaves were split goes on over what was there then",
    arguments: [ScanDirection.forward, .reverse])
  func walkOverSplits(direction: ScanDirection) throws {
    let keys = (0..<600).map { "\(10_000 + 2 * $0)" }
    let table = Self.table(of: keys)
    var cursor = try RecordCursor(
      MemTableCursor(table, Walk(range: .all, direction: direction), asOf: 600))
    var random = SplitMix64(seed: 8)
    var others = (0..<600).map { "\(10_001 + 2 * $0)" }
    others.shuffle(using: &random)
    var found: [String] = []
    while let record = cursor.current {
      found.append(Escaping.escape(record.key))
      if let other = others.popLast() { table.insert(other, "v", UInt64(1_200 - others.count)) }
      try cursor.advance()
    }
    #expect(found == (direction == .forward ? keys : keys.reversed()))
  }

  @Test(
    "a walk that stood before its first key finds it, though the leaf it lies in was split",
    arguments: [ScanDirection.forward, .reverse])
  func walkBeginsBeforeSplit(direction: ScanDirection) throws {
    // Keys in order fill their leaves: two of fourteen.
    let keys = (0..<28).map { "\(100 + $0)" }
    let table = Self.table(of: keys)
    let isForward = direction == .forward
    let range = isForward ? KeyRange(from: "113x", to: nil) : KeyRange(from: nil, to: "114")
    let cursor = MemTableCursor(table, Walk(range: range, direction: direction), asOf: 28)
    table.insert(isForward ? "120x" : "106x", "splits the leaf", 29)
    #expect(try Self.rest(of: cursor) == (isForward ? Array(keys[14...]) : keys[..<14].reversed()))
  }

  @Test(
    "a walk in the middle of a split, when the upper half is shown beside the whole node, meets no key twice",
    arguments: [ScanDirection.forward, .reverse], [2 * 14, 2 * 14 * 14])
  func walkWithinSplit(direction: ScanDirection, count: Int) throws {
    // Keys in order fill their nodes: the root has two children, leaves or full of full leaves.
    let keys = (0..<count).map { "\(1_000 + $0)" }
    let table = Self.table(of: keys)
    let root = table.tree.root
    #expect(root.order.count == 2)
    let whole = root.child(root.order[0])
    table.insert("\(1_000 + count / 4 - 7)x", "halves a leaf of the first child", UInt64(count + 1))
    #expect(root.order.count == 3)
    root.exchange(root.order[0], for: whole.address)

    let isForward = direction == .forward
    for bound in [nil, 0, count / 8, count / 4 + 1, count / 2 - 1, count - 1] {
      let key = bound.map { Key(keys[$0]) }
      let range = isForward ? KeyRange(from: key, to: nil) : KeyRange(from: nil, to: key)
      let cursor = MemTableCursor(
        table, Walk(range: range, direction: direction), asOf: UInt64(count))
      let expected = isForward ? Array(keys[(bound ?? 0)...]) : keys[..<(bound ?? count)].reversed()
      #expect(try Self.rest(of: cursor) == expected)
    }
    #expect(keys.allSatisfy { table.find($0, asOf: UInt64(count)) != nil })
  }

  @Test("whoever reads while leaves are split meets all that was there when it began, once")
  func readingBesideSplits() throws {
    var random = SplitMix64(seed: 9)
    for _ in 0..<20 {
      let table = MemTable()
      var keys = (0..<4_000).map { "\(10_000 + $0)" }
      keys.shuffle(using: &random)
      let visible = Atomic(0)
      let arrived = keys
      let writer = WorkerThread {
        for (index, key) in arrived.enumerated() {
          table.insert(key, "v", UInt64(index + 1))
          visible.store(index + 1, ordering: .releasing)
        }
      }
      var wrong: [String] = []
      var count = 0
      while count < keys.count {
        count = visible.load(ordering: .acquiring)
        if count == 0 { continue }
        for _ in 0..<100 {
          let key = keys[random.below(count)]
          if table.find(key, asOf: UInt64(count)) == nil { wrong.append(key) }
        }
        var walked = 0
        let walk = Walk(range: .all, direction: random.isOne(in: 2) ? .forward : .reverse)
        var cursor = try RecordCursor(MemTableCursor(table, walk, asOf: UInt64(count)))
        while cursor.current != nil {
          walked += 1
          try cursor.advance()
        }
        if walked != count { wrong.append("a walk met \(walked) of \(count) keys") }
      }
      writer.join()
      #expect(wrong == [])
    }
  }

  /// A table into which these keys came one after the other, the first as change 1.
  private static func table(of keys: [String]) -> MemTable {
    let table = MemTable()
    for (index, key) in keys.enumerated() { table.insert(key, "v", UInt64(index + 1)) }
    return table
  }

  /// The keys that the rest of a walk comes to.
  private static func rest(of walk: MemTableCursor) throws -> [String] {
    var cursor = try RecordCursor(walk)
    var found: [String] = []
    while let record = cursor.current {
      found.append(Escaping.escape(record.key))
      try cursor.advance()
    }
    return found
  }
}
