import Foundation
import StrataCourse

/// Building a package and checking its engine, as the commands and the keys of `kvgrade check` ask for it.
final class CheckSession {
  let root: String
  let settings: CourseSettings
  private(set) var progress: LearnerProgress
  /// The check that stopped the last run.
  private(set) var stopped: CheckResult?
  /// Checks that the learner passes over until the session ends.
  private var passedOver: Set<String> = []
  private let givenHost: String?

  init(root: String, host: String?) throws {
    self.root = root
    givenHost = host
    settings = try CourseSettings(ofPackageAt: root)
    progress = LearnerProgress(ofPackageAt: root)
    guard host != nil || FileManager.default.fileExists(atPath: "\(root)/Package.swift") else {
      throw GradeUsageError("\(root) holds no Package.swift. Say where your package is.")
    }
  }

  private var host: String { givenHost ?? "\(root)/.build/debug/kvhost" }

  /// Builds the package; says what the compiler said when it cannot.
  func build() throws -> Bool {
    guard givenHost == nil else { return true }
    print("Building \(root) …")
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "swift", "build", "--package-path", root, "--product", "kvhost", "--quiet",
    ]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let said = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      print(String(decoding: said, as: UTF8.self))
      print("It does not build yet: what the compiler says stands above.")
      return false
    }
    return true
  }

  // MARK: Running

  /// Runs up to the first check that fails, and explains it.
  func runNext(hint: Bool = false) throws -> Int32 {
    var known = progress
    stopped = try withRun { run in
      run.runNext(&known, passing: passedOver) { self.tell($0) }
    }
    progress = known
    if let stopped {
      explain([stopped])
      if hint { printHint() }
    }
    print()
    ProgressTable.lines(progress, settings).forEach { print($0) }
    if stopped == nil, passedOver.isEmpty { print("\nEverything passes.") }
    try progress.save(toPackageAt: root)
    return stopped == nil && passedOver.isEmpty ? GradeStatus.success : GradeStatus.failed
  }

  /// Runs everything.
  func runAll() throws -> Int32 {
    let failed = try run(LearnerRun.checks(settings))
    explain(failed.prefix(3))
    print()
    ProgressTable.lines(progress, settings).forEach { print($0) }
    return failed.isEmpty ? GradeStatus.success : GradeStatus.failed
  }

  /// Runs just these checks, and explains each that fails.
  func run(only names: [String]) throws -> Int32 {
    let checks = try names.map { name in
      guard let check = Catalogue.check(name) else {
        throw GradeUsageError("there is no check \(name). `kvgrade check --list` has them all.")
      }
      return check
    }
    let failed = try run(checks)
    explain(failed)
    return failed.isEmpty ? GradeStatus.success : GradeStatus.failed
  }

  private func run(_ checks: [Check]) throws -> [CheckResult] {
    var failed: [CheckResult] = []
    try withRun { run in
      _ = run.run(checks) { result in
        tell(result)
        progress.note(result)
        if !result.verdict.isPass { failed.append(result) }
        return true
      }
    }
    try progress.save(toPackageAt: root)
    return failed
  }

  private func withRun<Result>(_ body: (LearnerRun) throws -> Result) throws -> Result {
    let scratch = FileManager.default.temporaryDirectory
      .appending(path: "kvgrade-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    return try body(LearnerRun(settings: settings, host: host, scratch: scratch.path))
  }

  // MARK: Telling

  private func tell(_ result: CheckResult) {
    let word =
      switch result.verdict {
      case .passed: "passed "
      case .failed: "FAILED "
      case .skipped: "skipped"
      case .error: "ERROR  "
      }
    print("\(word)  \(result.check.id): \(result.check.rule)")
  }

  private func explain(_ failed: some Collection<CheckResult>) {
    for result in failed {
      print()
      let text = FailureText(
        result, reproduction: "swift run kvgrade check --only \(result.check.id)")
      text.lines.forEach { print($0) }
      if progress.passed.isEmpty {
        print("\nA fresh starter fails: that is how it begins. This is the first thing to do.")
      }
    }
    // No failure names a body for which something simple stands in.
    let milestones = Set(failed.map(\.check.milestone))
    for exercise in UnwrittenBodies.standIns(packageAt: root, of: milestones) {
      print(
        "Still to write: \(exercise.declaration) in Sources/\(exercise.file); "
          + "until then something simple stands there.")
    }
  }

  /// One more hint for the check that stopped the last run.
  func printHint() {
    guard let stopped else { return print("There is nothing to give a hint for.") }
    let unwritten = UnwrittenBodies.of(packageAt: root)
    print(
      progress.nextHint(for: stopped, unwritten: unwritten)
        ?? "There are no more hints; the chapter says the rest.")
    try? progress.save(toPackageAt: root)
  }

  /// All checks of all milestones.
  func printList() {
    for milestone in settings.milestones {
      print("\(milestone.name)  \(milestone.title)")
      ProgressTable.list(progress, settings, milestone: milestone.number).forEach {
        print("  \($0)")
      }
    }
  }

  /// Goes on without the check that stopped the last run.
  func passOver() {
    if let stopped { passedOver.insert(stopped.check.id) }
  }
}
