import StrataCore

/// A record as the `results.json` that a Gradescope autograder leaves behind.
///
/// The members are those of Gradescope's autograder specification
/// (https://gradescope-autograders.readthedocs.io/en/latest/specs/):
///
/// | member | here |
/// |---|---|
/// | `score` | what counts, after the late policy; overrides the sum of the tests |
/// | `execution_time` | whole seconds |
/// | `output`, `output_format` | build, refusals, lateness, as `text` |
/// | `visibility`, `stdout_visibility` | `visible`; `hidden`: what the grader prints is for the teacher |
/// | `tests[].score`, `max_score`, `status` | points, and `passed` or `failed` |
/// | `tests[].name`, `name_format`, `number`, `tags` | title as `text`, milestone and place, identifier |
/// | `tests[].output`, `output_format` | the failure as `text` |
/// | `tests[].visibility` | `visible` |
/// | `extra_data` | status in this program's words, tier, fingerprints |
///
/// A hidden check is visible as a line without details, which are not in the file at all: Gradescope's own
/// `hidden` would hide the line, and with it the points.
public struct GradescopeReport {
  private let graded: GradedSubmission

  /// A report of what students may see.
  public init(_ graded: GradedSubmission, detail: FailureDetail = .bytes) {
    self.graded = graded.visible(to: .student, detail: detail)
  }

  /// The file.
  public var text: String {
    let record = graded.record
    let tests = record.milestones.flatMap { milestone in
      milestone.checks.enumerated().map { place, check in
        Self.test(check, number: "\(milestone.number).\(place + 1)")
      }
    }
    return JSONText.object([
      ("score", .decimal(graded.final)),
      ("execution_time", .integer(Int(record.seconds.rounded()))),
      ("output", .string(VisibleText.of(summary))),
      ("output_format", .string("text")),
      ("test_output_format", .string("text")),
      ("test_name_format", .string("text")),
      ("visibility", .string("visible")),
      ("stdout_visibility", .string("hidden")),
      (
        "extra_data",
        .object([
          ("grader", .string(record.grader)),
          ("course_fingerprint", .string(record.courseFingerprint)),
          ("submission_fingerprint", .string(record.submission.fingerprint)),
          ("sandbox", .string(record.sandbox.tier)),
          ("points_before_late_policy", .decimal(record.awarded)),
        ])
      ),
      ("tests", .array(tests)),
    ]).line + "\n"
  }

  private static func test(_ check: CheckRecord, number: String) -> JSONText {
    let failure = (check.failure?.parts ?? []).map { "\($0.name): \($0.text)" }
    return .object([
      ("score", .decimal(check.awarded)),
      ("max_score", .decimal(check.points)),
      ("status", .string(check.status == .passed ? "passed" : "failed")),
      ("name", .string(VisibleText.of("\(check.status.sign) \(check.title)"))),
      ("name_format", .string("text")),
      ("number", .string(number)),
      ("output", .string(VisibleText.of(failure.joined(separator: "\n")))),
      ("output_format", .string("text")),
      ("tags", .array([.string(check.identifier), .string(check.status.rawValue)])),
      ("visibility", .string("visible")),
      ("extra_data", .object([("status", .string(check.status.rawValue))])),
    ])
  }

  private var summary: String {
    let record = graded.record
    var lines: [String] = []
    switch record.build.status {
    case .succeeded: lines.append("Built in \(Numbers.seconds(record.build.seconds)).")
    case .failed: lines.append("It does not compile:\n\(record.build.output)")
    case .error: lines.append("It could not be built, which is not your fault; ask your teacher.")
    }
    lines += record.submission.refused.map { "Not taken in: \($0.path): \($0.reason)" }
    if !record.sandbox.isSandboxed { lines.append("Graded unsandboxed.") }
    if let sentence = graded.latenessSentence { lines.append(sentence) }
    return lines.joined(separator: "\n")
  }
}
