import StrataConfinement
import StrataCourse
import StrataGrader

extension GradeCommand {
  static let similarity = GradeCommand(
    name: "similarity", operands: "FOLDER", operandCount: 1...1,
    options: [
      .out, .source,
      GradeOption(name: "from", operand: "PERCENT", summary: "show pairs from here on (else 20)"),
      GradeOption(name: "jplag", operand: "DIR", summary: "write the folders that JPlag compares"),
    ],
    summary: "show which submissions share passages",
    details: """
      Compares the Swift files of all folders in FOLDER, with names, comments and layout left aside, and
      without what the starter and the reference have. --out DIR gets similarity.html. What is shared is a
      reason to ask, and no proof.
      """,
    example: """
      kvgrade similarity submissions --out reports
      kvgrade similarity submissions --jplag for-jplag && jplag -l swift -bc for-jplag/base \\
        for-jplag/submissions
      """,
    run: { arguments in
      let source = try ProjectSource(arguments.text("source"))
      let (found, refused) = BatchRun.submissions(in: arguments.operands[0])
      for line in refused { KVGrade.tell("kvgrade: left out: \(line)") }
      let starter = try Starter(source, .wholeCourse).exerciseFiles()
      let reference = try Starter.exerciseModules.flatMap { source.files(in: "Sources/\($0)") }
        .map { try source.text($0) }
      let report = SimilarityReport(
        found.map { ($0.student, Intake($0.folder)) }, starter: starter.map(\.text),
        reference: reference)
      print("\(report.compared) pairs compared; \(report.pairs.count) share something.")
      for pair in report.pairs.prefix(10) {
        print("\(pair.percent) %  \(pair.first)  \(pair.second)")
      }
      for entry in report.likeReference.prefix(while: { $0.percent >= 90 }) {
        print("\(entry.percent) %  \(entry.name)  the reference")
      }
      if let out = arguments.text("out") {
        let page = report.page(from: try arguments.count("from") ?? 20)
        guard System.makeDirectory(out),
          System.write(Array(page.utf8), toFile: "\(out)/similarity.html")
        else { throw GradeUsageError("\(out)/similarity.html cannot be written.") }
        print("\(out)/similarity.html")
      }
      if let folder = arguments.text("jplag"), !report.writeForJPlag(to: folder, base: starter) {
        throw GradeUsageError("\(folder) cannot be written.")
      }
      if let folder = arguments.text("jplag") { print("\(folder)/submissions, \(folder)/base") }
      return GradeStatus.success
    })
}
