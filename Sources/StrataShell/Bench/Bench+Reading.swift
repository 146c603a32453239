import Strata
import StrataCore

/// The ways of reading.
extension Bench {
  /// The purposes of random numbers, as the other programs number them.
  private static let hits: UInt64 = 1000
  private static let misses: UInt64 = 5
  private static let starts: UInt64 = 6

  func get(_ workload: Workload, threads: Int) throws(StoreError) {
    let store = try store()
    let (count, size) = (request.count, data.valueSize)
    try measure(
      workload, operations: request.operations * threads, threads: threads, purpose: Bench.hits
    ) { [data] (hand, _) throws(StoreError) in
      data.write(hand.random.below(count), into: &hand.key)
      try Bench.expect(try store.get(hand.key)?.bytes.count == size)
    }
  }

  func view(_ workload: Workload, threads: Int) throws(StoreError) {
    guard let store = try store() as? LogStructuredStore else { return }
    let (count, size) = (request.count, data.valueSize)
    try measure(
      workload, operations: request.operations * threads, threads: threads, purpose: Bench.hits
    ) { [data] (hand, _) throws(StoreError) in
      data.write(hand.random.below(count), into: &hand.key)
      let found = try store.withValue(forKey: hand.key) { value in
        hand.touch(value)
        return value.byteCount
      }
      try Bench.expect(found == size)
    }
  }

  func getInto(_ workload: Workload, threads: Int) throws(StoreError) {
    guard let store = try store() as? LogStructuredStore else { return }
    let count = request.count
    try measure(
      workload, operations: request.operations * threads, threads: threads, purpose: Bench.hits
    ) { [data] (hand, _) throws(StoreError) in
      data.write(hand.random.below(count), into: &hand.key)
      try Bench.expect(try store.get(hand.key, into: &hand.found))
    }
  }

  func getMissing(_ workload: Workload) throws(StoreError) {
    let store = try store()
    let count = request.count
    try measure(workload, operations: request.operations, purpose: Bench.misses) {
      [data] (hand, _) throws(StoreError) in
      data.write(count + hand.random.below(count), into: &hand.key)
      try Bench.expect(try store.get(hand.key) == nil)
    }
  }

  func scan(_ workload: Workload) throws(StoreError) {
    guard wants(workload) else { return }
    let store = try store()
    var hand = BenchHand(data, seed: 0)
    let entries = request.passes * request.count
    try measureOnce(workload, operations: entries) { () throws(StoreError) in
      for _ in 0..<request.passes {
        try Bench.expect(
          try Bench.walk(store, .all, limit: .max, &hand) == request.count)
      }
      return []
    }
  }

  func scanEntries() throws(StoreError) {
    guard wants(.scanentries) else { return }
    let store = try store()
    try measureOnce(.scanentries, operations: request.count) { () throws(StoreError) in
      let scan = try store.scan()
      var found = 0
      while let entry = try scan.next() {
        if entry.value.bytes.count == data.valueSize { found += 1 }
      }
      try Bench.expect(found == request.count)
      return []
    }
  }

  func ranges(_ workload: Workload) throws(StoreError) {
    let store = try store()
    let count = request.count
    try measure(workload, operations: request.ranges, purpose: Bench.starts) {
      [data] (hand, _) throws(StoreError) in
      data.write(hand.random.below(count), into: &hand.key)
      let range = KeyRange(from: hand.key)
      try Bench.expect(try Bench.walk(store, range, limit: 100, &hand) > 0)
    }
  }

  /// Looks at entries in order, without copying them where the engine can; returns how many there were.
  private static func walk(
    _ store: any KeyValueStore, _ range: KeyRange, limit: Int, _ hand: inout BenchHand
  ) throws(StoreError) -> Int {
    guard let store = store as? LogStructuredStore else {
      var entries = 0
      let scan = try store.scan(range, .forward, limit: limit == .max ? nil : limit)
      while let entry = try scan.next() {
        hand.touch(entry.key.bytes.span.bytes, entry.value.bytes.span.bytes)
        entries += 1
      }
      return entries
    }
    // Whatever else the body named would be loaded again for each entry, and passed on the stack.
    hand.left = limit
    try store.snapshot().forEach(in: range) { key, value in
      hand.touch(key, value)
      hand.left &-= 1
      return hand.left > 0
    }
    return limit - hand.left
  }
}
