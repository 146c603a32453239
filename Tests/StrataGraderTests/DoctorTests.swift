import StrataCourse
import StrataTestSupport
import Testing

@testable import StrataConfinement
@testable import StrataGrader

/// A doctor that examines graders which are no graders: scripts that leave what a broken one would leave.
@Suite("Doctor", .serialized)
struct DoctorTests {
  /// Lets a doctor examine a program that leaves this record, and does this.
  private func findings(
    awarded: Double, explanation: String = "", also script: String = ""
  ) throws -> (hostile: DoctorFinding, honest: DoctorFinding) {
    try withTemporaryDirectory { folder in
      var record = SampleRecords.perfect
      record.checks = [
        CheckRecord(
          identifier: "log-get-after-put", title: "", milestone: 1, points: 2, awarded: awarded,
          status: awarded > 0 ? .passed : .failed, visibility: .open,
          failure: awarded > 0 ? nil : FailureRecord(rule: "", explanation: explanation))
      ]
      System.write(Array(try record.json().utf8), toFile: "\(folder)/record")
      let program = """
        #!/bin/sh
        reports="$4/$(basename "$2")"
        mkdir -p "$reports/student"
        cp "\(folder)/record" "$reports/report.json"
        echo page > "$reports/teacher.html"
        echo page > "$reports/student/report.html"
        \(script)
        """
      System.write(Array(program.utf8), toFile: "\(folder)/grader", executable: true)
      let doctor = Doctor(try ProjectSource(ProjectFiles.root), program: "\(folder)/grader")
      let found = try doctor.examine([.confined], only: ["exit-zero"]) { _ in }
      return (
        try #require(found.first { $0.name == "exit-zero" }),
        try #require(found.first { $0.name == "honest" })
      )
    }
  }

  @Test("a grader that gives points to what is hostile is broken")
  func points() throws {
    let (hostile, honest) = try findings(awarded: 2)
    #expect(hostile.problems == ["It got 2 of 2 points."] && hostile.word == "BROKEN")
    #expect(honest.problems.isEmpty && honest.word == "held")
  }

  @Test("a grader that gives no points to anybody is broken")
  func noPoints() throws {
    let (hostile, honest) = try findings(awarded: 0)
    #expect(hostile.problems.isEmpty)
    #expect(honest.problems == ["It got 0 of 2 points."])
  }

  @Test("a grader that shows what is secret, leaves something, or is gone is broken")
  func leaks() throws {
    let secret = try findings(awarded: 0, explanation: "canary: a socket could be made").hostile
    #expect(secret.problems == ["It saw or did what it should not."])
    // The honest one comes first, and leaves it as well: whichever is looked at first sees the file.
    let file = try findings(awarded: 0, also: "touch /tmp/\(DoctorCanary().folderName)/here")
    let problems = file.hostile.problems + file.honest.problems
    #expect(problems.contains("It wrote where it should not even read."))
    let page = try findings(awarded: 0, also: "echo '<script>' > \"$reports/teacher.html\"").hostile
    #expect(page.problems == ["teacher.html holds markup or controls of the submission."])
    let none = try findings(awarded: 0, also: "rm -r \"$reports\"; exit 9").hostile
    #expect(none.problems.first?.hasPrefix("There is no report: exited(9)") == true)
  }

  @Test("the table has a row for each submission and a column for each tier")
  func table() {
    var finding = DoctorFinding(
      name: "exit-zero", purpose: "Ends early.", tier: .confined, problems: [], open: [], seconds: 1
    )
    var other = finding
    other.tier = .limited
    other.open = ["It saw it."]
    #expect(
      DoctorFinding.table([finding, other]) == """
                   confined    limited     what it tries
        exit-zero  held        open        Ends early.
        """)
    finding.problems = ["It got 2 of 2 points."]
    #expect(finding.line == "confined  exit-zero  BROKEN: It got 2 of 2 points.  (1.0 s)")
  }
}
