import StrataCore

/// The grades of a batch as comma-separated values (RFC 4180), a line a submission.
///
///     student,awarded,points,late days,slip days,counted percent,final,build,sandbox,milestone 1,milestone 2
///     ada,17.5,24,0,0,100,17.5,succeeded,bubblewrap,8,9.5
///
/// A field that a spreadsheet would take for a formula begins with an apostrophe: names come from outside.
public struct GradeTable {
  private let submissions: [GradedSubmission]

  /// A table of these, in their order.
  public init(_ submissions: [GradedSubmission]) { self.submissions = submissions }

  /// The file.
  public var text: String {
    let milestones = Set(submissions.flatMap { $0.record.milestones.map(\.number) }).sorted()
    var lines = [
      [
        "student", "awarded", "points", "late days", "slip days", "counted percent", "final",
        "build", "sandbox",
      ] + milestones.map { "milestone \(MissingBody.name(ofMilestone: $0))" }
    ]
    for graded in submissions {
      let record = graded.record
      lines.append(
        [
          record.student, Numbers.points(record.awarded), Numbers.points(record.points),
          "\(graded.lateness?.days ?? 0)", "\(graded.lateness?.slipDays ?? 0)",
          "\(graded.lateness?.keptPercent ?? 100)", Numbers.points(graded.final),
          record.build.status.rawValue,
          record.sandbox.isSandboxed ? record.sandbox.tier : "unsandboxed",
        ]
          + milestones.map { number in
            let milestone = record.milestones.first { $0.number == number }
            return milestone.map { Numbers.points($0.awarded) } ?? ""
          })
    }
    return lines.map { $0.map(Self.field).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func field(_ text: String) -> String {
    var text = VisibleText.of(text)
    if let first = text.unicodeScalars.first, "=+-@\t".unicodeScalars.contains(first) {
      text = "'" + text
    }
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
    return "\"\(text.replacing("\"", with: "\"\""))\""
  }
}
