import StrataCore
import StrataCourse

/// Grades every hostile submission in every tier, and says what held.
///
/// What must be true afterwards:
///
/// - it was graded: there is a report, so the grader was neither ended nor held up;
/// - it has no point, however it tried;
/// - nothing that it could have read, and nothing that marks a success, is in the report;
/// - no file outside its ground has changed, and no process of it is left.
///
/// Where there are limits only, some of them may see what they look for, and are said to; all else must hold
/// there as well.
///
/// That would also be true of a grader that fails everything. So one honest submission, the reference itself,
/// is graded in the same way, and must get every point.
public struct Doctor: Sendable {
  private let source: ProjectSource
  private let program: String
  /// A few checks of the first milestone: each hostile submission attacks in all of them.
  private let checks = Catalogue.all.filter { $0.milestone == 1 }.prefix(3).map(\.id)

  /// A doctor with the fixtures of a project; `program` is the kvgrade that is examined.
  public init(_ source: ProjectSource, program: String) {
    self.source = source
    self.program = program
  }

  /// One grading that is to be done.
  private struct Case: Sendable {
    let tier: SandboxTier
    /// Nil: the honest one.
    let hostile: HostileSubmission?

    var name: String { hostile?.name ?? "honest" }
  }

  /// Examines tiers.
  ///
  /// - Parameters:
  ///   - only: the names of submissions; empty: all.
  ///   - jobs: how many at a time.
  public func examine(
    _ tiers: [SandboxTier], only: [String] = [], jobs: Int = 1,
    progress: @escaping @Sendable (DoctorFinding) -> Void
  ) throws -> [DoctorFinding] {
    let starter = try Starter(source, .wholeCourse).exerciseFiles()
    let hostile = HostileSubmission.all(in: source)
      .filter { only.isEmpty || only.contains($0.name) }
    // The honest ones first: they take longest.
    var cases = tiers.map { Case(tier: $0, hostile: nil) }
    cases += tiers.flatMap { tier in hostile.map { Case(tier: tier, hostile: $0) } }
    let work = Work(cases)
    let canary = DoctorCanary()
    canary.lay()
    defer { canary.remove() }
    let workers = (0..<max(1, jobs)).map { number in
      WorkerThread {
        while let next = work.next() {
          // Slots that no batch reaches, so that nobody's processes are taken for these.
          let finding = examine(next, starter, slot: 480 + number % 20, canary)
          work.add(finding, progress)
        }
      }
    }
    for worker in workers { worker.join() }
    return work.all
  }

  private func examine(
    _ subject: Case, _ starter: [(path: String, text: String)], slot: Int, _ canary: DoctorCanary
  ) -> DoctorFinding {
    var finding = DoctorFinding(
      name: subject.name,
      purpose: subject.hostile?.purpose ?? "The reference: it must get every point.",
      tier: subject.tier, problems: [], open: [], seconds: 0)
    guard let folder = System.makeTemporaryDirectory("kvgrade-doctor"),
      subject.hostile?.write(to: "\(folder)/\(subject.name)", starter: starter)
        ?? layReference("\(folder)/\(subject.name)")
    else {
      finding.problems = ["It could not be laid out."]
      return finding
    }
    defer { System.remove(folder) }
    var limits = ResourceLimits.build
    limits.seconds = 600
    let own = subject.hostile?.checks ?? []
    let words =
      [program, "grade", "\(folder)/\(subject.name)", "--out", "\(folder)/reports"]
      + ["--tier", subject.tier.rawValue, "--slot", "\(slot)", "--source", source.root]
      + (own.isEmpty ? checks : own).flatMap { ["--only", $0] }
    let run = CommandRun.run(
      words, limits: limits, environment: System.inheritedEnvironment + [DoctorCanary.variable])
    finding.seconds = run.seconds
    finding.problems = DoctorJudgement.problems(
      after: run, reports: "\(folder)/reports/\(subject.name)", isHonest: subject.hostile == nil)
    if let left = canary.processLeft(by: Sandbox.userForSlot(slot)) {
      finding.problems.append("A process of it is left: \(left)")
    }
    let leaks =
      DoctorJudgement.leaks(in: "\(folder)/reports/\(subject.name)") + canary.wasTouched()
      + canary.litter(of: Sandbox.userForSlot(slot))
    if subject.hostile?.needsSandbox == true && !subject.tier.isSandboxed {
      finding.open = leaks
    } else {
      finding.problems += leaks
    }
    return finding
  }

  private func layReference(_ folder: String) -> Bool {
    Starter.exerciseModules.allSatisfy { module in
      source.files(in: "Sources/\(module)").allSatisfy { path in
        let parent = "\(folder)/\(path)".split(separator: "/").dropLast().joined(separator: "/")
        guard let bytes = System.contents("\(source.root)/\(path)") else { return false }
        return System.makeDirectory("/\(parent)")
          && System.write(bytes, toFile: "\(folder)/\(path)")
      }
    }
  }

  /// What is to be done and what was found, shared by the workers.
  private final class Work: @unchecked Sendable {
    private let lock = Lock()
    private var open: ArraySlice<Case>  // guarded by `lock`
    private var findings: [DoctorFinding] = []  // guarded by `lock`

    init(_ cases: [Case]) { open = cases[...] }

    var all: [DoctorFinding] { lock.withLock { findings } }

    func next() -> Case? { lock.withLock { open.popFirst() } }

    func add(_ finding: DoctorFinding, _ progress: (DoctorFinding) -> Void) {
      lock.withLock {
        findings.append(finding)
        progress(finding)
      }
    }
  }
}
