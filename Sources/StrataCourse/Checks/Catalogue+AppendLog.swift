import StrataCore

/// Milestone 1: one file, always written at the end.
extension Catalogue {
  static let appendLog: [Check] = [
    Check(
      "log-get-after-put", "a get answers what the last put of its key said", milestone: 1, .basics,
      points: 2,
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
      .basics,
      help: "When no line has the key, the answer is nil."
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
      "log-reopen", "what was put is there when the store is opened again", milestone: 1,
      .persistence,
      points: 2, help: "Opening must read what an earlier process has left."
    ) { bench in
      let store = try bench.open(.scanningLog)
      try store.put("a", "1")
      try store.put("b", "2")
      try store.delete("b")
      try store.reopen()
      try store.get("a", is: "1")
      try store.get("b", is: nil)
      try store.put("c", "3")
      try store.reopen()
      try store.get("a", is: "1")
      try store.get("c", is: "3")
    },
    Check(
      "log-kill", "whatever was acknowledged is there after kill -9", milestone: 1, .kill,
      points: 2,
      help:
        "When put returns, the system must have the line: nothing may wait in a buffer of yours."
    ) { bench in
      let store = try bench.open(.scanningLog, on: bench.realDisk())
      for number in 0..<8 {
        try store.put(Key("k\(number)"), Value("v\(number)"))
        try store.crash()
        for earlier in 0...number { try store.get(Key("k\(earlier)"), is: Value("v\(earlier)")) }
      }
    },
  ]
}
