import StrataConfinement
import StrataCourse
import StrataGrader

extension GradeCommand {
  static let samples = GradeCommand(
    name: "samples", operands: "[NAME...]", operandCount: 0...999,
    options: [
      GradeOption(name: "write", operand: "DIR", summary: "write the submissions, and grade none"),
      GradeOption(name: "record", summary: "write down what came as what is expected"),
      GradeOption(name: "jobs", operand: "N", summary: "how many at a time (else the processors)"),
      .out, .tier, .source,
    ],
    summary: "grade submissions whose reports are known",
    details: """
      Makes every submission of Fixtures/Submissions from the engine, grades all of them, and compares the
      report of each with its expected.txt; times, and the lines at which the engine stopped, are left aside.
      --record writes these files; read the difference before you keep it. --out DIR keeps the reports.
      """,
    example: """
      kvgrade samples
      kvgrade samples loops traps --out reports
      kvgrade samples --write submissions
      """,
    run: { arguments in
      let source = try ProjectSource(arguments.text("source"))
      let samples = try SampleSubmission.all(of: source)
        .named(arguments.operands, what: "sample", by: \.name)
      if let folder = arguments.text("write") {
        if let taken = samples.first(where: { System.exists("\(folder)/\($0.name)") }) {
          throw GradeUsageError("\(folder)/\(taken.name) is there already; name another folder.")
        }
        for sample in samples {
          try sample.write(into: folder)
          print("\(folder)/\(sample.name): \(sample.what)")
        }
        return GradeStatus.success
      }
      guard let folder = System.makeTemporaryDirectory("kvgrade-samples") else {
        throw GradeUsageError("no temporary directory can be made.")
      }
      defer { System.remove(folder) }
      for sample in samples { try sample.write(into: "\(folder)/submissions") }
      let records = try grade(
        "\(folder)/submissions", reports: arguments.text("out") ?? "\(folder)/reports", arguments)
      let unlike = try samples.filter { sample in
        guard let record = records.first(where: { $0.student == sample.name }) else {
          print("\(sample.name): there is no report.")
          return true
        }
        return try !compare(record, with: sample, of: source, isKept: arguments.has("record"))
      }
      print("\(samples.count - unlike.count) of \(samples.count) reports are as expected.")
      return unlike.isEmpty ? GradeStatus.success : GradeStatus.failed
    })

  private static func grade(
    _ folder: String, reports: String, _ arguments: GradeArguments
  ) throws -> [GradeRecord] {
    let setup = try GradingSetup(arguments, course: SampleSubmission.course)
    KVGrade.tell("\(setup.sandbox.line)")
    let batch = BatchRun(
      BatchRun.submissions(in: folder).found, reports: ReportFolder(reports, course: setup.course),
      jobs: try arguments.count("jobs") ?? System.processorCount)
    let shared = [
      "--course", "\(setup.source.root)/\(SampleSubmission.course)", "--out", reports,
      "--source", setup.source.root, "--tier", setup.sandbox.tier.rawValue,
    ]
    let (records, _) = batch.run(
      fingerprint: setup.fingerprint, command: { words(for: $0, slot: $1) + shared },
      progress: { KVGrade.tell($0.text) })
    try ReportFolder(reports, course: setup.course).writeBatch(records)
    return records
  }

  /// Says how a report differs from the one that is expected; true when it does not.
  private static func compare(
    _ record: GradeRecord, with sample: SampleSubmission, of source: ProjectSource, isKept: Bool
  ) throws -> Bool {
    // Where in the engine a body is missing changes with every comment above it, and how often a process that is
    // being ended could say so is chance.
    let text = TerminalReport(GradedSubmission(record), for: .teacher).text
      .replacing(/\.swift:\d+: Fatal error/, with: ".swift: Fatal error")
      .replacing(/(\n[^\n]+: Fatal error: [^\n]*)\1+/) { $0.output.1 }
    if isKept {
      try source.write(text, to: sample.expectedPath)
      return true
    }
    let expected = (try? source.text(sample.expectedPath)) ?? ""
    guard text != expected else { return true }
    print("\(sample.name): the report is not as \(sample.expectedPath) has it. \(sample.what)")
    let came = text.split(separator: "\n", omittingEmptySubsequences: false)
    let known = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let line = zip(came, known).prefix { $0 == $1 }.count
    print("  line \(line + 1), expected: \(line < known.count ? String(known[line]) : "(the end)")")
    print("  line \(line + 1), came:     \(line < came.count ? String(came[line]) : "(the end)")")
    return false
  }
}
