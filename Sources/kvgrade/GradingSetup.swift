import StrataConfinement
import StrataCourse
import StrataGrader

/// What every grading needs, from the words of a command line: course, sources, sandbox, template.
struct GradingSetup {
  let course: CourseFile
  let only: [String]
  let sandbox: SandboxProbe.Outcome
  let source: ProjectSource
  let template: HostTemplate

  /// - Parameter fixed: the course file, below the project's root, where the words name none.
  init(_ arguments: GradeArguments, course fixed: String? = nil) throws {
    source = try ProjectSource(arguments.text("source"))
    let file = arguments.text("course") ?? fixed.map { [source] in "\(source.root)/\($0)" }
    course = try file.map(Self.course) ?? CourseFile()
    only = arguments.texts("only")
    for name in only where Catalogue.check(name) == nil {
      throw GradeUsageError("there is no check \(name).")
    }
    sandbox = try Self.sandbox(arguments.text("tier"))
    template = try HostTemplate(of: source, kept: arguments.text("kept"))
  }

  /// The fingerprint of the course as it is graded here.
  var fingerprint: String {
    SubmissionGrader.fingerprint(
      of: course, template: template, source: source, only: only)
  }

  func grader(slot: Int, processor: Int?) throws -> SubmissionGrader {
    SubmissionGrader(
      course: course, source: source, template: template,
      sandbox: Sandbox(
        tier: sandbox.tier, trampoline: Sandbox.ownTrampoline,
        user: Sandbox.userForSlot(slot)),
      defences: sandbox.held, only: only, processor: processor)
  }

  /// Reads a course file and compares it with the catalogue.
  static func course(_ path: String) throws -> CourseFile {
    guard let text = System.text(path) else {
      throw GradeUsageError("\(path) cannot be read, or is no text.")
    }
    switch CourseFile.read(text, with: SubmissionGrader.catalogue) {
    case .success(let course): return course
    case .failure(let found):
      throw GradeUsageError(
        found.problems.map { "\(path): \($0)" }.joined(separator: "\nkvgrade: "))
    }
  }

  /// The tier of this name.
  static func tier(_ name: String) throws -> SandboxTier {
    guard let tier = SandboxTier(rawValue: name) else {
      throw GradeUsageError("--tier is bubblewrap, confined or limited, not \(name).")
    }
    return tier
  }

  /// The strongest tier that works, or the weaker one that is asked for.
  static func sandbox(_ name: String?) throws -> SandboxProbe.Outcome {
    let probe = SandboxProbe(trampoline: Sandbox.ownTrampoline)
    if let name {
      let tier = try tier(name)
      let outcome = probe.outcome(of: tier)
      guard outcome.works else { throw GradeUsageError(outcome.line) }
      KVGrade.tell("kvgrade: warning: the tier \(name) was asked for; a stronger one may work.")
      return outcome
    }
    let outcomes = probe.untilOneWorks()
    guard let last = outcomes.last, last.works else {
      throw GradeUsageError(outcomes.map(\.line).joined(separator: "\n"))
    }
    return last
  }

  /// The last part of a path.
  static func lastName(of path: String) -> String {
    let real = System.realPath(path) ?? path
    return real.split(separator: "/").last.map(String.init) ?? "submission"
  }

  /// Students' names become names of folders.
  static func checkName(_ name: String) throws {
    if let objection = IntakeRules.objection(to: name) {
      throw GradeUsageError("\(name) cannot be a student's name: \(objection)")
    }
  }
}
