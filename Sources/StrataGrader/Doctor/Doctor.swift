import StrataConfinement
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
  /// Checks of the first milestone; a hostile submission attacks in each, so one is enough for it.
  private let checks = Catalogue.all.filter { $0.milestone == 1 }.prefix(3).map(\.id)

  /// A doctor with the fixtures of a project; `program` is the kvgrade that is examined.
  public init(_ source: ProjectSource, program: String) {
    self.source = source
    self.program = program
  }

  /// The names of the hostile submissions.
  public var submissions: [String] { HostileSubmission.all(in: source).map(\.name) }

  /// Slots that no batch reaches, and hardly another doctor: nobody's processes are taken for these.
  private static let firstSlot = 300 + slots * Int(System.processIdentifier % 25)
  private static let slots = 8

  /// Examines tiers.
  ///
  /// - Parameters:
  ///   - only: the names of submissions; empty: all.
  ///   - jobs: how many at a time; eight at most.
  public func examine(
    _ tiers: [SandboxTier], only: [String] = [], jobs: Int = 1,
    progress: @escaping @Sendable (DoctorFinding) -> Void
  ) throws -> [DoctorFinding] {
    let starter = try Starter(source, .wholeCourse).exerciseFiles()
    let hostile = HostileSubmission.all(in: source)
      .filter { only.isEmpty || only.contains($0.name) }
    // Nil is the honest one, which comes first because it takes longest.
    let work = Work([nil] + hostile)
    let canary = DoctorCanary()
    canary.lay()
    defer { canary.remove() }
    // What was compiled in an earlier examination was not compiled in this one's sandbox.
    guard let kept = System.makeTemporaryDirectory("kvgrade-doctor-kept") else {
      throw HostTemplate.Failure("no temporary directory can be made.")
    }
    defer { System.remove(kept) }
    let workers = (0..<min(Self.slots, max(1, jobs))).map { number in
      WorkerThread {
        while let next = work.next() {
          examine(next, in: tiers, starter, slot: Self.firstSlot + number, canary, kept: kept) {
            work.add($0, progress)
          }
        }
      }
    }
    for worker in workers { worker.join() }
    return work.all
  }

  /// Compiles a submission in the first tier, and examines it in each.
  ///
  /// One that does not compile attacks the compiler, and does so in every tier.
  private func examine(
    _ hostile: HostileSubmission?, in tiers: [SandboxTier],
    _ starter: [(path: String, text: String)], slot: Int, _ canary: DoctorCanary,
    kept: String, found: (DoctorFinding) -> Void
  ) {
    let name = hostile?.name ?? "honest"
    let folder = System.makeTemporaryDirectory("kvgrade-doctor")
    defer { if let folder { System.remove(folder) } }
    let isLaidOut = folder.map {
      canary.writeCourse(toFile: "\($0)/course", adding: hostile?.course ?? [])
        && (hostile?.write(to: "\($0)/\(name)", starter: starter, canary: canary)
          ?? layReference("\($0)/\(name)"))
    }
    for tier in tiers {
      var finding = DoctorFinding(
        name: name, purpose: hostile?.purpose ?? "The reference: it must get every point.",
        tier: tier, problems: [], open: [], seconds: 0)
      if let folder, isLaidOut == true {
        grade(hostile, &finding, folder, slot, canary, kept: kept)
      } else {
        finding.problems = ["It could not be laid out."]
      }
      found(finding)
    }
  }

  private func grade(
    _ hostile: HostileSubmission?, _ finding: inout DoctorFinding, _ folder: String, _ slot: Int,
    _ canary: DoctorCanary, kept: String
  ) {
    var limits = ResourceLimits.build
    limits.seconds = 600
    let reports = "\(folder)/\(finding.tier.rawValue)"
    let usual = hostile == nil ? checks : Array(checks.prefix(1))
    let own = hostile?.checks ?? []
    let words =
      [program, "grade", "\(folder)/\(finding.name)", "--out", reports]
      + ["--kept", kept, "--tier", finding.tier.rawValue, "--slot", "\(slot)"]
      + ["--course", "\(folder)/course", "--source", source.root]
      + (own.isEmpty ? usual : own).flatMap { ["--only", $0] }
    let run = CommandRun.run(
      words, limits: limits, environment: System.inheritedEnvironment + [DoctorCanary.variable])
    finding.seconds = run.seconds
    finding.problems = DoctorJudgement.problems(
      after: run, reports: "\(reports)/\(finding.name)", of: hostile)
    let user = Sandbox.userForSlot(slot)
    if let left = canary.processLeft(by: user) {
      finding.problems.append("A process of it is left: \(left)")
    }
    let leaks =
      DoctorJudgement.leaks(in: "\(reports)/\(finding.name)") + canary.wasTouched()
      + canary.litter(of: user)
    if hostile?.needsSandbox == true && !finding.tier.isSandboxed {
      finding.open = leaks
    } else {
      finding.problems += leaks
    }
  }

  private func layReference(_ folder: String) -> Bool {
    Starter.exerciseModules.allSatisfy { module in
      source.files(in: "Sources/\(module)").allSatisfy { path in
        guard let bytes = System.contents("\(source.root)/\(path)") else { return false }
        return System.place(bytes, at: "\(folder)/\(path)")
      }
    }
  }

  /// What is to be done and what was found, shared by the workers.
  private final class Work: @unchecked Sendable {
    private let lock = Lock()
    private var open: ArraySlice<HostileSubmission?>  // guarded by `lock`
    private var findings: [DoctorFinding] = []  // guarded by `lock`

    init(_ submissions: [HostileSubmission?]) { open = submissions[...] }

    var all: [DoctorFinding] { lock.withLock { findings } }

    func next() -> HostileSubmission?? { lock.withLock { open.popFirst() } }

    func add(_ finding: DoctorFinding, _ progress: (DoctorFinding) -> Void) {
      lock.withLock {
        findings.append(finding)
        progress(finding)
      }
    }
  }
}
