import StrataCore
import StrataSubjects

/// One run of the checks for somebody who is building the engine.
///
/// It begins with the first milestone that is not complete, and stops at the first check there that does not
/// pass: one thing at a time. When a milestone is complete it goes on with the next one; at the end it looks
/// once more at those that were complete before, since what worked may have been broken.
public struct LearnerRun: Sendable {
  /// What the package is about.
  public let settings: CourseSettings
  private let runner: CheckRunner

  /// A run on the engine of a package, whose `kvhost` has been built at this path.
  public init(settings: CourseSettings, host: String, scratch: String?) {
    self.settings = settings
    runner = CheckRunner(seed: CourseSeed(student: settings.student), scratch: scratch) { check in
      PipedLink([host], seconds: check.seconds)
    }
  }

  /// The checks that the learner works on.
  public static func checks(_ settings: CourseSettings) -> [Check] {
    Catalogue.shown.filter { (settings.from...settings.to).contains($0.milestone) }
  }

  /// Runs just these checks; nothing stops it but `progress`.
  public func run(_ checks: [Check], progress: (CheckResult) -> Bool) -> [CheckResult] {
    runner.run(checks, progress: progress)
  }

  /// The checks in the order in which they are worth running now.
  public func order(_ progress: LearnerProgress) -> [Check] {
    let checks = Self.checks(settings)
    let next =
      checks.first { !progress.passed.contains($0.id) }?.milestone ?? settings.from
    return checks.filter { $0.milestone >= next } + checks.filter { $0.milestone < next }
  }

  /// Runs the checks in that order, up to the first that does not pass.
  ///
  /// - Parameter passing: checks that may fail without stopping the run.
  /// - Returns: what stopped it; nil when nothing else failed.
  public func runNext(
    _ known: inout LearnerProgress, passing: Set<String> = [], told: (CheckResult) -> Void
  ) -> CheckResult? {
    var stopped: CheckResult?
    var updated = known
    _ = runner.run(order(known)) { result in
      updated.note(result)
      told(result)
      if result.verdict.isPass || passing.contains(result.check.id) { return true }
      if case .skipped = result.verdict { return true }
      stopped = result
      return false
    }
    known = updated
    return stopped
  }
}

/// How far somebody is, milestone by milestone.
public enum ProgressTable {
  /// A line for each milestone: its name, a bar, and how many of its checks passed.
  public static func lines(_ progress: LearnerProgress, _ settings: CourseSettings) -> [String] {
    settings.milestones.map { milestone in
      let checks = LearnerRun.checks(settings).filter { $0.milestone == milestone.number }
      let passed = checks.filter { progress.passed.contains($0.id) }.count
      let width = 16
      let full = checks.isEmpty ? 0 : passed * width / checks.count
      let bar =
        String(repeating: "#", count: full) + String(repeating: ".", count: width - full)
      let name = String(repeating: " ", count: max(0, 5 - milestone.name.count)) + milestone.name
      return "\(name)  [\(bar)]  \(passed) of \(checks.count)  \(milestone.title)"
    }
  }

  /// A line for each check of a milestone.
  public static func list(
    _ progress: LearnerProgress, _ settings: CourseSettings, milestone: Int
  ) -> [String] {
    LearnerRun.checks(settings).filter { $0.milestone == milestone }.map { check in
      "\(progress.passed.contains(check.id) ? "passed" : "      ")  \(check.id): \(check.rule)"
    }
  }
}
