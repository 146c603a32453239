import StrataCourse

extension CheckRecord {
  /// What a check of the catalogue came to, as the course counts it.
  init(
    of check: Check, _ verdict: Verdict, _ graded: CourseFile.GradedCheck, seconds: Double,
    usedTooMuchDisk: Bool
  ) {
    var failure = FailureRecord(
      rule: Self.sentence(check.rule), chapter: "Docs/Course/\(check.chapter).md",
      explanation: check.help, reproduction: "kvgrade check --only \(check.id)")
    let status: Status
    switch verdict {
    case _ where usedTooMuchDisk:
      status = .failed
      failure.explanation = "It filled its directory beyond what it may."
    case .passed: status = .passed
    case .failed(let found):
      status = .failed
      failure.expected = found.expected
      failure.actual = Self.ending(found)
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

  /// What came; where a process was ended after a fatal error, that error.
  ///
  /// The signal says less, and is another one in each tier: in the strongest, it is the keeper that ends, by the
  /// signal that ends it here, or with a status that tells of its command's.
  private static func ending(_ found: CheckFailure) -> String {
    let mark = "Fatal error: "
    let isSignal = /the process (was ended by signal|exited with status 1[3-5]\d$)/
    guard found.actual.prefixMatch(of: isSignal) != nil,
      let line = found.printedLines.first(where: { $0.contains(mark) }),
      let start = line.range(of: mark)
    else { return found.actual }
    return "the process trapped: \(line[start.upperBound...])"
  }

  /// A rule of the catalogue as a sentence.
  private static func sentence(_ rule: String) -> String {
    rule.prefix(1).uppercased() + rule.dropFirst() + "."
  }
}
