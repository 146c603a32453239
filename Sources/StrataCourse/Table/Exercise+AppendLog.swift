extension Exercise {
  /// Milestone 1: one file, one line for each change.
  static let appendLog = [
    Exercise(
      "StrataRungs/AppendLog/LogLine.swift", "LogLine.write(_:_:_:into:)",
      "static func write(_ key: Key, _ value: Value?, _ expiresAt: UnixMilliseconds?, into "
        + "text: inout [UInt8])",
      points: 2,
      hints: [
        "The table at the head of `LogLine` shows what a line looks like.",
        "Between braces: the key, a comma, then the value or null, then the time if there is "
          + "one. `JSONObject.write` writes a name and its bytes.",
      ]),
    Exercise(
      "StrataRungs/AppendLog/AppendLogStore.swift", "AppendLogStore.append(_:userBytes:)",
      "func append(_ line: LogLine, userBytes: Int) throws(StoreError)",
      points: 4,
      hints: [
        "When may the caller be told that the change is safe, and when may a reader see it?",
        "Settle the file, append the line, sync if the schedule demands it, and only then "
          + "show the line to the readers. A last line without a newline gets one first.",
      ]),
    Exercise(
      "StrataRungs/AppendLog/LogLine.swift", "LogLine.entries(of:at:)",
      "static func entries(of line: ByteView, at offset: Int) throws(JSONError) -> [LogEntry]",
      points: 2,
      hints: [
        "A line holds one object, or a batch of them between brackets.",
        "`JSONReader.take` goes past a character if it is there, `entry` reads one object. "
          + "Nothing may follow the last one.",
      ]),
    Exercise(
      "StrataRungs/AppendLog/LogEntries.swift", "LogEntries.next()",
      "mutating func next() throws(StoreError) -> LogEntry?",
      points: 2,
      hints: [
        "A line of a batch has several entries; hand them out one by one.",
        "Keep the rest of the line in `pending`. What is wrong with a line becomes `corrupt`, "
          + "with the offset of the line.",
      ]),
    Exercise(
      "StrataRungs/AppendLog/AppendLogStore.swift", "AppendLogStore.scan(_:upTo:for:)",
      "static func scan(_ file: any ReadableFile, upTo end: Int, for key: Key) "
        + "throws(StoreError) -> LogEntry?",
      points: 2,
      hints: [
        "Which of several entries of the key counts?",
        "Walk over all entries, and keep the last one whose key it is.",
      ]),
    Exercise(
      "StrataRungs/AppendLog/AppendLogStore.swift", "AppendLogStore.get(_:)",
      "func get(_ key: Key) throws(StoreError) -> Value?",
      points: 2,
      helpers: ["AppendLogStore.lookUp(_:)"],
      hints: [
        "A tombstone is an entry; the key holds nothing all the same.",
        "Check that the store may be read and that the key has a legal length, find its "
          + "newest entry, and look whether that is dead.",
      ]),
    Exercise(
      "StrataRungs/AppendLog/LogTail.swift", "LogTail.init(of:)",
      "init(of file: any ReadableFile) throws(StoreError)",
      points: 4,
      helpers: ["LogTail.lastLine(of:size:)"],
      standIn: """
        // Believes everything up to the last byte.
        end = try file.size()
        tornBytes = 0
        needsNewline = false
        lastLine = 0
        """,
      hints: [
        "A crash leaves the beginning of what was appended last, and no beginning of a line "
          + "has a newline.",
        "Read the last line. If it makes sense, the log ends behind it; if it does not and "
          + "has no newline, the log ends before it; if it has one, the log is damaged.",
      ]),
  ]
}
