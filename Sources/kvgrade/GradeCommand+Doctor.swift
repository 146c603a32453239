import StrataCourse
import StrataGrader

extension GradeCommand {
  static let doctor = GradeCommand(
    name: "doctor",
    options: [
      .tier, .source,
      GradeOption(
        name: "submission", operand: "NAME",
        summary: "examine this one only; may be given several times"),
    ],
    summary: "grade hostile submissions, and say which defence held",
    details: """
      Grades every submission of Fixtures/Hostile in every sandbox that works here, and in none of them may
      one get a point, see what is not its own, or leave anything behind. One honest submission must get
      every point. Takes some minutes.
      """,
    example: """
      kvgrade doctor
      kvgrade doctor --tier confined --submission fork-bomb
      """,
    run: { arguments in
      let source = try ProjectSource(arguments.text("source"))
      _ = try HostTemplate(of: source)
      let probe = SandboxProbe(trampoline: System.sharedExecutable())
      let outcomes = probe.all().filter { outcome in
        arguments.text("tier").map { $0 == outcome.tier.rawValue } ?? outcome.tier.isSandboxed
      }
      for outcome in outcomes { print(outcome.line) }
      let tiers = outcomes.filter(\.works).map(\.tier)
      guard !tiers.isEmpty else {
        KVGrade.tell("kvgrade: no sandbox works here; see kvgrade sandbox.")
        return GradeStatus.trouble
      }
      let doctor = Doctor(source, program: System.executablePath)
      var broken = 0
      for tier in tiers {
        let findings = try doctor.examine(tier, only: arguments.texts("submission")) {
          print($0.line)
        }
        broken += findings.count { !$0.problems.isEmpty }
      }
      print(broken == 0 ? "Every defence held." : "\(broken) submissions got through.")
      return broken == 0 ? GradeStatus.success : GradeStatus.failed
    })
}
