import StrataCourse

extension CheckRecord {
  /// What a check of the catalogue came to, as the course counts it.
  init(
    of check: Check, _ verdict: Verdict, _ graded: CourseFile.GradedCheck, seconds: Double,
    usedTooMuchDisk: Bool
  ) {
    let chapter = Milestone.numbered(check.milestone).map { "Docs/Course/\($0.chapter).md" }
    var failure = FailureRecord(
      rule: Self.sentence(check.rule), chapter: chapter, explanation: check.help,
      reproduction: "kvgrade check --only \(check.id)")
    let status: Status
    switch verdict {
    case _ where usedTooMuchDisk:
      status = .failed
      failure.explanation = "It filled its directory beyond what it may."
    case .passed: status = .passed
    case .failed(let found):
      status = .failed
      failure.expected = found.expected
      failure.actual = found.actual
      // Steps of a part are no commands; as comments they do no harm in a script.
      failure.script = (found.script + found.steps.map { "# \($0)" }).joined(separator: "\n")
      failure.bytes = found.bytes.joined(separator: "\n")
      let printed = found.printedLines.joined(separator: "\n")
      if !printed.isEmpty { failure.explanation += "\nIt printed:\n\(printed)" }
    case .skipped(let missing):
      status = .skipped
      failure.explanation = "It needs \(missing), which was not passed."
      failure.reproduction = ""
    case .error(let reason):
      status = .error
      failure.explanation = "The grader could not carry it out: \(reason)"
      failure.reproduction = ""
    }
    self.init(
      identifier: graded.identifier, title: check.rule, milestone: graded.milestone,
      points: graded.points, awarded: status == .passed ? graded.points : 0, status: status,
      visibility: graded.visibility, failure: status == .passed ? nil : failure,
      seconds: seconds)
  }

  /// A rule of the catalogue as a sentence.
  private static func sentence(_ rule: String) -> String {
    rule.prefix(1).uppercased() + rule.dropFirst() + "."
  }
}
