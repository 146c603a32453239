import Foundation
import StrataGrader
import Testing

@Suite("Reports of grades")
struct ReportTests {
  private let mixed = GradedSubmission(
    SampleRecords.mixed, lateness: Lateness(days: 2, slipDays: 1, keptPercent: 90))

  @Test("without a verdict nothing is awarded, whatever was asked for")
  func noVerdictNoPoints() {
    #expect(SampleRecords.mixed.awarded == 3.5)
    #expect(SampleRecords.mixed.points == 16)
    #expect(mixed.final == 3.15)
  }

  @Test("a record comes back from its JSON, and equal records are equal files")
  func json() throws {
    let text = try SampleRecords.mixed.json()
    #expect(try GradeRecord(json: text) == SampleRecords.mixed)
    #expect(try SampleRecords.mixed.json() == text)
  }

  @Test("JSON that is no record is refused with a reason")
  func badJSON() throws {
    #expect(throws: (any Error).self) { try GradeRecord(json: "nonsense") }
    let text = try SampleRecords.mixed.json()
    let later = text.replacing("\"schema\" : 1", with: "\"schema\" : 2")
    #expect(later != text)
    expectReason("version 2", of: later)
    expectReason("checks.[0].status is not", of: text.replacing("\"passed\"", with: "\"superb\""))
    expectReason("student is missing", of: text.replacing("\"student\"", with: "\"pupil\""))
  }

  private func expectReason(_ reason: String, of json: String) {
    do {
      _ = try GradeRecord(json: json)
      Issue.record("it was read")
    } catch { #expect(error.description.contains(reason), "\(error)") }
  }

  @Test("no report for students holds anything of a hidden check beyond its rule")
  func hidden() throws {
    let seen = mixed.visible(to: .student)
    let reports = [
      try seen.record.json(), TerminalReport(mixed, for: .student).text,
      GradescopeReport(mixed).text, JUnitReport([mixed], for: .student).text,
      SubmissionPage(mixed, for: .student).text,
    ]
    for report in reports {
      #expect(report.contains("A key that the index does not know costs no read."))
      for secret in ["secret-key", "other-key", "4242", "12 reads", "12 records"] {
        #expect(!report.contains(secret), "\(secret)")
      }
      #expect(report.contains("--seed 17"))
    }
    #expect(seen.record.checks[2].counted.isEmpty)
    #expect(TerminalReport(mixed, for: .teacher).text.contains("4242"))
    #expect(SubmissionPage(mixed, for: .teacher).text.contains("secret-key"))
  }

  @Test("a course may show students less of every failure")
  func detail() {
    let rule = mixed.visible(to: .student, detail: .rule).record.checks[1].failure
    #expect(rule?.script == "" && rule?.expected == "" && rule?.bytes == "")
    let operations = mixed.visible(to: .student, detail: .operations).record.checks[1].failure
    #expect(operations?.script.isEmpty == false && operations?.bytes == "")
    #expect(mixed.visible(to: .teacher, detail: .rule) == mixed)
  }

  @Test("a terminal shows signs, points, reasons and nothing that it would obey")
  func terminal() {
    let text = TerminalReport(mixed, for: .student).text
    #expect(text.hasPrefix("ada & <b>bob</b>: 3.15 of 16 points\nHanded in 2 days late, 1 of"))
    #expect(text.contains("\n  ◐ append-log/any-bytes    1.5/3  keys and values are any bytes\n"))
    #expect(text.contains("\n      Expected: 1\n      Actual: (absent)\n"))
    #expect(text.contains("\n      Operations:\n        put <script>alert(1)</script> 1\n"))
    #expect(text.contains("not taken in: Package.swift: a manifest runs while it is built."))
    let broken = TerminalReport(GradedSubmission(SampleRecords.broken), for: .teacher).text
    #expect(broken.contains("\\u{1B}[31mno <such> type") && !broken.contains("\u{1B}"))
    #expect(broken.contains("UNSANDBOXED"))
  }

  @Test("a table of grades is quoted, and no name in it is a formula")
  func table() {
    let lines = GradeTable([mixed, GradedSubmission(SampleRecords.broken)]).text
      .split(separator: "\r\n")
    #expect(
      lines == [
        "student,awarded,points,late days,slip days,counted percent,final,build,sandbox,"
          + "milestone 1,milestone 2,milestone 3",
        "ada & <b>bob</b>,3.5,16,2,1,90,3.15,succeeded,bubblewrap,3.5,0,0",
        "'=cmd(),0,16,0,0,100,0,failed,unsandboxed,0,0,0",
      ])
    let comma = GradedSubmission(SampleRecords.perfect.renamed("Lovelace, \"Ada\""))
    #expect(GradeTable([comma]).text.contains("\r\n\"Lovelace, \"\"Ada\"\"\","))
  }

  @Test("results.json has the members of Gradescope's specification, each of its kind")
  func gradescope() throws {
    let file = Data(GradescopeReport(mixed).text.utf8)
    let results = try #require(try JSONSerialization.jsonObject(with: file) as? [String: Any])
    let formats = ["text", "html", "simple_format", "md", "ansi"]
    let visibilities = ["visible", "hidden", "after_due_date", "after_published"]
    #expect(results["score"] as? Double == 3.15)
    #expect(results["execution_time"] as? Int == 5)
    #expect((results["output"] as? String)?.contains("Package.swift") == true)
    for name in ["output_format", "test_output_format", "test_name_format"] {
      #expect(formats.contains(results[name] as? String ?? ""), "\(name)")
    }
    for name in ["visibility", "stdout_visibility"] {
      #expect(visibilities.contains(results[name] as? String ?? ""), "\(name)")
    }
    #expect(results["extra_data"] is [String: Any])
    let tests = try #require(results["tests"] as? [[String: Any]])
    #expect(tests.map { $0["number"] as? String } == ["1.1", "1.2", "2.1", "2.2", "3.1"])
    #expect(tests.map { $0["score"] as? Double } == [2, 1.5, 0, 0, 0])
    #expect(tests.map { $0["max_score"] as? Double } == [2, 3, 4, 2, 5])
    #expect(
      tests.map { $0["status"] as? String } == ["passed", "failed", "failed", "failed", "failed"])
    let members: Set<String> = [
      "score", "max_score", "status", "name", "name_format", "number", "output", "output_format",
      "tags", "visibility", "extra_data",
    ]
    for test in tests {
      #expect(Set(test.keys).isSubset(of: members) && test["extra_data"] is [String: Any])
      #expect(test["name"] is String && test["output"] is String && test["tags"] is [String])
      #expect(formats.contains(test["output_format"] as? String ?? ""))
      #expect(formats.contains(test["name_format"] as? String ?? ""))
      #expect(visibilities.contains(test["visibility"] as? String ?? ""))
    }
    let known: Set<String> = [
      "score", "execution_time", "output", "output_format", "test_output_format",
      "test_name_format", "visibility", "stdout_visibility", "extra_data", "tests", "leaderboard",
    ]
    #expect(Set(results.keys).isSubset(of: known))
  }
}
