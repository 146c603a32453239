import StrataCore
import StrataHistory
import StrataRungs
import StrataTestSupport
import Testing

/// The same for the earlier rungs: threads on a real directory, with merges and compactions beside them.
@Suite("Stress: threads on the rungs")
struct RungStressTests {
  enum Rung: String, CaseIterable, CustomTestStringConvertible, Sendable {
    case bitcask, bitcaskInterval, appendLog
    var testDescription: String { rawValue }

    func open(_ path: String) throws(StoreError) -> any KeyValueStore {
      switch self {
      case .bitcask, .bitcaskInterval:
        var options = BitcaskOptions()
        options.durability = self == .bitcask ? .system : .interval(milliseconds: 1)
        options.dataFileBytes = 4 << 10
        options.mergeBytes = 8 << 10
        options.openFiles = 3
        options.unhintedBytes = 0
        return try BitcaskStore(at: path, options: options)
      case .appendLog:
        var options = AppendLogOptions()
        options.durability = .interval(milliseconds: 1)
        return try AppendLogStore(at: path, options: options)
      }
    }
  }

  @Test("what threads do and see could have happened one after the other", arguments: Rung.allCases)
  func histories(rung: Rung) throws {
    let keys = (0..<5).map { Key("key\($0)") }
    let history = try withTemporaryDirectory { directory in
      let path = "\(directory)/store"
      let store = try rung.open(path)
      let crew = Crew(store, seed: 11)
      crew.start(3) { thread, random, recorder, _ throws(StoreError) in
        for number in 0..<200 {
          let value = Value("\(thread)/\(number)/" + String(repeating: "v", count: 100))
          try Self.act(value, keys, &random, &recorder)
        }
      }
      crew.start(1) { _, random, recorder, isOver throws(StoreError) in
        while !isOver() { try recorder.scan(keys, random.isOne(in: 2) ? .forward : .reverse) }
      }
      crew.start(1) { _, random, _, isOver throws(StoreError) in
        while !isOver() {
          if random.isOne(in: 2) { _ = try store.compact() } else { try store.flush() }
          _ = try store.statistics()
          WorkerThread.sleep(milliseconds: 2)
        }
      }
      let history = crew.finish()
      #expect(crew.complaints == [])
      let expected = try store.scan().collect()
      try store.close()
      let reopened = try rung.open(path)
      #expect(try reopened.scan().collect() == expected)
      try reopened.close()
      return history
    }
    #expect(history.count > 600)
    let violation = Linearizability.check(history)
    #expect(violation == nil, "\(violation?.description ?? "")")
  }

  private static func act(
    _ value: Value, _ keys: [Key], _ random: inout SplitMix64, _ recorder: inout HistoryRecorder
  ) throws(StoreError) {
    let key = random.pick(keys)
    switch random.below(12) {
    case 0..<4: try recorder.put(key, value)
    case 4..<6: try recorder.delete(key)
    case 6..<8:
      let first = random.below(keys.count - 1)
      try recorder.apply(
        WriteBatch([
          .put(keys[first], value, expiresAt: nil), .put(keys[first + 1], value, expiresAt: nil),
        ]))
    default: _ = try recorder.get(key)
    }
  }
}
