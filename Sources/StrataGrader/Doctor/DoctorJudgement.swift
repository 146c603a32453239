import StrataConfinement

/// What a report says that it must not say.
enum DoctorJudgement {
  /// What is wrong with a grading, as sentences; none when all is well.
  ///
  /// - Parameter hostile: what was graded; nil: the honest one.
  static func problems(
    after run: CommandRun, reports: String, of hostile: HostileSubmission?
  ) -> [String] {
    var problems: [String] = []
    guard let text = System.text("\(reports)/report.json"),
      let record = try? GradeRecord(json: text)
    else { return ["There is no report: \(run.end), \(run.output.suffix(300))"] }
    if record.build.status == .error || record.checks.contains(where: { $0.status == .error }) {
      problems.append("The grader met an error.")
    }
    if hostile?.attacksCompiler != true && record.build.status != .succeeded {
      let words = record.build.output.split(separator: "\n").first { $0.contains("error:") }
      problems.append("It does not compile, so nothing was tried: \(words ?? "").")
    }
    let points =
      "\(Numbers.points(record.awarded)) of \(Numbers.points(record.points)) points."
    if hostile == nil {
      if record.awarded != record.points || record.points == 0 {
        problems.append("It got \(points)")
      }
    } else if record.awarded > 0 || record.checks.isEmpty
      || record.checks.contains(where: { $0.status == .passed || $0.status == .partial })
    {
      problems.append("It got \(points)")
    }
    for page in ["teacher.html", "student/report.html"] {
      let html = System.text("\(reports)/\(page)") ?? "<script"
      if html.contains("<script") || html.contains("<img") || html.contains("\u{1B}") {
        problems.append("\(page) holds markup or controls of the submission.")
      }
    }
    return problems
  }

  /// What it saw, as a sentence; none when nothing.
  static func leaks(in reports: String) -> [String] {
    let text = System.text("\(reports)/report.json") ?? ""
    return text.contains("canary") ? ["It saw or did what it should not."] : []
  }
}
