import StrataConfinement

/// The files that are made of records: the pages, the tables, the files for other systems.
///
///     out/
///       index.html              the batch: heat map, what was missed most, timings
///       grades.csv              a line a submission
///       junit.xml               for build servers
///       ada/report.json         the record: everything else is made of it
///       ada/teacher.html        everything
///       ada/student/report.html, report.json, results.json     to hand back
///
/// What may be handed back lies in a folder of its own, so that it can be copied without looking.
public struct ReportFolder: Sendable {
  private let path: String
  private let course: CourseFile

  /// Reports of a course in this folder.
  public init(_ path: String, course: CourseFile) {
    self.path = path
    self.course = course
  }

  /// The record of a submission that was graded before; nil when there is none that can be read.
  public func record(of student: String) -> GradeRecord? {
    System.text("\(path)/\(student)/report.json").flatMap { try? GradeRecord(json: $0) }
  }

  /// All records in the folder, by student, and what looks like one and cannot be read, with why.
  ///
  /// A record that says that it is somebody else's than its folder is none: records come from other machines,
  /// and names become paths.
  public func records() -> (found: [GradeRecord], unreadable: [String]) {
    var found: [GradeRecord] = []
    var unreadable: [String] = []
    for name in System.names(in: path) where System.exists("\(path)/\(name)/report.json") {
      let file = "\(path)/\(VisibleText.of(name))/report.json"
      do throws(RecordError) {
        let record = try GradeRecord(json: System.text("\(path)/\(name)/report.json") ?? "")
        if record.student == name, IntakeRules.objection(to: name) == nil {
          found.append(record)
        } else {
          unreadable.append("\(file): it is a report of \(VisibleText.of(record.student)).")
        }
      } catch { unreadable.append("\(file): \(error)") }
    }
    return (found, unreadable)
  }

  /// True when there is a record of exactly these files, this course and this grader, without an error.
  public func isGraded(_ student: String, _ folder: String, fingerprint: String) -> Bool {
    guard let record = record(of: student) else { return false }
    return record.courseFingerprint == fingerprint && record.grader == GraderVersion.program
      && record.build.status != .error && !record.checks.contains { $0.status == .error }
      && record.submission.fingerprint == Intake(folder).fingerprint
  }

  /// Applies what the course says about reports to a record: its name, and the late policy.
  public func graded(_ record: GradeRecord) -> GradedSubmission {
    var record = record
    record.course = course.name
    return GradedSubmission(
      record,
      lateness: course.latePolicy.lateness(
        of: record.student, submittedAt: record.submission.submittedAt))
  }

  /// Writes the files of one submission.
  ///
  /// - Throws: `CourseProblem` when something cannot be written.
  public func write(_ record: GradeRecord) throws {
    let graded = graded(record)
    let shown = graded.visible(to: .student, detail: course.detail)
    let folder = "\(path)/\(record.student)"
    try write(try record.json(), to: "\(folder)/report.json")
    try write(SubmissionPage(graded, for: .teacher).text, to: "\(folder)/teacher.html")
    try write(
      SubmissionPage(graded, for: .student, detail: course.detail).text,
      to: "\(folder)/student/report.html")
    try write(try shown.record.json(), to: "\(folder)/student/report.json")
    try write(
      GradescopeReport(graded, detail: course.detail).text, to: "\(folder)/student/results.json")
  }

  /// Writes the files of a whole batch.
  ///
  /// - Parameter isAnonymous: the page of the batch and the pages that it links to say numbers for names.
  public func writeBatch(_ records: [GradeRecord], isAnonymous: Bool = false) throws {
    let all = records.map(graded)
    try write(GradeTable(all).text, to: "\(path)/grades.csv")
    try write(JUnitReport(all, for: .teacher).text, to: "\(path)/junit.xml")
    guard isAnonymous else {
      let page = BatchPage(all, course: course.name) { "\($0.student)/teacher.html" }
      return try write(page.text, to: "\(path)/index.html")
    }
    // In the order of fingerprints, which says nothing about names.
    let hidden = all.sorted { $0.record.submission.fingerprint < $1.record.submission.fingerprint }
      .enumerated().map { index, graded in
        GradedSubmission(
          graded.record.renamed("submission-\(index + 1)"), lateness: graded.lateness)
      }
    for graded in hidden {
      try write(
        SubmissionPage(graded, for: .teacher).text,
        to: "\(path)/anonymous/\(graded.record.student).html")
    }
    let page = BatchPage(hidden, course: course.name) { "anonymous/\($0.student).html" }
    try write(page.text, to: "\(path)/index.html")
  }

  private func write(_ text: String, to file: String) throws {
    guard System.place(Array(text.utf8), at: file) else {
      throw CourseProblem(line: 0, reason: "\(file) cannot be written.")
    }
  }
}
