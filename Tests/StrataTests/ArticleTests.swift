import Strata
import StrataCore
import StrataTestSupport
import Testing

/// The code that the articles of the API documentation quote, run.
@Suite("Articles of the API documentation")
struct ArticleTests {
  @Test("getting started: a store is filled, read, and opened again")
  func gettingStarted() throws {
    try withTemporaryDirectory { directory in
      let path = "\(directory)/notes"

      let store = try LogStructuredStore(at: path)
      try store.put("city", "Zürich")
      let city = try store.get("city")
      try store.delete("city")
      let isThere = try store.contains("city")

      var batch = WriteBatch()
      batch.put("user/ada", "70")
      batch.put("user/bob", "30")
      try store.apply(batch)
      try store.close()

      #expect(city == "Zürich" && !isThere)
      let reopened = try LogStructuredStore(at: path)
      #expect(try reopened.scan().collect().map(\.key) == ["user/ada", "user/bob"])
      try reopened.close()
    }
  }

  @Test("choosing durability: for a store, and for one batch")
  func durability() throws {
    try withTemporaryDirectory { directory in
      let path = "\(directory)/measurements"

      var options = StoreOptions()
      options.durability = .interval(milliseconds: 100)
      let store = try LogStructuredStore(at: path, options: options)
      try store.put("temperature/0815", "21.5")

      var order = WriteBatch()
      order.put("order/1", "paid")
      try store.apply(order, syncing: true)

      #expect(try store.statistics().durability == "interval:100")
      try store.close()
    }
  }

  @Test("scans and snapshots: they show their moment, whatever is written meanwhile")
  func scans() throws {
    try withTemporaryDirectory { directory in
      let store = try LogStructuredStore(at: "\(directory)/store")
      for name in ["user/ada", "user/bob", "user/cid"] { try store.put(Key(name), "here") }

      let scan = try store.scan(.prefix("user/"))
      while let entry = try scan.next() {
        try store.put(entry.key, "seen")
      }

      let newest = try store.scan(KeyRange(from: "user/", to: "user/c"), .reverse, limit: 1)

      let before = try store.snapshot()
      try store.delete("user/ada")
      let held = try before.get("user/ada")
      let holds = try store.get("user/ada")

      #expect(try newest.collect() == [Entry(key: "user/bob", value: "seen")])
      #expect(held == "seen" && holds == nil)
      try store.close()
    }
  }

  @Test("when things go wrong: recovery reports, errors say whose fault it is, verify looks at all")
  func failures() throws {
    try withTemporaryDirectory { directory in
      let path = "\(directory)/store"
      func explain() -> String {
        do throws(StoreError) {
          let store = try LogStructuredStore(at: path)
          let found = store.recovery
          try store.close()
          return found.wasCreated ? "a new store" : "\(found.records) records came back"
        } catch .locked {
          return "somebody else has it open"
        } catch .corrupt(let file, let offset, _) {
          return "\(file) is damaged at byte \(offset); see LogStructuredStore.verify"
        } catch {
          return "\(error). \(error.advice ?? "")"
        }
      }
      #expect(explain() == "a new store")
      let store = try LogStructuredStore(at: path)
      try store.put("a", "1")
      #expect(explain() == "somebody else has it open")
      try store.close()
      #expect(explain() == "1 records came back")

      let report = try LogStructuredStore.verify(at: path)
      for problem in report.problems {
        print("\(problem.file) at byte \(problem.offset): \(problem.reason)")
      }

      #expect(report.isSound)
    }
  }

  @Test("keeping it small: policies, and a count of what was written for what")
  func compaction() throws {
    try withTemporaryDirectory { directory in
      let path = "\(directory)/store"

      var options = StoreOptions()
      options.compactionPolicy = LeveledPolicy()
      options.memTableBytes = 16 << 20
      let store = try LogStructuredStore(at: path, options: options)
      for round in 0..<3 { try store.put("counter", Value("\(round)")) }
      let reclaimed = try store.compact()
      let writes = try store.statistics().writes

      #expect(reclaimed > 0)
      #expect(writes.logBytes > writes.userBytes)
      try store.close()
    }
  }

  @Test("times to live: an entry is gone when its moment has come")
  func expiry() throws {
    try withTemporaryDirectory { directory in
      let store = try LogStructuredStore(at: "\(directory)/store")

      let inHalfAnHour = SystemClock().now + 30 * 60 * 1_000
      try store.put("session/7", "open", expiresAt: inHalfAnHour)

      #expect(try store.get("session/7") == "open")
      try store.close()
    }
  }
}
