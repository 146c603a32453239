import StrataConfinement
import StrataCourse
import StrataGrader

extension GradeCommand {
  static let batch = GradeCommand(
    name: "batch", operands: "FOLDER", operandCount: 1...1,
    options: [
      .course, .only, .out, .tier, .source,
      GradeOption(name: "jobs", operand: "N", summary: "how many at a time (else the processors)"),
      GradeOption(name: "times", operand: "FILE", summary: "lines of student,time of handing in"),
      GradeOption(name: "anonymous", summary: "the batch's pages say numbers for names"),
      GradeOption(name: "unsandboxed", summary: "go on where nothing but limits holds submissions"),
    ],
    summary: "grade every folder in a folder",
    details: """
      Each folder in FOLDER is a submission, and its name the student's. --out DIR gets index.html with all
      checks and students, grades.csv, junit.xml, and a folder for each student.
      A batch that was interrupted is started again with the same words: what was graded is not graded
      again, unless the submission, the grader, or what decides about points in the course has changed: which
      checks, their points, the secret, limits. Deadlines and what late hand-ins keep are applied when reports
      are written, and change nothing that was graded. What is compiled already is not compiled again.
      """,
    example: """
      kvgrade batch submissions --course course.conf --out reports
      kvgrade batch submissions --course course.conf --out reports --times times.csv --anonymous
      """,
    run: { arguments in
      let setup = try GradingSetup(arguments)
      guard setup.sandbox.tier.isSandboxed || arguments.has("unsandboxed") else {
        throw GradeUsageError(
          """
          there is no sandbox here but limits (\(setup.sandbox.line)); whoever handed something in could \
          read and change what is yours. Install bubblewrap, or say --unsandboxed.
          """)
      }
      guard let out = arguments.text("out") else {
        throw GradeUsageError("say where the reports go: --out DIR")
      }
      let times = try times(arguments.text("times"))
      let (submissions, refused) = BatchRun.submissions(in: arguments.operands[0], times: times)
      for line in refused { KVGrade.tell("kvgrade: not graded: \(line)") }
      guard !submissions.isEmpty else {
        throw GradeUsageError("\(arguments.operands[0]) has no folder in it that could be graded.")
      }
      // A name that is written in another way would otherwise be in time for ever.
      let students = Set(submissions.map(\.student))
      let policy = setup.course.latePolicy
      for (what, names) in [("a time", times.keys), ("an extension", policy.extensions.keys)] {
        for name in Set(names).subtracting(students).sorted() {
          let shown = VisibleText.of(name)
          KVGrade.tell("kvgrade: warning: there is \(what) for \(shown), and no submission.")
        }
      }
      if policy.due != nil, arguments.text("times") == nil {
        KVGrade.tell("kvgrade: warning: there is a deadline, and without --times nobody is late.")
      } else if policy.due != nil {
        for name in students.subtracting(times.keys).sorted() {
          KVGrade.tell("kvgrade: warning: there is no time for \(name), who is not late then.")
        }
      }
      let reports = ReportFolder(out, course: setup.course)
      let batch = BatchRun(
        submissions, reports: reports, jobs: try arguments.count("jobs") ?? System.processorCount)
      KVGrade.tell("\(setup.sandbox.line)")
      let shared = passedOn(arguments, tier: setup.sandbox.tier)
      let (records, reused) = batch.run(
        fingerprint: setup.fingerprint,
        command: { words(for: $0, slot: $1) + shared },
        progress: { KVGrade.tell($0.text) })
      // A record from before may have another time of handing in than is given now.
      let now = records.map { record in
        var record = record
        record.submission.submittedAt = times[record.student]
        return record
      }
      for record in now { try reports.write(record) }
      try reports.writeBatch(now, isAnonymous: arguments.has("anonymous"))
      print(
        """
        \(now.count) of \(submissions.count) have a report, \(reused) of them from before: \
        \(out)/index.html, \(out)/grades.csv
        """)
      return now.count == submissions.count ? GradeStatus.success : GradeStatus.trouble
    })

  static let merge = GradeCommand(
    name: "merge", operands: "DIR...", operandCount: 1...1000,
    options: [.course, .out, GradeOption(name: "anonymous", summary: "numbers for names")],
    summary: "make one set of reports of several",
    details: """
      Each DIR is what grade or batch left with --out, here or on another machine. --out gets the reports
      of all, with the late policy of --course. When a student is in several, the last one counts.
      """,
    example: "kvgrade merge from-room-1 from-room-2 --course course.conf --out reports",
    run: { arguments in
      guard let out = arguments.text("out") else {
        throw GradeUsageError("say where the reports go: --out DIR")
      }
      let course = try arguments.text("course").map(GradingSetup.course) ?? CourseFile()
      var records: [String: GradeRecord] = [:]
      var unreadable: [String] = []
      for folder in arguments.operands {
        guard System.isDirectory(folder) else { throw GradeUsageError("\(folder) is no folder.") }
        let here = ReportFolder(folder, course: course).records()
        for record in here.found { records[record.student] = record }
        unreadable += here.unreadable
      }
      for line in unreadable { KVGrade.tell("kvgrade: left out: \(line)") }
      let origins = Set(records.values.map { "\($0.courseFingerprint) \($0.grader)" })
      if origins.count > 1 {
        KVGrade.tell(
          "kvgrade: warning: these were graded by \(origins.count) different courses or programs.")
      }
      let reports = ReportFolder(out, course: course)
      let sorted = records.values.sorted { $0.student < $1.student }
      for record in sorted { try reports.write(record) }
      try reports.writeBatch(sorted, isAnonymous: arguments.has("anonymous"))
      print("\(sorted.count) reports: \(out)/index.html, \(out)/grades.csv")
      return sorted.isEmpty || !unreadable.isEmpty ? GradeStatus.trouble : GradeStatus.success
    })

  static let sandbox = GradeCommand(
    name: "sandbox",
    summary: "say what can stand between submissions and this machine",
    details: """
      Tries every tier from the inside: the network, files of others, the grader's memory and more. A tier
      works when everything that it promises held. The strongest that works is the one that is used.
      """,
    example: "kvgrade sandbox",
    run: { _ in
      let outcomes = SandboxProbe(trampoline: Sandbox.ownTrampoline).all()
      for outcome in outcomes { print(outcome.line) }
      guard let best = outcomes.first(where: \.works) else { return GradeStatus.trouble }
      print("Submissions are graded in tier \(best.tier.rawValue).")
      return best.tier.isSandboxed ? GradeStatus.success : GradeStatus.failed
    })

  private static func times(_ path: String?) throws -> [String: Int] {
    guard let path else { return [:] }
    guard let text = System.text(path) else { throw GradeUsageError("\(path) cannot be read.") }
    switch BatchRun.times(text) {
    case .success(let times): return times
    case .failure(let problem): throw GradeUsageError("\(path): \(problem)")
    }
  }

  /// The words that grade one submission of a batch, which has as many at a time as there are processors, as a rule.
  static func words(for submission: BatchRun.Submission, slot: Int) -> [String] {
    [System.executablePath, "grade", submission.folder, "--student", submission.student]
      + ["--slot", "\(slot)"]
      + (slot < System.processorCount ? ["--processor", "\(slot)"] : [])
      + (submission.submittedAt.map { ["--submitted", Timestamp.text($0)] } ?? [])
  }

  /// The words that each single grading gets from the batch's.
  private static func passedOn(_ arguments: GradeArguments, tier: SandboxTier) -> [String] {
    var words = ["--tier", tier.rawValue]
    for name in ["course", "out", "source"] {
      if let text = arguments.text(name) { words += ["--\(name)", text] }
    }
    for check in arguments.texts("only") { words += ["--only", check] }
    return words
  }
}
