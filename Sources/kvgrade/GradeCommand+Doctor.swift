import StrataConfinement
import StrataCourse
import StrataGrader

extension GradeCommand {
  static let doctor = GradeCommand(
    name: "doctor",
    options: [
      GradeOption(
        name: "tier", operand: "TIER",
        summary: "examine this one only: bubblewrap, confined, limited; may be repeated"),
      .source,
      GradeOption(
        name: "submission", operand: "NAME",
        summary: "examine this one only; may be given several times"),
      GradeOption(
        name: "jobs", operand: "N",
        summary: "how many at a time, eight at most (else two more than processors)"),
    ],
    summary: "grade hostile submissions, and say which defence held",
    details: """
      Grades every submission of Fixtures/Hostile in every tier that works here, and in none of them may one
      get a point, end or hold up the grader, see what is not its own, or leave anything behind. What is open
      where there are limits only is said. One honest submission must get every point. Takes some minutes.
      Limits only are examined by root alone: what is hostile would run as whoever else starts this.
      """,
    example: """
      kvgrade doctor
      kvgrade doctor --tier confined --submission fork-bomb
      """,
    run: { arguments in
      let source = try ProjectSource(arguments.text("source"))
      let doctor = Doctor(source, program: System.executablePath)
      let only = try doctor.submissions
        .named(arguments.texts("submission"), what: "submission", by: \.self)
      let tiers = try doctorTiers(arguments.texts("tier"))
      guard !tiers.isEmpty else {
        KVGrade.tell("kvgrade: no tier works here that could be examined; see kvgrade sandbox.")
        return GradeStatus.trouble
      }
      let template = try HostTemplate(of: source)
      System.write(
        template.isStatic
          ? "hosts are static: they open nothing of this machine but what holds no secret\n"
          : "hosts are not static: \(template.staticTrouble)\n")
      let findings = try doctor.examine(
        tiers, only: only,
        jobs: try arguments.count("jobs") ?? System.processorCount + 2
      ) { System.write("\($0.line)\n") }
      print("\n\(DoctorFinding.table(findings))\n")
      let broken = findings.count { !$0.problems.isEmpty }
      let gradings = "\(findings.count) gradings in \(tiers.count) tiers"
      print(
        broken == 0 ? "Every defence held: \(gradings)." : "\(broken) of \(gradings) went wrong.")
      return broken == 0 ? GradeStatus.success : GradeStatus.failed
    })

  /// The tiers that work and may be examined; says of the others why not.
  private static func doctorTiers(_ names: [String]) throws -> [SandboxTier] {
    let asked = try names.map(GradingSetup.tier)
    let probe = SandboxProbe(trampoline: Sandbox.ownTrampoline)
    var tiers: [SandboxTier] = []
    for tier in SandboxTier.allCases where asked.isEmpty || asked.contains(tier) {
      let outcome = probe.outcome(of: tier)
      System.write("\(outcome.line)\n")
      guard outcome.works else { continue }
      if outcome.tier.isSandboxed || System.isSuperuser {
        tiers.append(outcome.tier)
      } else {
        System.write("limited: not examined: without root, what is hostile would run as you\n")
      }
    }
    return tiers
  }
}
