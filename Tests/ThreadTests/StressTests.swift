import Strata
import StrataCore
import StrataHistory
import StrataTestSupport
import Synchronization
import Testing

/// Threads on a real directory, because the simulated disk's lock would order what must stand alone.
///
/// `make threads` runs this suite under the thread sanitizer.
@Suite("Stress: threads")
struct StressTests {
  /// One way to configure the store, so that it flushes and compacts all the time.
  struct Row: Sendable, CustomTestStringConvertible {
    var policy: any CompactionPolicy
    var durability: Durability
    /// A sync takes its time; this row does that much less.
    var share = 1
    var testDescription: String { "\(policy.name), \(durability)" }

    var options: StoreOptions {
      var options = StoreOptions()
      options.durability = durability
      options.memTableBytes = (16 << 10) + 1
      options.segmentBytes = 8 << 10
      options.compactionPolicy = policy
      return options
    }
  }

  static let rows = [
    Row(policy: SizeTieredPolicy(), durability: .system),
    Row(policy: LeveledPolicy(), durability: .interval(milliseconds: 1)),
    Row(policy: FullPolicy(), durability: .sync, share: 4),
  ]

  @Test("what threads do and see could have happened one after the other", arguments: rows)
  func histories(row: Row) throws {
    let keys = (0..<5).map { Key("key\($0)") }
    let history = try onStore(row) { store, crew in
      Self.startUsers(crew, keys, actions: 400 / row.share)
      crew.start(1) { _, random, _, isOver throws(StoreError) in
        while !isOver() {
          if random.isOne(in: 4) { _ = try store.compact() } else { try store.flush() }
          WorkerThread.sleep(milliseconds: 2)
        }
      }
    }
    #expect(history.count > 1200 / row.share)
    let violation = Linearizability.check(history)
    #expect(violation == nil, "\(violation?.description ?? "")")
  }

  @Test("so it is with the dictionary that the engines are compared with")
  func dictionary() throws {
    let store = DictionaryStore()
    let crew = Crew(store, seed: 3)
    Self.startUsers(crew, (0..<5).map { Key("key\($0)") }, actions: 400)
    crew.start(1) { _, _, _, isOver throws(StoreError) in
      while !isOver() {
        try store.flush()
        _ = try store.compact() + store.statistics().records
      }
    }
    let history = crew.finish()
    #expect(crew.complaints == [] && history.count > 1200)
    let violation = Linearizability.check(history)
    #expect(violation == nil, "\(violation?.description ?? "")")
  }

  /// Three threads that read and change a few keys all the time, and one that scans them meanwhile.
  private static func startUsers(_ crew: Crew, _ keys: [Key], actions: Int) {
    crew.start(3) { thread, random, recorder, _ throws(StoreError) in
      for number in 0..<actions {
        let value = Value("\(thread)/\(number)/" + String(repeating: "v", count: 200))
        try act(random.below(12), value, keys, &random, &recorder)
      }
    }
    crew.start(1) { _, random, recorder, isOver throws(StoreError) in
      while !isOver() { try recorder.scan(keys, random.isOne(in: 2) ? .forward : .reverse) }
    }
  }

  private static func act(
    _ choice: Int, _ value: Value, _ keys: [Key], _ random: inout SplitMix64,
    _ recorder: inout HistoryRecorder
  ) throws(StoreError) {
    let key = random.pick(keys)
    switch choice {
    case 0..<4: try recorder.put(key, value)
    case 4..<6: try recorder.delete(key)
    case 6..<8:
      let other = random.below(keys.count - 1)
      var batch = WriteBatch()
      batch.put(keys[other], value)
      if random.isOne(in: 3) {
        batch.delete(keys[other + 1])
      } else {
        batch.put(keys[other + 1], value)
      }
      try recorder.apply(batch)
    default: _ = try recorder.get(key)
    }
  }

  @Test("every way to look is safe beside every way to change", arguments: rows)
  func everything(row: Row) throws {
    let keys = (0..<40).map { Key("key\($0)") }
    _ = try onStore(row) { store, crew in
      crew.start(2) { thread, random, _, _ throws(StoreError) in
        for number in 0..<500 / row.share {
          let value = Value("\(thread)/\(number)/" + String(repeating: "v", count: 100))
          var batch = WriteBatch([.put("first", value, expiresAt: nil)])
          if random.isOne(in: 5) { batch.delete(random.pick(keys)) }
          batch.put(random.pick(keys), value, expiresAt: number % 3 == 0 ? .max : nil)
          batch.put(Key("key\(number)/\(thread)"), Value("new"))
          batch.put("second", value)
          try store.apply(batch, syncing: random.isOne(in: 20))
        }
      }
      crew.start(2) { _, random, _, isOver throws(StoreError) in
        var room: [UInt8] = []
        while !isOver() {
          _ = try store.get(random.pick(keys), into: &room)
          _ = try store.withValue(forKey: random.pick(keys)) { $0.byteCount }
          let snapshot = try store.snapshot()
          let first = try snapshot.get("first")
          let second = try snapshot.get("second")
          if first != second { crew.complain("a snapshot saw half of a batch") }
          let limit = random.below(30)
          let scan = try snapshot.scan(
            .prefix("key"), random.isOne(in: 2) ? .forward : .reverse, limit: limit)
          let found = try scan.collect().map(\.key)
          if Set(found).count != found.count { crew.complain("a scan saw a key twice") }
          if try snapshot.get("first") != first { crew.complain("a snapshot changed") }
        }
      }
      crew.start(1) { _, random, _, isOver throws(StoreError) in
        while !isOver() {
          switch random.below(6) {
          case 0: try store.flush()
          case 1: _ = try store.compact()
          case 2: _ = try store.performMaintenanceStep()
          case 3: _ = try store.spaceUse()
          default: _ = try store.statistics()
          }
          WorkerThread.sleep(milliseconds: 1)
        }
      }
    }
  }

  @Test("closing in the middle of it all answers everyone", arguments: rows)
  func closing(row: Row) throws {
    for seed in 0..<3 {
      try withTemporaryDirectory { path in
        let store = try LogStructuredStore(at: path + "/store", options: row.options)
        let crew = Crew(store, seed: UInt64(seed))
        crew.start(4) { thread, random, recorder, _ throws(StoreError) in
          for number in 0..<1_000_000 {
            let key = Key("\(random.below(50))")
            switch thread {
            case 0, 1: try store.put(key, Value(String(repeating: "v", count: 200)))
            case 2: _ = try store.scan().collect()
            default: if number % 50 == 0 { try store.flush() } else { _ = try store.get(key) }
            }
          }
        }
        WorkerThread.sleep(milliseconds: 10 + 7 * seed)
        try store.close()
        _ = crew.finish()
        #expect(crew.complaints == [])
        #expect(try LogStructuredStore.verify(at: path + "/store").isSound)
      }
    }
  }

  /// Runs a crew on a store in a directory of its own, closes it, and looks at what is left.
  private func onStore(
    _ row: Row, _ body: (LogStructuredStore, Crew) -> Void
  ) throws -> OperationHistory {
    try withTemporaryDirectory { path in
      let store = try LogStructuredStore(at: path + "/store", options: row.options)
      let crew = Crew(store, seed: 3)
      body(store, crew)
      let history = crew.finish()
      #expect(crew.complaints == [])
      let before = try store.scan().collect()
      #expect(try store.statistics().writes.flushes > 0)
      #expect(try store.statistics().writes.compactions > 0)
      try store.close()
      #expect(try LogStructuredStore.verify(at: path + "/store").isSound)
      let reopened = try LogStructuredStore(at: path + "/store", options: row.options)
      #expect(try reopened.scan().collect() == before)
      try reopened.close()
      return history
    }
  }
}
