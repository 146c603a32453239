import StrataCourse

extension GradeCommand {
  static let starter = GradeCommand(
    name: "starter", operands: "DIR", operandCount: 0...1,
    options: [
      GradeOption(
        name: "from", operand: "M", summary: "the first milestone to write; earlier ones are there"),
      GradeOption(name: "to", operand: "M", summary: "the last milestone that is asked for"),
      GradeOption(
        name: "student", operand: "ID", summary: "whose it is: seeds and workloads depend on it"),
      GradeOption(name: "record", summary: "write anew what the starter is expected to be"),
      .source,
    ],
    summary: "write a package in which bodies are to be filled in",
    details: """
      The starter is the engine without the bodies of the exercises, with everything that is given,
      the provided checks as tests, the pages of the book, and the first steps in its README. It needs
      a Swift toolchain and nothing else. DIR must not exist, or be empty.
      With --from M, the bodies of all earlier milestones are in place: whoever lost a week goes on with
      the others. --to M ends the course there.
      --record, without DIR, writes Fixtures/Starter/expected.txt of the project: what the starter is
      expected to be. A test compares; read the difference before you keep it.
      """,
    example: """
      kvgrade starter ada --student ada
      kvgrade starter bob --from 6 --to 12 --student bob
      kvgrade starter --record
      """,
    run: { arguments in
      let source = try ProjectSource(arguments.text("source"))
      if arguments.has("record") {
        try source.write(ExpectedStarter.text(of: source), to: ExpectedStarter.path)
        print("\(source.root)/\(ExpectedStarter.path) is written.")
        return GradeStatus.success
      }
      guard let directory = arguments.operands.first else {
        throw GradeUsageError("say into which directory: kvgrade starter DIR")
      }
      let settings = try CourseSettings(
        from: arguments.milestone("from") ?? 1, to: arguments.milestone("to") ?? Milestone.bonus,
        student: arguments.text("student") ?? "")
      let starter = try Starter(source, settings)
      try starter.write(to: directory)
      print(starter.summary(of: directory))
      return GradeStatus.success
    })
}
