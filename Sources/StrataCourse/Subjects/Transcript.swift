import StrataCore

/// What was done to a store, as the lines of a script for `kvcli`, with the answers that are expected.
///
///     # engines: append-log
///     put a 1
///     reopen
///     get a
///     ---
///     1
///
/// Saved as a file, `kvcli script FILE` runs it, and shows where the output differs.
final class Transcript: @unchecked Sendable {
  private let lock = Lock()
  // Guarded by `lock`.
  private var engine = ""
  private var commands: [String] = []
  private var answers: [String] = []
  private var steps: [String] = []
  /// What had been done on a disk when it was copied first.
  private var mark: (disk: Int, commands: Int, answers: Int, steps: Int)?

  /// More than this nobody reads.
  private static let longest = 400

  func begin(engine: String) {
    lock.withLock {
      if self.engine.isEmpty { self.engine = engine }
    }
  }

  /// Adds a command, and the lines that it should print.
  func add(_ command: String, _ expected: [String] = []) {
    lock.withLock {
      commands.append(command)
      answers += expected
    }
  }

  /// Adds what was asked of a part.
  func step(_ text: String) { lock.withLock { steps.append(text) } }

  /// Notes what the check changed on a copy of a disk, which `kvcli` cannot do; what was done on the copy before is no
  /// part of it.
  func change(onCopyOf disk: Int, _ what: String) {
    lock.withLock {
      if let mark, mark.disk == disk {
        commands.removeSubrange(mark.commands...)
        answers.removeSubrange(mark.answers...)
        steps.removeSubrange(mark.steps...)
      } else {
        mark = (disk, commands.count, answers.count, steps.count)
      }
      if commands.isEmpty {
        steps.append(what)
      } else {
        commands.append("# here the store is closed, \(what), and it is opened again")
      }
    }
  }

  /// Begins again, for the next try of a check that tries many things.
  func reset() {
    lock.withLock {
      commands = []
      answers = []
      steps = []
      mark = nil
    }
  }

  /// Adds the transcript to a failure that has none.
  func complete(_ failure: CheckFailure) -> CheckFailure {
    lock.withLock {
      var failure = failure
      if failure.script.isEmpty, !commands.isEmpty {
        let head = engine.isEmpty ? [] : ["# engines: \(engine)"]
        failure.script = head + shortened(commands) + ["---"] + shortened(answers)
      }
      if failure.steps.isEmpty { failure.steps = shortened(steps) }
      return failure
    }
  }

  private func shortened(_ lines: [String]) -> [String] {
    guard lines.count > Self.longest else { return lines }
    return ["# … \(lines.count - Self.longest) lines before these …"] + lines.suffix(Self.longest)
  }
}

/// Keys, values and answers as the command language writes them.
enum Words {
  /// A key or a value as one word of a command.
  static func quote(_ bytes: [UInt8]) -> String {
    let text = ByteView.withBytes(of: bytes) { Escaping.escape($0) }
    let special = text.contains { $0 == " " || $0 == "\"" || $0 == "'" || $0 == "#" }
    guard special || text.isEmpty || text.hasPrefix("-") else { return text }
    return "\""
      + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
      + "\""
  }

  /// What a get prints.
  static func answer(_ value: Value?) -> String { value?.description ?? "(absent)" }

  /// The same in at most some sixty characters.
  static func short(_ value: Value?) -> String {
    guard let value else { return "(absent)" }
    if value.bytes.isEmpty { return "\"\"" }
    guard value.bytes.count > 60 else { return value.description }
    return "\(Value(Array(value.bytes.prefix(40))).description)… (\(value.bytes.count) bytes)"
  }

  /// What a scan prints.
  static func lines(_ entries: [(Key, Value)]) -> [String] { entries.map { "\($0.0)\t\($0.1)" } }

  /// The options of a scan.
  static func options(_ range: KeyRange, _ direction: ScanDirection, _ limit: Int?) -> String {
    var text = ""
    if let lower = range.lower { text += " --from \(quote(lower.bytes))" }
    if let upper = range.upper { text += " --to \(quote(upper.bytes))" }
    if direction == .reverse { text += " --reverse" }
    if let limit { text += " --limit \(limit)" }
    return text
  }
}
