import Testing

@testable import StrataConfinement
@testable import StrataGrader

@Suite("Course files")
struct CourseFileTests {
  private let catalogue = [
    CourseFile.GradedCheck(
      identifier: "log-put", milestone: 1, points: 1, visibility: .open, needs: []),
    CourseFile.GradedCheck(
      identifier: "log-newest", milestone: 1, points: 2, visibility: .open, needs: ["log-put"]),
    CourseFile.GradedCheck(
      identifier: "index-absent", milestone: 2, points: 3, visibility: .open, needs: []),
  ]

  private func course(_ text: String) throws -> CourseFile { try CourseFile.read(text).get() }

  @Test("a file says what a teacher decides, and everything else stays as it was")
  func reading() throws {
    let course = try course(
      """
      # autumn
      name        Databases, autumn 2026
      milestones  1-7      # the bonus is for the holidays
      secret      correct horse battery
      detail      operations
      check       log-newest points 2.5
      check       log-newest hidden
      check       index-absent needs log-put log-newest
      due         2026-10-14T23:59:00+02:00
      late        24h 90%
      late        3d 50%
      slip-days   2
      extension   ada 48h
      limit       memory 512M
      build-limit seconds 90
      """)
    #expect(course.name == "Databases, autumn 2026")
    #expect(course.milestones == 1...7)
    #expect(course.secret == "correct horse battery" && course.detail == .operations)
    #expect(course.limits.memory == 512 << 20 && course.buildLimits.seconds == 90)
    #expect(course.buildLimits.memory == ResourceLimits.build.memory)
    #expect(course.problems(with: catalogue) == [])
    let checks = course.checks(of: catalogue)
    #expect(checks.map(\.points) == [1, 2.5, 3])
    #expect(checks[1].visibility == .hidden)
    #expect(checks[2].needs == ["log-put", "log-newest"])
    #expect(course.latePolicy.due == 1_792_015_140)
  }

  @Test("everything that is wrong is said, with its line")
  func mistakes() {
    let lines = [
      ("nmae x", "there is no word nmae."), ("name", "something must follow name."),
      ("secret short", "a secret has at least 12"), ("milestones 7-1", "milestones is a number"),
      ("milestones x", "milestones is said on line 4 already."), ("detail all", "detail is rule"),
      ("check a points many", "points are a number"), ("check a", "behind a check comes"),
      ("check a b", "behind a check comes"), ("due tomorrow", "tomorrow is no time"),
      ("late 24h", "late is a time"), ("late 48h 50%", nil), ("late 24h 40%", "each late comes"),
      ("late 72h 60%", "each late comes"), ("slip-days many", "slip-days is a number"),
      ("extension ada", "an extension is"), ("limit memory much", "a limit is a word"),
      ("limit luck 3", "there is no limit luck"),
    ]
    let text = lines.map(\.0).joined(separator: "\n")
    guard case .failure(let found) = CourseFile.read(text) else {
      Issue.record("it was read")
      return
    }
    let expected = lines.enumerated().compactMap { index, line in
      line.1.map { (index + 1, $0) }
    }
    #expect(found.problems.count == expected.count)
    for (problem, (line, reason)) in zip(found.problems, expected) {
      #expect(problem.line == line && problem.reason.hasPrefix(reason), "\(problem)")
    }
  }

  @Test("a course names only checks that there are, in an order that can be")
  func catalogueProblems() throws {
    let text = """
      check log-nwest points 1
      check log-put needs index-absent
      check index-absent needs log-never
      """
    #expect(
      try course(text).problems(with: catalogue).map(\.description) == [
        "line 1: there is no check log-nwest.",
        "line 2: log-put cannot need index-absent, which comes after it.",
        "line 3: there is no check log-never.",
      ])
    // Both kinds of mistakes in one go, by line.
    guard case .failure(let found) = CourseFile.read(text + "\nlate 1h", with: catalogue) else {
      Issue.record("it was read")
      return
    }
    #expect(found.problems.map(\.line) == [1, 2, 3, 4])
    #expect(throws: CourseProblems.self) { try course("milestones 1-14") }
    #expect(
      try course("milestones 9").problems(with: catalogue).map(\.reason) == [
        "no check is left to be run."
      ])
    #expect(
      try course("milestones 2\ncheck index-absent points 0").problems(with: catalogue)
        .map(\.reason) == ["there are no points to be had."])
  }

  @Test("a course has another fingerprint when grades could differ, and only then")
  func fingerprints() throws {
    let plain = try course("").fingerprint(of: catalogue)
    for other in [
      "secret a long enough secret", "check log-put points 2", "check log-put off", "milestones 1",
      "check log-put hidden", "limit memory 1M", "check index-absent needs log-put",
    ] {
      #expect(try course(other).fingerprint(of: catalogue) != plain, "\(other)")
    }
    for same in ["name x", "due 2026-01-01T00:00Z", "slip-days 3", "detail rule"] {
      #expect(try course(same).fingerprint(of: catalogue) == plain, "\(same)")
    }
  }

  @Test("a late policy spends slip days first, and keeps less the later it is")
  func late() {
    var policy = LatePolicy()
    policy.due = 1_000_000
    policy.steps = [.init(seconds: 86_400, percent: 90), .init(seconds: 259_200, percent: 50)]
    policy.extensions = ["bob": 86_400]
    func kept(_ student: String, _ seconds: Int) -> Int? {
      policy.lateness(of: student, submittedAt: 1_000_000 + seconds)?.keptPercent
    }
    #expect(
      [-5, 0, 1, 86_400, 86_401, 259_200, 259_201].map { kept("ada", $0) }
        == [100, 100, 90, 90, 50, 50, 0])
    #expect(kept("bob", 86_400) == 100)
    policy.slipDays = 2
    #expect(
      policy.lateness(of: "ada", submittedAt: 1_000_000 + 3 * 86_400)
        == Lateness(days: 3, slipDays: 2, keptPercent: 90))
    #expect(
      policy.lateness(of: "ada", submittedAt: 1_000_001)
        == Lateness(days: 1, slipDays: 1, keptPercent: 100))
    #expect(policy.lateness(of: "ada", submittedAt: nil) == nil)
    #expect(LatePolicy().lateness(of: "ada", submittedAt: 5) == nil)
  }

  @Test("moments are read with their zone, and nonsense is none")
  func timestamps() {
    #expect(Timestamp.parse("1970-01-01T00:00Z") == 0)
    #expect(Timestamp.parse("2000-02-29T12:00:01Z") == 951_825_601)
    #expect(Timestamp.parse("2026-10-14T23:59+02:00") == Timestamp.parse("2026-10-14T21:59:00Z"))
    #expect(Timestamp.parse("2018-07-01T14:22:32.365935-07:00") == 1_530_480_152)
    #expect(Timestamp.text(951_825_601) == "2000-02-29T12:00:01Z")
    for seconds in stride(from: 0, to: 3_000_000_000, by: 86_399 * 11) {
      #expect(Timestamp.parse(Timestamp.text(seconds)) == seconds)
    }
    for text in ["", "2026-10-14", "2026-13-01T00:00Z", "2026-10-14T24:00Z", "2026-10-14T23:59"] {
      #expect(Timestamp.parse(text) == nil, "\(text)")
    }
  }

  @Test("times of handing in may have a heading, and nothing else that is no time")
  func times() throws {
    let line = "ada,1970-01-01T00:01:00Z"
    #expect(try BatchRun.times("student,time\n" + line).get() == ["ada": 60])
    #expect(try BatchRun.times(line + "\r\nbob,1970-01-01T00:00:02Z\n").get()["bob"] == 2)
    for (text, problem) in [
      ("ada,18.10.2026 22:10\n" + line, "line 1: 18.10.2026 22:10 is no time; it is written"),
      (line + "\nbob", "line 2: a line is a student, a comma and a time."),
      (line + "\nstudent,time", "line 2: time is no time"),
    ] {
      guard case .failure(let found) = BatchRun.times(text) else {
        Issue.record("\(text) was read")
        continue
      }
      #expect(found.description.hasPrefix(problem), "\(found)")
    }
  }
}
