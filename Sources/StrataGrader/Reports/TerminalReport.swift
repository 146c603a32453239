/// A record as lines for a terminal.
///
///     ada: 17.5 of 24 points
///     milestone 2: 5 of 9
///       ✓ hash-index/present-key      3/3  a present key is found in one read
///       ✗ hash-index/absent-key       0/3  an absent key reads nothing
///           Rule: a key that the index does not know costs no read.
///
/// No colour: the signs say it, and the output can be piped.
public struct TerminalReport {
  private let graded: GradedSubmission

  /// A report for this audience.
  public init(_ graded: GradedSubmission, for audience: Audience, detail: FailureDetail = .bytes) {
    self.graded = graded.visible(to: audience, detail: detail)
  }

  /// The lines, the last one ended too.
  public var text: String {
    let record = graded.record
    var lines = [
      "\(Self.safe(record.student)): \(Numbers.points(graded.final)) of "
        + "\(Numbers.points(record.points)) points"
    ]
    if let sentence = graded.latenessSentence, graded.lateness?.days != 0 { lines.append(sentence) }
    if !record.sandbox.isSandboxed {
      lines.append("UNSANDBOXED: nothing but limits stood between the submission and this machine.")
    }
    for refusal in record.submission.refused {
      lines.append("not taken in: \(Self.safe(refusal.path)): \(refusal.reason)")
    }
    if record.build.status != .succeeded {
      lines.append(
        record.build.status == .failed
          ? "It does not compile:" : "It could not be built, which is not its fault:")
      lines += Self.indented(record.build.output, by: 2)
    }
    for milestone in record.milestones { lines += Self.lines(of: milestone) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// So many lines of a script, or of what a submission printed, are for a terminal.
  private static let shownLines = 12

  private static func lines(of milestone: GradeRecord.Milestone) -> [String] {
    var lines = [
      "milestone \(milestone.name): \(Numbers.points(milestone.awarded)) of "
        + Numbers.points(milestone.points)
    ]
    let width = milestone.checks.reduce(0) { max($0, $1.identifier.count) }
    for check in milestone.checks {
      let name = check.identifier + String(repeating: " ", count: width - check.identifier.count)
      let points = "\(Numbers.points(check.awarded))/\(Numbers.points(check.points))"
      lines.append("  \(check.status.sign) \(name)  \(points)  \(safe(check.title))")
      guard let failure = check.failure else { continue }
      for (name, text) in failure.parts {
        let content = indented(text, by: 8)
        if content.count == 1 {
          lines.append("      \(name): \(content[0].drop { $0 == " " })")
        } else {
          lines.append("      \(name):")
          lines += content.prefix(shownLines)
          if content.count > shownLines { lines.append("        … (report.json has the rest)") }
        }
      }
    }
    return lines
  }

  /// The lines of a text, moved to the right, without what a terminal would obey.
  private static func indented(_ text: String, by count: Int) -> [String] {
    let margin = String(repeating: " ", count: count)
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { margin + safe(String($0)) }
  }

  private static func safe(_ text: String) -> String { VisibleText.of(text) }
}

extension FailureRecord {
  /// The parts that are not empty, each with its name, in the order in which one reads them.
  var parts: [(name: String, text: String)] {
    [
      ("Rule", rule), ("Chapter", chapter ?? ""), ("What happened", explanation),
      ("Operations", script), ("Expected", expected), ("Actual", actual), ("Bytes", bytes),
      ("See it again", reproduction),
    ].filter { !$0.1.isEmpty }
  }
}
