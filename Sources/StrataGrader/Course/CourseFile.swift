import StrataConfinement

/// What a teacher decides about a course, from one small file.
///
/// A line is a word and what follows it; what begins with `#` is a comment. `Docs/Teaching.md` has an example
/// with everything in it.
///
/// | word | example | meaning |
/// |---|---|---|
/// | `name` | `Databases, autumn 2026` | shown on every report |
/// | `milestones` | `1-7` | which are graded |
/// | `secret` | `correct horse battery` | what students' workloads are drawn from; nobody else should know it |
/// | `detail` | `operations` | how much of a failure students see: `rule`, `operations` or `bytes` |
/// | `check` | `log-newest points 3` | a check gives so many points |
/// | `check` | `log-newest hidden` | students see whether it passed, and the rule; `open` is the opposite |
/// | `check` | `log-newest needs log-put` | it is skipped when the other one was not passed |
/// | `check` | `log-newest off` | it is not run |
/// | `due` | `2026-10-14T23:59+02:00` | the deadline |
/// | `late` | `24h 90%` | what comes at most so late keeps so much; later than the last: nothing |
/// | `slip-days` | `3` | days late that cost a student nothing |
/// | `extension` | `Ada-Lovelace 48h` | a later deadline for one student |
/// | `limit` | `memory 512M` | of a run: `memory`, `disk`, `seconds`, `processes` |
/// | `build-limit` | `seconds 120` | the same, of a build |
public struct CourseFile: Equatable, Sendable {
  /// What a line says about one check, beside what the catalogue says.
  public struct Adjustment: Equatable, Sendable {
    /// The line that said it last.
    public var line: Int
    /// What it is worth.
    public var points: Double?
    /// Whether students see it.
    public var visibility: CheckRecord.Visibility?
    /// What it needs beside what the catalogue says.
    public var needs: [String] = []
    /// True when it is not run.
    public var isOff = false
  }

  /// Shown on every report.
  public var name = "Strata"
  /// The milestones that are graded.
  public var milestones = 1...13
  /// What students' workloads are drawn from.
  public var secret = ""
  /// How much of a failure students see at most.
  public var detail = FailureDetail.bytes
  /// What is said about single checks.
  public var adjustments: [String: Adjustment] = [:]
  /// What becomes of late hand-ins.
  public var latePolicy = LatePolicy()
  /// What a submission may use while it runs.
  public var limits = ResourceLimits()
  /// What its compilation may use.
  public var buildLimits = ResourceLimits.build

  /// A course in which everything is as the catalogue says.
  public init() {}

  /// A check as the catalogue has it, or as the course makes it.
  public struct GradedCheck: Equatable, Sendable {
    /// Its name.
    public var identifier: String
    /// Where it belongs.
    public var milestone: Int
    /// What it is worth.
    public var points: Double
    /// How much of it students see.
    public var visibility: CheckRecord.Visibility
    /// What has to be passed before it.
    public var needs: [String]

    /// A check with these properties.
    public init(
      identifier: String, milestone: Int, points: Double, visibility: CheckRecord.Visibility,
      needs: [String]
    ) {
      self.identifier = identifier
      self.milestone = milestone
      self.points = points
      self.visibility = visibility
      self.needs = needs
    }
  }

  /// The checks of a catalogue that the course runs, as the course wants them.
  public func checks(of catalogue: [GradedCheck]) -> [GradedCheck] {
    catalogue.compactMap { check in
      guard milestones.contains(check.milestone) else { return nil }
      guard let adjustment = adjustments[check.identifier] else { return check }
      if adjustment.isOff { return nil }
      var check = check
      check.points = adjustment.points ?? check.points
      check.visibility = adjustment.visibility ?? check.visibility
      check.needs += adjustment.needs
      return check
    }
  }

  /// A fingerprint of everything that decides about points; not of what reports are made with.
  public func fingerprint(of catalogue: [GradedCheck]) -> String {
    var lines = ["secret \(secret)", "\(limits)", "\(buildLimits)"]
    for check in checks(of: catalogue) {
      lines.append(
        "\(check.identifier) \(check.milestone) \(Numbers.points(check.points)) "
          + "\(check.visibility.rawValue) \(check.needs.joined(separator: ","))")
    }
    return String(Fingerprint.of(lines.joined(separator: "\n")).prefix(16))
  }

  /// What is wrong with the file beside this catalogue: checks that are not in it, or wait for each other.
  public func problems(with catalogue: [GradedCheck]) -> [CourseProblem] {
    var problems: [CourseProblem] = []
    let known = Set(catalogue.map(\.identifier))
    for (identifier, adjustment) in adjustments.sorted(by: { $0.value.line < $1.value.line }) {
      for name in [identifier] + adjustment.needs where !known.contains(name) {
        problems.append(
          CourseProblem(line: adjustment.line, reason: "there is no check \(name)."))
      }
      if adjustment.isOff { continue }
      // Checks are run in the catalogue's order: one can only need those before it.
      let places = catalogue.map(\.identifier)
      for need in adjustment.needs {
        guard let own = places.firstIndex(of: identifier), let other = places.firstIndex(of: need)
        else { continue }
        if other >= own {
          problems.append(
            CourseProblem(
              line: adjustment.line,
              reason: "\(identifier) cannot need \(need), which comes after it."))
        }
      }
    }
    let running = checks(of: catalogue)
    if running.isEmpty {
      problems.append(CourseProblem(line: 0, reason: "no check is left to be run."))
    } else if running.reduce(0, { $0 + $1.points }) == 0 {
      problems.append(CourseProblem(line: 0, reason: "there are no points to be had."))
    }
    return problems
  }
}

/// What is wrong with a course file.
public struct CourseProblem: Error, Equatable, Sendable, CustomStringConvertible {
  /// The line, from 1; 0 for the file as a whole.
  public var line: Int
  /// Why, as a sentence.
  public var reason: String

  /// The problem with its place.
  public var description: String { line > 0 ? "line \(line): \(reason)" : reason }
}
