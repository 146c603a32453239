import StrataCore

/// A failed check as text that teaches: the rule, what broke it, and how to see it again.
///
/// What a hidden check did is left out, unless it is for the teacher.
public struct FailureText: Sendable {
  /// Whom it is for.
  public enum Reader: Sendable {
    /// Somebody who is building the engine.
    case student
    /// Somebody who gives the course.
    case teacher
  }

  /// The lines.
  public let lines: [String]

  /// The text about a check that did not pass.
  ///
  /// - Parameter reproduction: the command that runs just this check again.
  public init(_ result: CheckResult, for reader: Reader = .student, reproduction: String) {
    let check = result.check
    var lines = ["\(check.id): \(check.rule).", ""]
    switch result.verdict {
    case .passed: lines = ["\(check.id) passed."]
    case .skipped(let other):
      lines += ["It was skipped: \(other) comes first, and did not pass."]
    case .error(let reason):
      lines += ["Nothing can be said about it: \(reason). That is not your engine's fault."]
    case .failed(let failure) where check.visibility == .hidden && reader == .student:
      lines += ["What it did stays with the teacher."]
      if failure.isTimeOut { lines += ["No answer came within \(check.seconds) seconds."] }
      lines += ["", "Think of this: \(check.help)"]
    case .failed(let failure):
      lines += Self.body(of: failure)
      lines += ["", "Think of this: \(check.help)"]
    }
    if !result.verdict.isPass {
      lines += ["Read:          Docs/Course/\(check.chapter).md", "Run it again:  \(reproduction)"]
    }
    self.lines = lines
  }

  private static func body(of failure: CheckFailure) -> [String] {
    var lines =
      indented("expected  ", failure.expected) + indented("actual    ", failure.actual)
    if !failure.script.isEmpty {
      lines += [
        "", "The operations; save them as a file, and `swift run kvcli script FILE` does them:",
      ]
      if failure.script.contains(where: { $0.hasPrefix("# here ") }) {
        lines += ["(not what stands behind `# here`: do that by hand)"]
      }
      lines += failure.script.map { "    \($0)" }
    }
    if !failure.steps.isEmpty {
      lines += ["", "What was asked, step by step:"] + failure.steps.suffix(40).map { "    \($0)" }
    }
    if !failure.bytes.isEmpty {
      lines += ["", "The bytes:"] + failure.bytes.map { "    \($0)" }
    }
    let printed = failure.printedLines
    if !printed.isEmpty {
      lines += ["", "What your engine printed:"] + printed.suffix(12).map { "    \($0)" }
    }
    return lines
  }

  private static func indented(_ label: String, _ text: String) -> [String] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let pad = String(repeating: " ", count: label.count)
    return lines.enumerated().map { ($0 == 0 ? label : pad) + $1 }
  }
}

extension Check {
  /// The page of the book, below `Docs/Course`, without its ending.
  public var chapter: String { page ?? Milestone.numbered(milestone)?.chapter ?? "" }
}
