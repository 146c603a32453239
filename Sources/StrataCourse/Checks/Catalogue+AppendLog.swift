import StrataCore
import StrataSubjects

/// Milestone 1: one file, always written at the end.
extension Catalogue {
  static let appendLog: [Check] = [
    Check(
      "log-line", "a change becomes a line of JSON", milestone: 1, .basics,
      help: "`LogLine.write` alone: the table at the head of `LogLine` shows each kind of line."
    ) { bench in
      let line = try bench.part("log-line")
      let examples: [(change: WriteBatch.Change, text: String)] = [
        (.put("45", "hello", expiresAt: nil), #"{"key":"45","value":"hello"}"#),
        (.put("city", "", expiresAt: nil), #"{"key":"city","value":""}"#),
        (.delete("45"), #"{"key":"45","value":null}"#),
        (
          .put("45", "hello", expiresAt: 1_760_000_000_000),
          #"{"key":"45","value":"hello","expires":1760000000000}"#
        ),
        (.put(Key([0xFF]), "any", expiresAt: nil), #"{"key_base64":"/w==","value":"any"}"#),
      ]
      for (change, text) in examples {
        let bytes = try line.bytes("bytes", ChangesMessage.encode(WriteBatch([change])))
        try bench.expect(Value(bytes).description, is: Value("\(text)\n").description, "the line")
      }
    },
    Check(
      "log-get-after-put", "a get answers what the last put of its key said", milestone: 1,
      .basics, points: 2,
      help: "Write each change at the end of the log, and read all of it: the last one counts."
    ) { bench in
      let store = try bench.open(.scanningLog)
      try store.put("city", "Zürich")
      try store.get("city", is: "Zürich")
      try store.put("river", "Limmat")
      try store.put("city", "Basel")
      try store.get("city", is: "Basel")
      try store.get("river", is: "Limmat")
    },
    Check(
      "log-absent", "a key that was never put is absent, and that is no error", milestone: 1,
      .basics, help: "When no line has the key, the answer is nil."
    ) { bench in
      let store = try bench.open(.scanningLog)
      try store.get("nobody", is: nil)
      try store.put("somebody", "1")
      try store.get("nobody", is: nil)
      try store.get("some", is: nil)
      try store.contains("nobody", is: false)
      try store.contains("somebody", is: true)
    },
    Check(
      "log-delete", "a deleted key holds nothing until it is put again", milestone: 1, .basics,
      points: 2,
      help: "A deletion is a line too: a tombstone, which hides all earlier lines of its key."
    ) { bench in
      let store = try bench.open(.scanningLog)
      try store.put("a", "1")
      try store.put("b", "2")
      try store.delete("a")
      try store.get("a", is: nil)
      try store.get("b", is: "2")
      try store.delete("never")
      try store.put("a", "3")
      try store.get("a", is: "3")
    },
    Check(
      "log-any-bytes", "keys and values are any bytes, the empty ones included", milestone: 1,
      .basics, points: 2,
      help: "JSON escapes what is not plain text; bytes that are no UTF-8 go as base64."
    ) { bench in
      let store = try bench.open(.scanningLog)
      let strange: [Key] = [
        "", "two\nlines", "\"quoted\" \\ back", "tab\t", "Zürich", Key([0, 0xFF, 0x80]), "{}",
        "null",
      ]
      for (number, key) in strange.enumerated() {
        try store.put(key, Value([UInt8(number), 10, 34, 92]))
      }
      try store.put("empty", "")
      for (number, key) in strange.enumerated() {
        try store.get(key, is: Value([UInt8(number), 10, 34, 92]))
      }
      try store.get("empty", is: "")
    },
    Check(
      "log-batch", "the changes of a batch happen together, and the last one of a key wins",
      milestone: 1, .basics,
      help: "A batch is one line: an array of objects. Later objects win over earlier ones."
    ) { bench in
      let store = try bench.open(.scanningLog)
      try store.put("a", "0")
      try store.apply(
        WriteBatch([
          .put("a", "1", expiresAt: nil), .put("b", "2", expiresAt: nil), .delete("a"),
          .put("b", "3", expiresAt: nil),
        ]))
      try store.get("a", is: nil)
      try store.get("b", is: "3")
    },
    Check(
      "log-format",
      "each change is one line of JSON at the end of the log, as the format page says",
      milestone: 1, .basics, points: 2,
      help: "Docs/Formats/AppendLog.md shows every kind of line; a deletion has the value null."
    ) { bench in
      let ground = bench.disk()
      let store = try bench.open(.scanningLog, on: ground)
      try store.put("45", "hello")
      try store.delete("45")
      let text = String(decoding: ground.bytes(of: "log.jsonl"), as: UTF8.self)
      try bench.expect(
        text, is: "{\"key\":\"45\",\"value\":\"hello\"}\n{\"key\":\"45\",\"value\":null}\n",
        "log.jsonl")
    },
    Check(
      "log-only-appends", "what is in the log never changes: a put only adds to its end",
      milestone: 1, .work, points: 2, help: "No line is ever rewritten; append, and nothing else."
    ) { bench in
      let ground = bench.disk()
      let meter = Meter(ground)
      let store = try bench.open(.scanningLog, on: ground)
      try store.put("a", "1")
      for number in 0..<20 {
        let before = ground.bytes(of: "log.jsonl")
        let work = try meter.work { try store.put("a", Value("\(number)")) }
        let after = ground.bytes(of: "log.jsonl")
        try bench.expect(
          after.starts(with: before) && after.count > before.count,
          "the log after put \(number) begins with the log before it", actual: "it does not")
        try bench.expect(work[.append], is: 1, "appends for one put")
        try bench.expect(work[.syncFile], is: 1, "syncs for one put")
        try bench.expect(work.bytesRead, is: 0, "bytes read for one put")
      }
    },
    Check(
      "log-limits", "a key that is too long is refused, and nothing is written", milestone: 1,
      .basics, help: "Check the lengths of a whole batch before the first byte is appended."
    ) { bench in
      let ground = bench.disk()
      let store = try bench.open(.scanningLog, on: ground)
      try store.put("a", "1")
      let before = ground.bytes(of: "log.jsonl")
      let long = Key([UInt8](repeating: 65, count: Key.maximumLength + 1))
      let error = try store.failure("put", [.bulk(long.bytes), .bulk("x"), .null])
      guard case .invalidArgument? = error else {
        throw CheckFailure(
          expected: "an error about the argument", actual: error.map { "\($0)" } ?? "no error")
      }
      try bench.expect(
        ground.bytes(of: "log.jsonl") == before, "the log is as it was",
        actual: "something was written")
    },
    Check(
      "log-closed", "a closed store answers nothing any more", milestone: 1, .basics,
      help: "After close, every call throws StoreError.closed."
    ) { bench in
      let store = try bench.open(.scanningLog)
      try store.put("a", "1")
      try store.close()
      for verb in ["get", "delete"] {
        let error = try store.failure(verb, [.bulk("a")])
        try bench.expect(
          error == .closed, "\(verb) fails because the store is closed",
          actual: error.map { "\($0)" } ?? "it answers")
      }
    },
    Check(
      "log-reopen", "what was put is there when the store is opened again", milestone: 1,
      .persistence, points: 2, help: "Opening must read what an earlier process has left."
    ) { bench in
      let store = try bench.open(.scanningLog)
      try store.put("a", "1")
      try store.put("b", "2")
      try store.delete("b")
      try store.restart()
      try store.get("a", is: "1")
      try store.get("b", is: nil)
      try store.put("c", "3")
      try store.restart()
      try store.get("a", is: "1")
      try store.get("c", is: "3")
    },
  ]
}
