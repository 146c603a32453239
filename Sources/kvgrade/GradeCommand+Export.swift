import StrataConfinement
import StrataGrader

extension GradeCommand {
  static let export = GradeCommand(
    name: "export", operands: "SYSTEM", operandCount: 1...1, options: [.out],
    summary: "write what another system needs to grade with kvgrade",
    details: """
      SYSTEM is gradescope, github, slurm or parallel. Its files are written into --out DIR, or into the
      working directory; each starts kvgrade grade for one submission.
      """,
    example: """
      kvgrade export gradescope --out autograder
      kvgrade export parallel
      """,
    run: { arguments in
      guard let system = ExportedFiles(rawValue: arguments.operands[0]) else {
        let names = ExportedFiles.allCases.map(\.rawValue).joined(separator: ", ")
        throw GradeUsageError(
          "there is no export for \(arguments.operands[0]); there are \(names).")
      }
      let folder = arguments.text("out") ?? "."
      for file in system.files {
        let path = "\(folder)/\(file.path)"
        guard System.place(Array(file.text.utf8), at: path, executable: file.isExecutable) else {
          throw GradeUsageError("\(path) cannot be written.")
        }
        print(path)
      }
      print(system.advice)
      return GradeStatus.success
    })
}
