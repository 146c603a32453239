import StrataConfinement
import StrataGrader

extension GradeCommand {
  static let unpack = GradeCommand(
    name: "unpack", operands: "ARCHIVES SUBMISSIONS", operandCount: 2...2, options: [.tier],
    summary: "make a folder of submissions of a folder of archives",
    details: """
      Each archive in ARCHIVES (.zip, .tar, .tar.gz, .tgz), or each folder with one archive in it, becomes a
      folder in SUBMISSIONS. Its name is the archive's, or the folder's, with a hyphen for what no name may
      have. Archives are unpacked in the sandbox, because they come from anybody. Needs unzip and tar.
      """,
    example: "kvgrade unpack handed-in submissions",
    run: { arguments in
      System.adoptOrphans()
      let (folder, target) = (arguments.operands[0], arguments.operands[1])
      guard System.isDirectory(folder) else { throw GradeUsageError("\(folder) is no folder.") }
      let outcome = try GradingSetup.sandbox(arguments.text("tier"))
      let sandbox = Sandbox(tier: outcome.tier, trampoline: Sandbox.ownTrampoline)
      var (done, left) = (0, 0)
      Unpacking(in: sandbox).run(folder, into: target) { outcome in
        System.endAllChildren()
        if let objection = outcome.objection {
          left += 1
          KVGrade.tell("kvgrade: not unpacked: \(VisibleText.of(outcome.entry)): \(objection)")
        } else {
          done += 1
        }
      }
      print("\(done) of \(done + left) unpacked into \(target).")
      return done > 0 && left == 0 ? GradeStatus.success : GradeStatus.trouble
    })
}
