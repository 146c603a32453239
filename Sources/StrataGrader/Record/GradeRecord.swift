import StrataCore

/// What one graded submission is worth, and why: the record of which every report is made.
///
/// The grader writes it once, as `report.json`; the terminal, the pages, the tables and the files for other
/// systems are renderings of it and add nothing. `Docs/GradeReport.md` describes its JSON member by member.
///
/// - Invariant: a check that has no verdict (`skipped`, `error`) is awarded nothing.
public struct GradeRecord: Codable, Equatable, Sendable {
  /// The version of the JSON that this program writes, and the only one that it reads.
  public static let currentSchema = 1

  /// The version of the JSON that this record was read from.
  public var schema = GradeRecord.currentSchema
  /// Who handed it in; the name of the submission's folder.
  public var student: String
  /// The name of the course.
  public var course: String
  /// A fingerprint of everything in the course that decides about points.
  public var courseFingerprint: String
  /// The version of the program that graded.
  public var grader: String
  /// Which files were taken in, and which were not.
  public var submission: SubmissionRecord
  /// What stood between the submission and the machine.
  public var sandbox: SandboxRecord
  /// How its compilation ended.
  public var build: BuildRecord
  /// Every check of the course, in the course's order.
  public var checks: [CheckRecord]
  /// Seconds of wall clock, build included.
  public var seconds: Double

  /// A record of these parts.
  public init(
    student: String, course: String, courseFingerprint: String, grader: String,
    submission: SubmissionRecord, sandbox: SandboxRecord, build: BuildRecord,
    checks: [CheckRecord], seconds: Double
  ) {
    self.student = student
    self.course = course
    self.courseFingerprint = courseFingerprint
    self.grader = grader
    self.submission = submission
    self.sandbox = sandbox
    self.build = build
    self.checks = checks
    self.seconds = seconds
  }

  /// The points that the checks gave, before any policy for late hand-ins.
  public var awarded: Double { checks.reduce(0) { $0 + $1.awarded } }

  /// The points that there were to be had.
  public var points: Double { checks.reduce(0) { $0 + $1.points } }

  /// The milestones of the checks, in their order.
  public var milestones: [Milestone] {
    var found: [Milestone] = []
    for check in checks {
      if let index = found.firstIndex(where: { $0.number == check.milestone }) {
        found[index].checks.append(check)
      } else {
        found.append(Milestone(number: check.milestone, checks: [check]))
      }
    }
    return found
  }

  /// The checks of one milestone.
  public struct Milestone: Sendable {
    /// Its number in the course.
    public let number: Int
    /// What it is called where there is little room: `5`, `bonus`.
    public var name: String { MissingBody.name(ofMilestone: number) }
    /// Its checks, in the course's order.
    public internal(set) var checks: [CheckRecord]

    /// The points that its checks gave.
    public var awarded: Double { checks.reduce(0) { $0 + $1.awarded } }
    /// The points that its checks could give.
    public var points: Double { checks.reduce(0) { $0 + $1.points } }
  }
}

/// The files of a submission, as the intake saw them.
public struct SubmissionRecord: Codable, Equatable, Sendable {
  /// A file that was taken in.
  public struct File: Codable, Equatable, Sendable {
    /// Its path below the submission's folder.
    public var path: String
    /// Its size.
    public var bytes: Int

    /// A file of this size.
    public init(path: String, bytes: Int) {
      self.path = path
      self.bytes = bytes
    }
  }

  /// Something that was left outside.
  public struct Refusal: Codable, Equatable, Sendable {
    /// Its path below the submission's folder.
    public var path: String
    /// Why, as a sentence.
    public var reason: String

    /// A refusal for this reason.
    public init(path: String, reason: String) {
      self.path = path
      self.reason = reason
    }
  }

  /// SHA-256 over the names and bytes of all files taken in.
  public var fingerprint: String
  /// What was taken in, by path.
  public var taken: [File]
  /// What was not, by path.
  public var refused: [Refusal]
  /// When it was handed in, as seconds since 1970; nil when nobody said.
  public var submittedAt: Int?

  /// The outcome of an intake.
  public init(
    fingerprint: String, taken: [File], refused: [Refusal], submittedAt: Int? = nil
  ) {
    self.fingerprint = fingerprint
    self.taken = taken
    self.refused = refused
    self.submittedAt = submittedAt
  }
}

/// What stood between a submission and the machine that graded it.
public struct SandboxRecord: Codable, Equatable, Sendable {
  /// The tier's name: `bubblewrap`, `confined` or `limited`.
  public var tier: String
  /// False when nothing but limits held it; every report says so.
  public var isSandboxed: Bool
  /// The defences that were tried before the grading, and held.
  public var defences: [String]

  /// A tier with the defences that held.
  public init(tier: String, isSandboxed: Bool, defences: [String]) {
    self.tier = tier
    self.isSandboxed = isSandboxed
    self.defences = defences
  }
}

/// How the compilation of a submission ended.
public struct BuildRecord: Codable, Equatable, Sendable {
  /// The three ends of a build.
  public enum Status: String, Codable, Sendable {
    /// There is a program.
    case succeeded
    /// The compiler refused it, or it needed more than the limits allow.
    case failed
    /// The build could not be carried out; nothing is said about the submission.
    case error
  }

  /// How it ended.
  public var status: Status
  /// Seconds of wall clock.
  public var seconds: Double
  /// What the compiler said, shortened.
  public var output: String

  /// A build that ended so.
  public init(status: Status, seconds: Double, output: String) {
    self.status = status
    self.seconds = seconds
    self.output = output
  }
}
