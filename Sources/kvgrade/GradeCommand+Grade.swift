import StrataCore
import StrataCourse
import StrataGrader

extension GradeCommand {
  static let grade = GradeCommand(
    name: "grade", operands: "SUBMISSION", operandCount: 1...1,
    options: [
      .course, .only, .out, .tier, .source,
      GradeOption(name: "student", operand: "ID", summary: "whose it is (else the folder's name)"),
      GradeOption(
        name: "submitted", operand: "TIME", summary: "when it came: 2026-10-14T23:59:00+02:00"),
      GradeOption(
        name: "slot", operand: "N", summary: "a number that no other grading beside this one has"),
      GradeOption(
        name: "processor", operand: "N",
        summary: "the processor for all checks but those about threads, counted from 0"),
      GradeOption(
        name: "kept", operand: "DIR",
        summary: "where compiled modules and programs are kept (else in the temporary folder)"),
      GradeOption(
        name: "keep", summary: "grade nothing when --out has the report of this very submission"),
    ],
    summary: "grade what a student handed in",
    details: """
      SUBMISSION is a folder with Sources/Strata and Sources/StrataRungs, or one of both. Only regular
      Swift files come in; what is missing is as in the starter. It is compiled and run in the strongest
      sandbox that works on this machine; every check asks it through a pipe, and judges here.
      With --out, DIR gets a folder of the student's name: report.json, teacher.html, and in student/ what
      may be handed back.
      """,
    example: """
      kvgrade grade submissions/ada
      kvgrade grade submissions/ada --course course.conf --out reports
      kvgrade grade submissions/ada --only log-get-after-put
      """,
    run: { arguments in
      BatchTie.tie()
      let folder = arguments.operands[0]
      let setup = try GradingSetup(arguments)
      let student = arguments.text("student") ?? GradingSetup.lastName(of: folder)
      try GradingSetup.checkName(student)
      let submittedAt = try arguments.text("submitted").map { text in
        guard let time = Timestamp.parse(text) else {
          throw GradeUsageError("--submitted expects a time as 2026-10-14T23:59:00+02:00.")
        }
        return time
      }
      let reports = ReportFolder(arguments.text("out") ?? ".", course: setup.course)
      if arguments.has("keep"), arguments.has("out"),
        reports.isGraded(student, folder, fingerprint: setup.fingerprint)
      {
        print("\(student): the report is there.")
        return GradeStatus.success
      }
      let grader = try setup.grader(
        slot: arguments.count("slot") ?? 0, processor: arguments.count("processor"))
      let record = grader.grade(folder, student: student, submittedAt: submittedAt)
      if arguments.has("out") { try reports.write(record) }
      print(TerminalReport(reports.graded(record), for: .teacher).text, terminator: "")
      if record.build.status == .error || record.checks.contains(where: { $0.status == .error }) {
        return GradeStatus.trouble
      }
      return record.checks.allSatisfy { $0.status == .passed }
        ? GradeStatus.success : GradeStatus.failed
    })

  static let course = GradeCommand(
    name: "course", operands: "check FILE", operandCount: 2...2,
    summary: "say what is wrong with a course file",
    details: """
      Reads the file as grade and batch do, and names every mistake with its line. Then it says what the
      course has: milestones, checks and points.
      """,
    example: "kvgrade course check course.conf",
    run: { arguments in
      guard arguments.operands[0] == "check" else {
        throw GradeUsageError("course is followed by check and a file: kvgrade course check FILE")
      }
      let course = try GradingSetup.course(arguments.operands[1])
      let checks = course.checks(of: SubmissionGrader.catalogue)
      print("\(course.name): \(checks.count) checks")
      for number in Set(checks.map(\.milestone)).sorted() {
        let own = checks.filter { $0.milestone == number }
        let points = own.reduce(0) { $0 + $1.points }
        let name = MissingBody.name(ofMilestone: number)
        print("milestone \(name): \(own.count) checks, \(Numbers.points(points)) points")
      }
      if course.secret.isEmpty {
        print("There is no secret: students can work out their workloads.")
      }
      return GradeStatus.success
    })
}

extension GradeOption {
  static let course = GradeOption(
    name: "course", operand: "FILE", summary: "what the teacher decides (see Docs/Teaching.md)")
  static let only = GradeOption(
    name: "only", operand: "CHECK", summary: "run this check; may be given several times")
  static let out = GradeOption(name: "out", operand: "DIR", summary: "where reports are written")
  static let tier = GradeOption(
    name: "tier", operand: "TIER",
    summary: "a weaker sandbox than could be had: bubblewrap, confined, limited")
}
