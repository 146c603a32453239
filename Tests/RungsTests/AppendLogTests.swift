import StrataCore
import StrataRungs
import StrataTestSupport
import Testing

@Suite("Append log")
struct AppendLogTests {
  @Test("a put is a line of JSON at the end of the log, a delete is another")
  func lines() throws {
    let disk = SimulatedDisk(.ordered)
    let store = try Rung.log(disk)
    try store.put("45", "hello")
    try store.delete("45")
    try store.put("city", "Zürich \"am\" See\n", expiresAt: 5_000_000)
    try store.put(Key([0xFF]), Value([0, 1]))
    #expect(
      Rung.text(disk) == """
        {"key":"45","value":"hello"}
        {"key":"45","value":null}
        {"key":"city","value":"Zürich \\"am\\" See\\n","expires":5000000}
        {"key_base64":"/w==","value_base64":"AAE="}

        """)
  }

  @Test("a batch is one line, so that a crash leaves all of it or none")
  func batches() throws {
    let disk = SimulatedDisk(.ordered)
    let store = try Rung.log(disk)
    var batch = WriteBatch()
    batch.put("a", "1")
    batch.delete("b")
    try store.apply(batch)
    #expect(Rung.text(disk) == "[{\"key\":\"a\",\"value\":\"1\"},{\"key\":\"b\",\"value\":null}]\n")
  }

  @Test(
    "the files of the seed open: spaces, escapes, and no newline at the end",
    arguments: [true, false])
  func seedFiles(buildsIndex: Bool) throws {
    let text = """
      {"key": "45", "value": "hello"}
      {"key":"7","value":"one"}
      {"key":"7","value":"two"}
      {"key": "caf\\u00e9", "value": "\\ud83d\\ude00"}
      """
    let (store, disk) = try Rung.log(holding: text, buildsIndex: buildsIndex)
    #expect(try store.get("45") == "hello")
    #expect(try store.get("7") == "two")
    #expect(try store.get("café") == "😀")
    try store.put("8", "new")
    #expect(Rung.text(disk) == text + "\n{\"key\":\"8\",\"value\":\"new\"}\n")
    let reopened = try Rung.log(disk.afterKill())
    #expect(try reopened.scan().collect().map(\.key) == ["45", "7", "8", "café"])
  }

  @Test("a log under another name is opened under that name")
  func otherNames() throws {
    let disk = try Rung.disk(["data.db": Array("{\"key\":\"45\",\"value\":\"hello\"}\n".utf8)])
    var options = AppendLogOptions()
    options.logName = "data.db"
    let store = try AppendLogStore(at: "store", options: options, fileSystem: disk)
    #expect(try store.get("45") == "hello")
    options.logName = "../data.db"
    #expect(throws: StoreError.self) {
      try AppendLogStore(at: "other", options: options, fileSystem: disk)
    }
  }

  @Test("the walk over the entries shows offset, key and value of each, overwritten ones too")
  func walk() throws {
    let (store, _) = try Rung.log(
      holding:
        "{\"key\":\"a\",\"value\":\"1\"}\n[{\"key\":\"b\",\"value\":\"2\"},{\"key\":\"a\",\"value\":null}]\n"
    )
    var entries = try store.entries()
    var found: [String] = []
    while let entry = try entries.next() {
      found.append("\(entry.offset) \(entry.key) \(entry.value?.description ?? "-")")
    }
    #expect(found == ["0 a 1", "25 b 2", "49 a -"])
  }

  @Test(
    "a line longer than the pieces that are read at a time is like any other",
    arguments: [true, false])
  func longLines(buildsIndex: Bool) throws {
    let disk = SimulatedDisk(.ordered)
    let value = Value([UInt8](repeating: UInt8(ascii: "x"), count: 2 << 20))
    let store = try Rung.log(disk, buildsIndex: buildsIndex)
    try store.put("a", "1")
    try store.put("long", value)
    try store.put("b", "2")
    for store in [store, try Rung.log(disk.afterKill(), buildsIndex: buildsIndex)] {
      #expect(try store.get("long") == value)
      #expect(try store.get("b") == "2")
      #expect(try store.scan().collect().count == 3)
    }
  }

  // MARK: The end of the log

  @Test("cut anywhere, the log loses its torn last line and nothing else")
  func everyCut() throws {
    let disk = SimulatedDisk(.ordered)
    let store = try Rung.log(disk)
    for (key, value) in [("a", "1"), ("b", "é\n\"}"), ("c", "3")] {
      try store.put(Key(key), Value(value))
    }
    try store.apply(WriteBatch([.delete("a"), .put("d", "4", expiresAt: nil)]))
    let whole = Array(Rung.text(disk).utf8)
    let ends = whole.indices.filter { whole[$0] == UInt8(ascii: "\n") }
    let states: [[Key]] = [[], ["a"], ["a", "b"], ["a", "b", "c"], ["b", "c", "d"]]
    for cut in 0...whole.count {
      let disk = try Rung.disk(["log.jsonl": Array(whole[..<cut])])
      // A line that lacks nothing but its newline counts.
      let lines = ends.count { $0 <= cut }
      let store = try Rung.log(disk)
      #expect(try store.scan().collect().map(\.key) == states[lines], "cut at \(cut)")
      let isTorn = cut > 0 && !ends.contains(cut) && !ends.contains(cut - 1)
      #expect((store.recovery.bytesDropped > 0) == isTorn, "cut at \(cut)")
      // Cut before the next append, so that it cannot swallow what comes after it.
      try store.put("e", "5")
      let reopened = try Rung.log(disk.afterKill())
      #expect(try reopened.scan().collect().map(\.key) == states[lines] + ["e"], "cut at \(cut)")
      #expect(reopened.recovery.bytesDropped == 0)
    }
  }

  @Test("a bad line that is not the last is damage, and named", arguments: [true, false])
  func damage(buildsIndex: Bool) throws {
    let text = "{\"key\":\"a\",\"value\":\"1\"}\nrubbish\n{\"key\":\"b\",\"value\":\"2\"}\n"
    let error = #expect(throws: StoreError.self) {
      let (store, _) = try Rung.log(holding: text, buildsIndex: buildsIndex)
      _ = try store.get("a")
    }
    guard case .corrupt("store/log.jsonl", 24, _) = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
  }

  @Test("a last line that has its newline was whole once: what cannot be read there is damage")
  func damagedLastLine() throws {
    let text = "{\"key\":\"a\",\"value\":\"1\"}\n{\"key\":\"b\",\"value\";\"2\"}\n"
    for buildsIndex in [true, false] {
      #expect(throws: StoreError.self) { try Rung.log(holding: text, buildsIndex: buildsIndex) }
    }
    let (store, _) = try Rung.log(holding: String(text.dropLast()))
    #expect(try store.scan().collect().map(\.key) == ["a"])
    #expect(store.recovery.bytesDropped == 23)
  }

  @Test("a flipped bit gives an error, a lost line or another text: that is what checksums are for")
  func flippedBits() throws {
    let lines = ["{\"key\":\"a\",\"value\":\"11\"}", "{\"key\":\"b\",\"value\":\"22\"}"]
    let whole = Array((lines.joined(separator: "\n") + "\n").utf8)
    let truth = [Entry(key: "a", value: "11"), Entry(key: "b", value: "22")]
    var outcomes = ["same": 0, "error": 0, "lost": 0, "lie": 0]
    for bit in 0..<(whole.count * 8) {
      var bytes = whole
      bytes[bit / 8] ^= 1 << (bit % 8)
      do {
        let found = try Rung.log(try Rung.disk(["log.jsonl": bytes])).scan().collect()
        let outcome =
          found == truth ? "same" : found.allSatisfy(truth.contains) ? "lost" : "lie"
        outcomes[outcome, default: 0] += 1
      } catch {
        outcomes["error", default: 0] += 1
      }
    }
    #expect(outcomes["lie", default: 0] > 0)
    #expect(outcomes["error", default: 0] > 0)
    #expect(outcomes.values.reduce(0, +) == whole.count * 8)
  }

  @Test("after a failed write the log refuses writes until it is opened again")
  func failure() throws {
    let disk = SimulatedDisk(.ordered)
    let store = try Rung.log(disk)
    try store.put("a", "1")
    disk.interceptor = { call in
      call.kind == .append ? .failure(.noSpace, done: .bytes(7)) : .success
    }
    #expect(throws: StoreError.noSpace(path: "store/log.jsonl")) { try store.put("b", "2") }
    disk.interceptor = nil
    #expect(throws: StoreError.readOnly(cause: .noSpace(path: "store/log.jsonl"))) {
      try store.put("b", "2")
    }
    #expect(try store.get("a") == "1")
    try store.close()
    let reopened = try Rung.log(disk)
    #expect(reopened.recovery.bytesDropped == 7)
    try reopened.put("b", "2")
    #expect(try Rung.log(disk.afterKill()).scan().collect().count == 2)
  }

  @Test("no store is made where something else lies, and none where none is to be made")
  func otherFiles() throws {
    let disk = try Rung.disk(["notes.txt": [1]])
    #expect(throws: StoreError.self) { try Rung.log(disk) }
    #expect(disk.names(in: "store") == ["notes.txt"])
    var options = AppendLogOptions()
    options.createsIfMissing = false
    #expect(throws: StoreError.notFound(path: "nowhere")) {
      try AppendLogStore(at: "nowhere", options: options, fileSystem: disk)
    }
  }
}
