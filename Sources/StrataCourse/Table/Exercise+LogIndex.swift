extension Exercise {
  /// Milestone 2: where the newest entry of each key lies.
  static let logIndex = [
    Exercise(
      "StrataRungs/AppendLog/HashIndex.swift", "HashIndex.build(from:_:)",
      "mutating func build(from entries: LogEntries, _ body: (LogEntry) -> Void) "
        + "throws(StoreError)",
      points: 3,
      standIn: """
        // Never ready: the store scans.
        var entries = entries
        while let entry = try entries.next() { body(entry) }
        """,
      hints: [
        "The last entry of a key is the one that counts, also when it is a tombstone.",
        "Begin with nothing. A value sets the place of its key, a tombstone takes it out. The "
          + "index is ready when the walk is over, not before. `body` sees every entry.",
      ]),
    Exercise(
      "StrataRungs/AppendLog/HashIndex.swift", "HashIndex.lookup(_:)",
      "func lookup(_ key: Key) -> LogPlace?",
      points: 1,
      hints: [
        "An index that is not ready knows nothing.",
        "Answer nil until it is ready.",
      ]),
    Exercise(
      "StrataRungs/AppendLog/HashIndex.swift", "HashIndex.remember(_:at:)",
      "mutating func remember(_ key: Key, at place: LogPlace)",
      points: 1,
      hints: [
        "Before it is ready it must learn nothing: it would know some keys only.",
        "Set the place, if it is ready.",
      ]),
    Exercise(
      "StrataRungs/AppendLog/HashIndex.swift", "HashIndex.forget(_:)",
      "mutating func forget(_ key: Key)",
      points: 1,
      hints: [
        "A deleted key must not lead to its last value.",
        "Take the key out, if it is ready.",
      ]),
    Exercise(
      "StrataRungs/AppendLog/HashIndex.swift", "HashIndex.places(in:)",
      "func places(in range: KeyRange) -> [(key: Key, place: LogPlace)]",
      points: 1,
      hints: [
        "`KeyRange.contains` says whether a key is in the range.",
        "The order does not matter: the scan sorts.",
      ]),
    Exercise(
      "StrataRungs/AppendLog/AppendLogStore.swift", "AppendLogStore.entry(of:at:in:)",
      "static func entry(of key: Key, at place: LogPlace, in file: any ReadableFile) "
        + "throws(StoreError) -> LogEntry",
      points: 3,
      hints: [
        "One seek and one read: exactly the bytes of the entry.",
        "Read `place.length` bytes at `place.offset`, parse them, and make sure that the "
          + "entry is one of this key. Anything else is `corrupt`.",
      ]),
    Exercise(
      "StrataRungs/AppendLog/AppendLogStore.swift", "AppendLogStore.buildIndex()",
      "func buildIndex() throws(StoreError)",
      points: 2,
      hints: [
        "A writer must not append between the walk and the moment when the index is used.",
        "Take the turn of the writers, build from the first `end` bytes of the file, and put "
          + "the index into the view.",
      ]),
  ]
}
