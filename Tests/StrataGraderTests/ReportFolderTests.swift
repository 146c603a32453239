import StrataTestSupport
import Testing

@testable import StrataConfinement
@testable import StrataGrader

@Suite("Folders of reports")
struct ReportFolderTests {
  @Test("a report under another name, or damaged, is left out and named")
  func strangers() throws {
    try withTemporaryDirectory { folder in
      let reports = ReportFolder(folder, course: CourseFile())
      try reports.write(SampleRecords.perfect)
      for (name, text) in [
        ("mallory", try SampleRecords.perfect.json()), ("eve", "{}"),
      ] {
        System.place(Array(text.utf8), at: "\(folder)/\(name)/report.json")
      }
      let records = reports.records()
      #expect(records.found == [SampleRecords.perfect])
      #expect(records.unreadable.count == 2)
      #expect(records.unreadable.contains { $0.hasSuffix("it is a report of carol.") })
      #expect(records.unreadable.contains { $0.contains("eve/report.json: this is no report") })
    }
  }

  @Test("pages have the course's name as it is now, and the record the one that it was graded with")
  func names() throws {
    try withTemporaryDirectory { folder in
      var course = CourseFile()
      course.name = "Databases, renamed"
      let reports = ReportFolder(folder, course: course)
      try reports.write(SampleRecords.perfect)
      let page = try #require(System.text("\(folder)/carol/student/report.html"))
      #expect(page.contains("Databases, renamed"))
      #expect(reports.record(of: "carol")?.course == SampleRecords.perfect.course)
    }
  }

  @Test("a report of another grader, another course or other files is none to keep")
  func keeping() throws {
    try withTemporaryDirectory { (folder) throws in
      let submission = "\(folder)/carol"
      System.place(Array("a".utf8), at: "\(submission)/Sources/Strata/A.swift")
      var record = SampleRecords.perfect
      record.submission = Intake(submission).record()
      record.grader = GraderVersion.program
      let reports = ReportFolder("\(folder)/reports", course: CourseFile())
      func isKept(_ record: GradeRecord, course: String = "c0ffee") throws -> Bool {
        try reports.write(record)
        return reports.isGraded("carol", submission, fingerprint: course)
      }
      #expect(try isKept(record))
      #expect(try !isKept(record, course: "decaf"))
      var other = record
      other.grader = "kvgrade 1 0000000000000000"
      #expect(try !isKept(other))
      other = record
      other.submission.fingerprint = "5eed"
      #expect(try !isKept(other))
      other = record
      other.checks[0].status = .error
      #expect(try !isKept(other))
      #expect(!reports.isGraded("nobody", submission, fingerprint: "c0ffee"))
    }
  }
}
