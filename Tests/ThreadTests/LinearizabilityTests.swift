import StrataCore
import StrataHistory
import StrataTestSupport
import Testing

@Suite("Linearizability")
struct LinearizabilityTests {
  private func check(
    initial: Value? = nil, _ operations: KeyOperation...
  ) -> Linearizability.Violation? {
    var history = OperationHistory()
    for operation in operations { history.add(operation, of: "k") }
    return Linearizability.check(history, initial: initial.map { ["k": $0] } ?? [:])
  }

  private func write(_ value: Value?, _ start: UInt64, _ end: UInt64?) -> KeyOperation {
    KeyOperation(.write(value), from: start, to: end)
  }

  private func read(_ value: Value?, _ start: UInt64, _ end: UInt64?) -> KeyOperation {
    KeyOperation(.read(value), from: start, to: end)
  }

  @Test("one operation after the other must agree")
  func sequential() {
    #expect(check() == nil)
    #expect(check(read(nil, 1, 2), write("a", 3, 4), read("a", 5, 6)) == nil)
    #expect(check(write("a", 1, 2), write(nil, 3, 4), read(nil, 5, 6)) == nil)
    #expect(check(initial: "a", read("a", 1, 2)) == nil)
    #expect(check(write("a", 1, 2), read(nil, 3, 4)) != nil)  // lost
    #expect(check(write("a", 1, 2), write("b", 3, 4), read("a", 5, 6)) != nil)  // stale
    #expect(check(read("a", 1, 2), write("a", 3, 4)) != nil)  // from the future
    #expect(check(write("a", 1, 2), write(nil, 3, 4), read("a", 5, 6)) != nil)  // risen again
  }

  @Test("a read beside a write may see it or not")
  func overlapping() {
    #expect(check(write("a", 1, 10), read(nil, 2, 3), read("a", 4, 5)) == nil)
    #expect(check(write("a", 1, 10), read("a", 2, 3), read(nil, 4, 5)) != nil)  // seen and unseen
    #expect(check(write("a", 1, 5), read(nil, 5, 6)) == nil)  // the same moment: overlapping
  }

  @Test("two readers must see two writes in the same order")
  func sameOrder() {
    let writes = [write("a", 1, 100), write("b", 1, 100)]
    #expect(check(writes[0], writes[1], read("a", 10, 20), read("b", 30, 40)) == nil)
    #expect(check(writes[0], writes[1], read("b", 10, 20), read("a", 30, 40)) == nil)
    #expect(
      check(writes[0], writes[1], read("a", 10, 20), read("b", 30, 40), read("a", 50, 60)) != nil)
  }

  @Test("a write that never returned may have happened, late, or never")
  func pending() {
    #expect(check(write("a", 1, nil), read(nil, 2, 3), read(nil, 90, 91)) == nil)
    #expect(check(write("a", 1, nil), read(nil, 2, 3), read("a", 90, 91)) == nil)
    #expect(check(write("a", 1, nil), read("a", 2, 3), read(nil, 90, 91)) != nil)
    #expect(check(read("a", 1, nil)) == nil)  // a read that never returned saw nothing
  }

  @Test("the choice that looks right first may be wrong, and is taken back")
  func backtracking() {
    #expect(
      check(
        write("a", 1, 50), write("b", 2, 50), write("c", 3, 50), read("c", 10, 20),
        read("a", 55, 60)) == nil)
  }

  @Test("a violation names the key and what does not fit")
  func report() throws {
    var history = OperationHistory()
    history.add(write("a", 1, 2), of: "good")
    history.add(write("1", 1, 2), of: "k")
    history.add(write("2", 3, 4), of: "k")
    history.add(read("1", 5, 9), of: "k")
    history.add(write("3", 6, nil), of: "k")
    let violation = try #require(Linearizability.check(history))
    #expect(violation.key == "k")
    #expect(
      violation.description == """
        k: 3 operations leave 3, and no order explains these:
          5…9 read 1
          6…? write 3
        """)
  }

  @Test("whatever one order produced is accepted, and one changed read in it is not")
  func random() {
    for seed in 0..<20 {
      var random = SplitMix64(seed: UInt64(seed))
      var value: Value?
      var operations: [KeyOperation] = []
      for moment in 0..<300 {
        let time = UInt64(1000 + 10 * moment)
        // Each takes effect at its own time, somewhere between a call and a return around it.
        let start = time - UInt64(random.below(40))
        let end = time + UInt64(random.below(40))
        if random.isOne(in: 2) {
          value = random.isOne(in: 4) ? nil : Value("\(moment)")
          operations.append(write(value, start, end))
        } else {
          operations.append(read(value, start, end))
        }
      }
      var history = OperationHistory()
      for operation in operations { history.add(operation, of: "k") }
      #expect(Linearizability.check(history) == nil, "seed \(seed)")
      history.add(read(Value("never written"), 2000, 2100), of: "k")
      #expect(Linearizability.check(history) != nil, "seed \(seed)")
    }
  }

  @Test("a recorder notes what it did, and what failed as unknown")
  func recorder() throws {
    let store = DictionaryStore()
    var recorder = HistoryRecorder(store)
    try recorder.put("a", "1")
    #expect(try recorder.get("a") == "1")
    try recorder.apply(WriteBatch([.delete("a"), .put("b", "2", expiresAt: nil)]))
    try recorder.scan(["a", "b"], .forward)
    try recorder.delete("b")
    try store.close()
    #expect(throws: StoreError.closed) { try recorder.put("a", "3") }
    #expect(throws: StoreError.closed) { try recorder.get("a") }
    #expect(Linearizability.check(recorder.history) == nil)
    let actions = recorder.history.byKey.map { $0.operations.map(\.action) }
    #expect(
      actions == [
        [.write("1"), .read("1"), .write(nil), .read(nil), .write("3")],
        [.write("2"), .read("2"), .write(nil)],
      ])
    #expect(recorder.history.byKey[0].operations.last?.end == nil)
  }
}
