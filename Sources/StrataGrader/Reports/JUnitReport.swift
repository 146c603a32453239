/// Records as JUnit XML, which most build servers read.
///
/// One `testsuite` a submission, one `testcase` a check; its `classname` is the submission and the milestone.
/// What is `failed` or `partial` is a `failure`, `skipped` is `skipped`, `error` is an `error`.
public struct JUnitReport {
  private let submissions: [GradedSubmission]

  /// A report for this audience.
  public init(
    _ submissions: [GradedSubmission], for audience: Audience, detail: FailureDetail = .bytes
  ) {
    self.submissions = submissions.map { $0.visible(to: audience, detail: detail) }
  }

  /// The file.
  public var text: String {
    let all = submissions.flatMap(\.record.checks)
    let suites = submissions.map { Self.suite($0.record) }
    // The schema of Jenkins knows no "skipped" of all suites together.
    let document: Markup = """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="kvgrade" \(Self.counts(all))>
      \(suites)
      </testsuites>

      """
    return document.source
  }

  private static func suite(_ record: GradeRecord) -> Markup {
    """
    <testsuite name="\(record.student)" \(counts(record.checks)) \
    skipped="\(record.checks.count { $0.status == .skipped })">
    <properties>
    <property name="points" value="\(Numbers.points(record.points))"/>
    <property name="awarded" value="\(Numbers.points(record.awarded))"/>
    <property name="sandbox" value="\(record.sandbox.tier)"/>
    </properties>
    \(record.checks.map { testCase($0, of: record) })
    </testsuite>
    """
  }

  private static func counts(_ checks: [CheckRecord]) -> Markup {
    let failures = checks.count { $0.status == .failed || $0.status == .partial }
    let errors = checks.count { $0.status == .error }
    let seconds = checks.reduce(0) { $0 + $1.seconds }
    return """
      tests="\(checks.count)" failures="\(failures)" errors="\(errors)" \
      time="\(Numbers.points(seconds))"
      """
  }

  private static func testCase(_ check: CheckRecord, of record: GradeRecord) -> Markup {
    let parts = (check.failure?.parts ?? []).map { "\($0.name): \($0.text)" }
    let message = check.failure?.rule ?? check.status.rawValue
    let text = parts.joined(separator: "\n")
    let outcome: Markup =
      switch check.status {
      case .passed: ""
      case .partial, .failed:
        "<failure message=\"\(message)\" type=\"\(check.status.rawValue)\">\(text)</failure>"
      case .skipped: "<skipped message=\"\(message)\"/>"
      case .error: "<error message=\"\(message)\" type=\"error\">\(text)</error>"
      }
    return """
      <testcase name="\(check.identifier)" classname="\(record.student).milestone-\(check.milestone)" \
      time="\(Numbers.points(check.seconds))">\(outcome)</testcase>
      """
  }
}
