import Foundation
import StrataCourse
import StrataTestSupport
import Testing

/// What somebody who is building the engine is told.
@Suite("For the learner")
struct LearnerTests {
  private func result(_ verdict: Verdict, hidden: Bool = false) throws -> CheckResult {
    let checks = hidden ? Catalogue.hidden : Catalogue.shown
    return CheckResult(check: try #require(checks.first), verdict: verdict, milliseconds: 1)
  }

  private var failure: CheckFailure {
    var failure = CheckFailure(expected: "get a: 1", actual: "(absent)")
    failure.script = ["put a 1", "get a", "---", "1"]
    failure.bytes = ["     0  61 62"]
    failure.printed = "noise"
    return failure
  }

  @Test(
    "a failure has the rule, expected and actual, a script, bytes, help, a chapter and a command")
  func text() throws {
    let lines = FailureText(try result(.failed(failure)), reproduction: "kvgrade check").lines
    let text = lines.joined(separator: "\n")
    for part in [
      "a change becomes a line", "expected  get a: 1", "actual    (absent)", "    put a 1",
      "    ---",
      "61 62", "noise", "Think of this:", "Docs/Course/01-append-log.md", "kvgrade check",
    ] { #expect(text.contains(part), "\(part)") }
  }

  @Test("of a hidden check, a student learns the rule and the help, and not what it did")
  func hidden() throws {
    let result = try result(.failed(failure), hidden: true)
    let student = FailureText(result, reproduction: "x").lines.joined(separator: "\n")
    #expect(!student.contains("put a 1") && !student.contains("get a"))
    #expect(student.contains(result.check.rule))
    let teacher = FailureText(result, for: .teacher, reproduction: "x").lines
    #expect(teacher.contains("    put a 1"))
  }

  @Test("progress is kept, and forgets what does not pass any more")
  func progress() throws {
    try withTemporaryDirectory { root in
      var progress = LearnerProgress(ofPackageAt: root)
      #expect(progress == LearnerProgress())
      progress.note(try result(.passed))
      try progress.save(toPackageAt: root)
      #expect(LearnerProgress(ofPackageAt: root) == progress)
      progress.note(try result(.failed(failure)))
      #expect(progress.passed.isEmpty)
    }
  }

  @Test("hints come one after the other, and then there are no more")
  func hints() throws {
    var progress = LearnerProgress()
    let failed = try result(.failed(failure))
    var hints: [String] = []
    while let hint = progress.nextHint(for: failed) { hints.append(hint) }
    #expect(hints.count >= 3)
    #expect(Set(hints).count == hints.count)
    #expect(hints.first?.hasPrefix("Hint 1 of \(hints.count): ") == true)
  }

  @Test("hints are about what is still to be written")
  func hintsOfUnwritten() throws {
    let failed = try result(.failed(failure))
    let exercises = Exercise.all.filter { $0.milestone == failed.check.milestone }
    let last = try #require(exercises.last)
    var progress = LearnerProgress()
    var hints: [String] = []
    while let hint = progress.nextHint(for: failed, unwritten: [last]) { hints.append(hint) }
    #expect(hints.count == 1 + last.hints.count)
    #expect(hints.dropFirst().allSatisfy { $0.contains(": \(last.declaration): ") })

    // A body that is written in the middle takes its hints along, and no other.
    progress = LearnerProgress()
    let first = try #require(exercises.first)
    for _ in 0...first.hints.count { _ = progress.nextHint(for: failed, unwritten: [first, last]) }
    let next = progress.nextHint(for: failed, unwritten: [last])
    #expect(next == "Hint 2 of \(1 + last.hints.count): \(last.declaration): \(last.hints[0])")
  }

  @Test("the first check that is worth running is of the first milestone that is not complete")
  func order() throws {
    let settings = try CourseSettings(from: 1)
    let run = LearnerRun(settings: settings, host: "kvhost", scratch: nil)
    var progress = LearnerProgress()
    #expect(run.order(progress).first?.milestone == 1)
    for check in Catalogue.checks(of: 1) {
      progress.note(CheckResult(check: check, verdict: .passed, milliseconds: 0))
    }
    #expect(run.order(progress).first?.milestone == 2)
    #expect(run.order(progress).last?.milestone == 1)
  }

  @Test("a file is put back as it was given, and what was there is kept")
  func reset() throws {
    try withTemporaryDirectory { root in
      let given = "\(root)/.course/given/Sources/Strata/Memory"
      let sources = "\(root)/Sources/Strata/Memory"
      for folder in [given, sources] {
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true)
      }
      try "given".write(toFile: "\(given)/MemTable.swift", atomically: true, encoding: .utf8)
      try "mine".write(toFile: "\(sources)/MemTable.swift", atomically: true, encoding: .utf8)
      let (path, kept) = try GivenFiles(ofPackageAt: root).reset("MemTable.swift")
      #expect(try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8) == "given")
      #expect(try String(contentsOfFile: "\(root)/\(kept)", encoding: .utf8) == "mine")
      #expect(throws: StarterError.self) {
        try GivenFiles(ofPackageAt: root).reset("Nothing.swift")
      }
    }
  }
}
