import StrataCourse

extension GradeCommand {
  private static let scratch = GradeOption(
    name: "scratch", operand: "DIR",
    summary: "where to build; kept, so that the next run builds less")

  static let zoo = GradeCommand(
    name: "zoo", operands: "[VARIANT...]", operandCount: 0...999,
    options: [
      GradeOption(
        name: "all-checks", summary: "run every check on every variant, not only its own"),
      GradeOption(
        name: "write", summary: "write Docs/Zoo.md; runs all checks of a variant's milestone"),
      GradeOption(
        name: "seeds", operand: "N", summary: "so many students' seeds on the reference (1)"),
      GradeOption(name: "list", summary: "list the variants and do nothing"),
      scratch, .source,
    ],
    summary: "see whether the checks catch engines with a defect",
    details: """
      Each variant of Fixtures/Zoo is the reference with one defect, and names the check that must catch it.
      The engine is built once, with all of them, and checked through the pipe as each one in turn. A
      variant that its check lets pass is a hole in the checks; so is a check that the reference fails.
      """,
    example: """
      kvgrade zoo
      kvgrade zoo forgets-tombstones oldest-wins --all-checks
      kvgrade zoo --write
      """,
    run: { arguments in
      let source = try ProjectSource(arguments.text("source"))
      let isWritten = arguments.has("write")
      guard !isWritten || arguments.operands.isEmpty else {
        throw GradeUsageError("--write writes the page of all variants; name none.")
      }
      let variants = try ZooVariant.all(of: source)
        .named(arguments.operands, what: "variant", by: \.name)
      if arguments.has("list") {
        for variant in variants { print("\(variant.name)\t\(variant.check)\t\(variant.what)") }
        return GradeStatus.success
      }
      let zoo = try Zoo(
        source, scratch: arguments.text("scratch") ?? "\(source.root)/.build/zoo"
      ) { KVGrade.tell($0) }
      let failed = try zoo.reference(seeds: arguments.count("seeds") ?? 1)
      for check in failed { print("The reference fails \(check).") }
      let findings = try zoo.run(
        variants.map(\.name), arguments.has("all-checks") ? .all : isWritten ? .milestone : .own)
      if isWritten {
        try source.write(
          ZooPage.text(of: findings, on: try source.text(ZooPage.path)), to: ZooPage.path)
      }
      let escaped = findings.filter { !$0.isCaught }
      for finding in escaped {
        print("\(finding.variant.name): \(finding.variant.check) lets it pass.")
      }
      print("\(findings.count - escaped.count) of \(findings.count) variants are caught.")
      return failed.isEmpty && escaped.isEmpty ? GradeStatus.success : GradeStatus.failed
    })

  static let proveTests = GradeCommand(
    name: "prove-tests", operands: "DIR", operandCount: 1...1,
    options: [
      GradeOption(
        name: "milestone", operand: "M", summary: "only variants of this milestone; may be repeated"
      ),
      scratch, .source,
    ],
    summary: "grade tests that somebody wrote: what they catch, and whether they cry wolf",
    details: """
      Takes the Swift files in DIR as a test target that may import StrataCore, Strata and StrataRungs, and
      runs it on the reference and on every variant of the zoo. Tests that fail on the reference raise a
      false alarm, and then nothing else counts. Of the others, those variants count that they kill.
      The tests run without a sandbox: read them before.
      """,
    example: "kvgrade prove-tests ada/Tests/MyTests --milestone 1 --milestone 2",
    run: { arguments in
      let source = try ProjectSource(arguments.text("source"))
      let milestones = try arguments.milestones("milestone")
      let tests = try StudentTests(
        arguments.operands[0], source,
        scratch: arguments.text("scratch") ?? "\(source.root)/.build/prove-tests"
      ) { KVGrade.tell($0) }
      if let alarm = try tests.falseAlarm() {
        print("False alarm: the tests fail on the reference, so nothing that they catch counts.")
        print(alarm)
        return GradeStatus.failed
      }
      let outcomes = try tests.run(milestones.isEmpty ? Milestone.all.map(\.number) : milestones)
      let survivors = outcomes.filter { $0.outcome == .survived }.map(\.variant)
      for variant in survivors { print("survived: \(variant.name). \(variant.what)") }
      print(
        "\(outcomes.count - survivors.count) of \(outcomes.count) variants killed, "
          + "\(survivors.count) survived, no false alarm.")
      return survivors.isEmpty ? GradeStatus.success : GradeStatus.failed
    })
}
