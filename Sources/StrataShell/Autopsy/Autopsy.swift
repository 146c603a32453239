import StrataCore

/// The same changes in five formats, the same damage to each, and what comes out.
///
/// Every cut and every bit is tried, one at a time, so that the numbers are counts and not examples.
///
/// | an answer is | when |
/// |---|---|
/// | right | the entries are those of the changes that are whole in the file, or of one more |
/// | reported | something is missing, and the reader says so, or refuses to read at all |
/// | lost | the answers are of the past, or keys are missing, and nobody says so |
/// | wrong | a key holds what was never written to it, and nobody says so |
struct Autopsy {
  private let formats: [any AutopsyFormat] = [
    EngineFormat.appendLog, BarredLines(), LengthPrefixed(), EngineFormat.bitcask,
    EngineFormat.strata,
  ]

  /// Overwritten, deleted, and simply there.
  private static let changes: [WriteBatch.Change] = [
    .put("apple", "red", expiresAt: nil), .put("banana", "yellow", expiresAt: nil),
    .put("cherry", "dark", expiresAt: nil), .put("apple", "green", expiresAt: nil),
    .delete("banana"), .put("date", "brown", expiresAt: nil),
  ]

  private enum Answer: Int, CaseIterable {
    case right, reported, lost, wrong
  }

  private typealias Counts = [Int]

  /// Does everything; returns the table, line by line.
  func run() throws(StoreError) -> [String] {
    var table = TextTable([.left] + formats.map { _ in .right })
    table.add(cells: ["what was done"] + formats.map(\.name))
    try add("bytes for \(Autopsy.changes.count) changes", to: &table) { format throws(StoreError) in
      "\(try format.write(Autopsy.changes).count)"
    }
    try add(
      [
        ("cut at each byte", "  right", .right), ("", "  reported", .reported),
        ("", "  lost", .lost), ("", "  wrong", .wrong),
      ], to: &table
    ) { format throws(StoreError) in try cuts(format, appending: nil) }
    try add(
      [
        ("the same, then one more put", "  right", .right), ("", "  reported", .reported),
        ("", "  lost", .lost), ("", "  wrong", .wrong),
      ], to: &table
    ) { format throws(StoreError) in
      try cuts(format, appending: .put("elder", "black", expiresAt: nil))
    }
    try add(
      [
        ("each bit flipped", "  right", .right), ("", "  reported", .reported),
        ("", "  lost", .lost), ("", "  wrong", .wrong),
      ], to: &table
    ) { format throws(StoreError) in try flips(format) }
    try add("a newline in a value", to: &table) { format throws(StoreError) in
      try difficult(.put("note", "two\nlines", expiresAt: nil), format)
    }
    try add("a newline, then a whole line", to: &table) { format throws(StoreError) in
      try difficult(.put("note", "x\nPUT|apple|poisoned", expiresAt: nil), format)
    }
    try add("a bar in a key", to: &table) { format throws(StoreError) in
      try difficult(.put("a|b", "1", expiresAt: nil), format)
    }
    return table.lines
  }

  // MARK: Rows

  private func add(
    _ title: String, to table: inout TextTable,
    _ cell: (any AutopsyFormat) throws(StoreError) -> String
  ) throws(StoreError) {
    var cells = [title]
    for format in formats { cells.append(try cell(format)) }
    table.add(cells: cells)
  }

  private func add(
    _ rows: [(heading: String, title: String, answer: Answer)], to table: inout TextTable,
    _ count: (any AutopsyFormat) throws(StoreError) -> Counts
  ) throws(StoreError) {
    var counts: [Counts] = []
    for format in formats { counts.append(try count(format)) }
    for row in rows {
      if !row.heading.isEmpty { table.add(cells: [row.heading] + formats.map { _ in "" }) }
      table.add(
        cells: [row.title] + counts.map { Units.count($0[row.answer.rawValue]) })
    }
  }

  // MARK: Damage

  /// Cuts the file at each byte; with a change, writes that behind the cut before it is read.
  private func cuts(
    _ format: any AutopsyFormat, appending change: WriteBatch.Change?
  ) throws(StoreError) -> Counts {
    var counts = Counts(repeating: 0, count: Answer.allCases.count)
    let whole = try format.write(Autopsy.changes)
    var ends: [Int] = []
    for count in 0...Autopsy.changes.count {
      ends.append(try format.write(Array(Autopsy.changes.prefix(count))).count)
    }
    for cut in 0..<whole.count {
      // Before the first record there is only what every file begins with.
      let complete = max(0, ends.lastIndex { $0 <= cut } ?? 0)
      // A change that lacks nothing but the end of its line may count as well.
      let truths = [complete, complete + 1].map { count in
        Array(Autopsy.changes.prefix(count)) + (change.map { [$0] } ?? [])
      }
      let answer = self.answer(format, Array(whole[..<cut]), appending: change, truths: truths)
      counts[answer.rawValue] += 1
    }
    return counts
  }

  private func flips(_ format: any AutopsyFormat) throws(StoreError) -> Counts {
    var counts = Counts(repeating: 0, count: Answer.allCases.count)
    let whole = try format.write(Autopsy.changes)
    for bit in 0..<(whole.count * 8) {
      var damaged = whole
      damaged[bit / 8] ^= 1 << (bit % 8)
      let answer = self.answer(format, damaged, appending: nil, truths: [Autopsy.changes])
      counts[answer.rawValue] += 1
    }
    return counts
  }

  /// One more change, whose bytes are meant to confuse.
  private func difficult(
    _ change: WriteBatch.Change, _ format: any AutopsyFormat
  ) throws(StoreError) -> String {
    let changes = Autopsy.changes + [change]
    return
      switch answer(
        format, try format.write(changes), appending: nil, truths: [changes])
    {
    case .right: "kept"
    case .reported: "unreadable"
    case .lost: "lost"
    case .wrong: "wrong"
    }
  }

  private func answer(
    _ format: any AutopsyFormat, _ file: [UInt8], appending change: WriteBatch.Change?,
    truths: [[WriteBatch.Change]]
  ) -> Answer {
    let reading: AutopsyReading
    do throws(StoreError) {
      reading = try format.read(file, afterAppending: change)
      for truth in truths {
        let model = DictionaryStore()
        try model.apply(WriteBatch(truth))
        if try model.scan().collect() == reading.entries { return .right }
      }
    } catch {
      return .reported
    }
    if reading.isReported { return .reported }
    // What a key held earlier is an answer of the past, and so a loss; anything else was never true.
    let written = truths.joined().compactMap { change -> Entry? in
      if case .put(let key, let value, _) = change { return Entry(key: key, value: value) }
      return nil
    }
    return reading.entries.allSatisfy(written.contains) ? .lost : .wrong
  }
}
