import StrataCourse
import StrataTestSupport
import Testing

@testable import StrataGrader

/// Whole gradings by the built program, each with a compiler run: some seconds.
@Suite("Grading", .serialized, .enabled(if: Toolchain.root != nil))
struct GradingTests {
  /// A few checks of the first milestone.
  private static let checks = Catalogue.all.filter { $0.milestone == 1 }.prefix(3).map(\.id)

  private func kvgrade(_ words: [String]) -> CommandRun {
    var limits = ResourceLimits.build
    limits.seconds = 600
    return CommandRun.run(
      [BuiltGrader.path] + words + ["--source", ProjectFiles.root]
        + Self.checks.flatMap { ["--only", $0] }, limits: limits,
      environment: System.inheritedEnvironment)
  }

  /// Lays out sample submissions in a folder.
  private func samples(in folder: String) throws {
    let source = try ProjectSource(ProjectFiles.root)
    let starter = try Starter(source, .wholeCourse).files()
    for module in Starter.exerciseModules {
      for path in source.files(in: "Sources/\(module)") {
        write(try source.text(path), "\(folder)/perfect/\(path)")
        write(try source.text(path), "\(folder)/edits-tests/\(path)")
      }
    }
    write("import Testing\n", "\(folder)/edits-tests/Tests/MyTests/MyTests.swift")
    write("exit(0)\n", "\(folder)/edits-tests/Package.swift")
    for (path, text) in starter where path.hasPrefix("Sources/Strata") {
      write(text, "\(folder)/untouched/\(path)")
    }
    write("func broken( {\n", "\(folder)/does-not-compile/Sources/StrataRungs/Broken.swift")
  }

  private func write(_ text: String, _ path: String) {
    let parent = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    System.makeDirectory(parent.joined(separator: "/"))
    System.write(Array(text.utf8), toFile: path)
  }

  @Test("a batch gives every sample what it deserves, and grades nothing twice")
  func batch() throws {
    try withTemporaryDirectory { folder in
      try samples(in: "\(folder)/submissions")
      let course = "\(folder)/course.conf"
      write("name Sample\nsecret a secret of some length\n", course)
      let words = [
        "batch", "\(folder)/submissions", "--out", "\(folder)/reports", "--course", course,
      ]
      let run = kvgrade(words)
      #expect(run.succeeded, "\(run)")
      func record(_ name: String) throws -> GradeRecord {
        try GradeRecord(json: try #require(System.text("\(folder)/reports/\(name)/report.json")))
      }
      for name in ["perfect", "edits-tests"] {
        let found = try record(name)
        #expect(found.awarded == found.points && found.points > 0, "\(found)")
        #expect(found.checks.map(\.identifier) == Self.checks)
      }
      #expect(
        try record("edits-tests").submission.refused.map(\.path) == ["Package.swift", "Tests"])
      #expect(try record("untouched").awarded == 0)
      #expect(try record("untouched").build.status == .succeeded)
      let broken = try record("does-not-compile")
      #expect(broken.build.status == .failed && broken.checks.allSatisfy { $0.status == .failed })
      #expect(broken.build.output.contains("Sources/StrataRungs/Broken.swift:1:"))
      let table = try #require(System.text("\(folder)/reports/grades.csv"))
      #expect(table.split(separator: "\r\n").count == 5)

      // The seconds of a second grading would be others.
      let before = try record("perfect")
      write("name Another\nsecret a secret of some length\ndue 2020-01-01T00:00Z\n", course)
      #expect(kvgrade(words).succeeded)
      #expect(try record("perfect") == before)
      write("// a comment\n", "\(folder)/submissions/perfect/Sources/Strata/Comment.swift")
      #expect(kvgrade(words).succeeded)
      #expect(try record("perfect").submission.fingerprint != before.submission.fingerprint)
    }
  }

  @Test("scripts for other systems are scripts")
  func exports() throws {
    try withTemporaryDirectory { folder in
      for system in ExportedFiles.allCases {
        for file in system.files where file.isExecutable {
          System.write(Array(file.text.utf8), toFile: "\(folder)/script", executable: true)
          let run = CommandRun.run(
            ["/bin/bash", "-n", "\(folder)/script"], limits: ResourceLimits())
          #expect(run.succeeded && run.output.isEmpty, "\(file.path): \(run.output)")
        }
        #expect(system.files.allSatisfy { !$0.text.contains("\t") })
      }
    }
  }
}
