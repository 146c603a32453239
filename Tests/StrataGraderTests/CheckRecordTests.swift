import StrataCourse
import Testing

@testable import StrataGrader

@Suite("Records of checks")
struct CheckRecordTests {
  private func record(_ found: CheckFailure) -> CheckRecord {
    CheckRecord(
      of: Catalogue.all[0], .failed(found), SubmissionGrader.catalogue[0], seconds: 0,
      usedTooMuchDisk: false)
  }

  @Test("a trap is named by its error, whichever signal the tier shows")
  func traps() {
    for end in [
      "was ended by signal 9: killed", "was ended by signal 5: trap", "exited with status 132",
    ] {
      var found = CheckFailure(expected: "1", actual: "the process \(end)")
      #expect(record(found).failure?.actual == found.actual)
      found.printed = "Log.swift:3: Fatal error: Index out of range\nCurrent stack trace:\n0  x 0x1"
      let failure = record(found).failure
      #expect(failure?.actual == "the process trapped: Index out of range")
      #expect(failure?.explanation.hasSuffix("Fatal error: Index out of range") == true)
    }
    var exit = CheckFailure(expected: "1", actual: "the process exited with status 13")
    exit.printed = "Fatal error: so it says"
    #expect(record(exit).failure?.actual == exit.actual)
  }

  @Test("a report shows the command that shows a failure again as it is typed")
  func reproduction() {
    let failure = record(CheckFailure(expected: "1", actual: "2")).failure
    #expect(failure?.reproduction == "kvgrade check --only \(Catalogue.all[0].id)")
  }

  @Test("a terminal shows the beginning of what is long, and says where the rest is")
  func long() {
    var report = SampleRecords.mixed
    report.checks[1].failure?.script = (1...20).map { "put k\($0) v" }.joined(separator: "\n")
    let text = TerminalReport(GradedSubmission(report), for: .teacher).text
    #expect(text.contains("        put k12 v\n        … (report.json has the rest)\n"))
    #expect(!text.contains("put k13 v"))
  }
}
