import StrataCore

extension Tour {
  func heading(_ number: Int, _ title: String) throws(StoreError) {
    try output.line()
    try output.line(style.bold("\(number)  \(title)"))
    try output.flush()
  }

  /// Explains, in lines that are not too long to read.
  ///
  /// A dot before each line tells what the tour says from what a command prints.
  func tell(_ text: String) throws(StoreError) {
    let margin = "  ·"
    var line = margin
    for word in text.split(separator: " ") {
      if line.count + word.count >= 90 {
        try output.line(style.dim(line))
        line = margin
      }
      line += " \(word)"
    }
    if line != margin { try output.line(style.dim(line)) }
  }

  /// Shows what a reader can type.
  func show(_ command: String) throws(StoreError) {
    try output.line("  \(style.dim("$")) \(style.command(command))")
    try output.flush()
  }

  /// Shows a command, carries it out, and prints its output indented; returns the seconds it took.
  @discardableResult
  func perform(_ shown: String, words: [String]? = nil) throws(StoreError) -> Double {
    try show("kvcli \(shown)")
    let command = try parse(words ?? shown.split(separator: " ").map(String.init))
    let inner = Output()
    let start = SystemTime.monotonicNanoseconds
    let outcome = try execution(printingTo: inner, mode: .commandLine).run(command)
    let seconds = Double(SystemTime.monotonicNanoseconds - start) / 1e9
    let lines = inner.takeText().split(separator: "\n", omittingEmptySubsequences: false)
    for line in lines.dropLast() { try output.line(line.isEmpty ? "" : "  \(line)") }
    try expect(outcome != .damaged && outcome != .absent, "kvcli \(shown) did not succeed")
    return seconds
  }

  private func parse(_ words: [String]) throws(StoreError) -> Command {
    do throws(UsageError) {
      return try CommandTable.sessionCommand(words.map { Word($0) })
    } catch {
      throw .invalidArgument(error.reason)
    }
  }

  private func execution(printingTo output: Output, mode: Execution.Mode) -> Execution {
    let console = Console(
      input: console.input, output: output, errors: console.errors,
      environment: console.environment)
    return Execution(session: session, console: console, mode: mode)
  }

  /// Runs a file of commands as `kvcli batch` does; returns how many were answered with OK.
  func runBatch(_ path: String) throws(StoreError) -> Int {
    let descriptor = try Platform.openForReading(path)
    defer { Platform.closeFile(descriptor) }
    let reader = LineReader(descriptor: descriptor, name: path)
    let inner = Output()
    let execution = execution(printingTo: inner, mode: .batch)
    while let line = try reader.next() { try execution.answer(line) }
    return inner.takeText().split(separator: "\n").count { $0 == "OK" }
  }

  /// Writes a line for each entry into a file; returns how many there were.
  func writeFile(
    _ path: String, _ scan: any EntryScan, _ line: (Entry, inout [UInt8]) -> Void
  ) throws(StoreError) -> Int {
    var text: [UInt8] = []
    var count = 0
    while let entry = try scan.next() {
      line(entry, &text)
      count += 1
    }
    let descriptor = try Platform.openForWriting(path)
    defer { Platform.closeFile(descriptor) }
    try Platform.writeAll(text[...], to: descriptor, path: path)
    return count
  }

  /// How many entries a range has.
  func count(_ range: KeyRange) throws(StoreError) -> Int {
    try session.storeForReading().count(range)
  }

  /// Draws the levels of the store; returns the bytes of the largest, as a scale for the next picture.
  @discardableResult
  func picture(scale: Int? = nil) throws(StoreError) -> Int {
    let levels = try session.existingStore().statistics().levels
    let picture = StoreShapePicture(
      levels: levels, scale: scale, style: style, width: output.width - 4)
    try output.line()
    for line in picture.lines { try output.line("    \(line)") }
    return levels.map(\.bytes).max() ?? 0
  }

  /// A tour that does not show what it says would be worth nothing.
  func expect(_ isTrue: Bool, _ failure: String) throws(StoreError) {
    guard isTrue else {
      throw .corrupt(file: session.settings.path, offset: 0, reason: "the tour failed: \(failure)")
    }
  }
}
