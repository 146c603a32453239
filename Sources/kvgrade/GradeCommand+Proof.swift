import StrataCourse

extension GradeCommand {
  static let proveStarter = GradeCommand(
    name: "prove-starter",
    options: [
      GradeOption(
        name: "scratch", operand: "DIR", summary: "where to build; kept (else .build/starter)"),
      .source,
    ],
    summary: "show that starter and checks fit together",
    details: """
      Builds the starter as a student gets it, then the one of each milestone, then an engine in which one
      body after the other is missing, and runs the checks on all of them. The starter must build without
      a warning; earlier milestones must pass; every check of a milestone must fail while nothing is
      written; and for every single body there must be a check that says that it is missing.
      Takes some minutes.
      """,
    example: "kvgrade prove-starter",
    run: { arguments in
      let source = try ProjectSource(arguments.text("source"))
      let scratch = arguments.text("scratch") ?? "\(source.root)/.build/starter"
      var proof = StarterProof(source, scratch: scratch) { KVGrade.tell($0) }
      let complaints = try proof.run()
      guard !complaints.isEmpty else {
        print("Starter and checks fit together.")
        return GradeStatus.success
      }
      print("\(complaints.count) things do not fit:")
      for complaint in complaints { print("  \(complaint)") }
      return GradeStatus.failed
    })
}
