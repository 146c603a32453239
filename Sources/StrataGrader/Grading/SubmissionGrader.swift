import StrataConfinement
import StrataCore
import StrataCourse
import StrataSubjects

/// Grades one submission, from its folder to its record.
///
/// This process links nothing of the submission. It takes the files in, has them compiled in a sandbox, asks
/// the host through a pipe, compares the answers with what it knows, and writes down what came of it.
public struct SubmissionGrader: Sendable {
  /// What the teacher decided.
  public let course: CourseFile
  private let source: ProjectSource
  private let template: HostTemplate
  private let sandbox: Sandbox
  private let defences: [Defence]
  private let only: [String]
  private let processor: Int?

  /// A grader of submissions, each in this sandbox.
  ///
  /// - Parameters:
  ///   - only: the checks to run, by name; empty: all of the course.
  ///   - processor: where checks and submission take turns, because each waits for the other; nil: anywhere. Checks
  ///     about threads run on all processors: threads that never meet make no mistakes.
  public init(
    course: CourseFile, source: ProjectSource, template: HostTemplate, sandbox: Sandbox,
    defences: [Defence], only: [String] = [], processor: Int? = nil
  ) {
    self.course = course
    self.source = source
    self.template = template
    self.sandbox = sandbox
    self.defences = defences
    self.only = only
    self.processor = processor
  }

  /// The catalogue as a course file adjusts it.
  public static var catalogue: [CourseFile.GradedCheck] {
    Catalogue.all.map { check in
      CourseFile.GradedCheck(
        identifier: check.id, milestone: check.milestone, points: Double(check.points),
        visibility: check.visibility == .hidden ? .hidden : .open, needs: check.dependsOn)
    }
  }

  /// The fingerprint of all that decides about points.
  public static func fingerprint(
    of course: CourseFile, template: HostTemplate, source: ProjectSource, only: [String]
  ) -> String {
    GradingKey.text(
      course: course.fingerprint(of: catalogue), template: template, source: source, only: only)
  }

  /// Grades what is in a folder.
  public func grade(_ folder: String, student: String, submittedAt: Int? = nil) -> GradeRecord {
    let start = System.seconds
    System.adoptOrphans()
    sandbox.sweep()  // what an interrupted grading left
    let intake = Intake(folder)
    var record = GradeRecord(
      student: student, course: course.name,
      courseFingerprint: Self.fingerprint(
        of: course, template: template, source: source, only: only),
      grader: GraderVersion.program, submission: intake.record(submittedAt: submittedAt),
      sandbox: SandboxRecord(
        tier: sandbox.tier.rawValue, isSandboxed: sandbox.tier.isSandboxed,
        defences: defences.map(\.rawValue)),
      build: BuildRecord(status: .error, seconds: 0, output: ""), checks: [], seconds: 0)
    let checks = course.checks(of: Self.catalogue).filter {
      only.isEmpty || only.contains($0.identifier)
    }
    if let ground = Ground() {
      let build = SubmissionBuild(
        ground: ground.path, sandbox: sandbox, template: template, limits: course.buildLimits)
      do {
        let settings = try CourseSettings(
          from: course.milestones.lowerBound, student: student)
        record.build = build.run(intake, over: try Starter(source, settings).exerciseFiles())
      } catch { record.build.output = "\(error)" }
      if record.build.status == .succeeded {
        record.checks = run(checks, in: build, student: student)
      }
      System.endAllChildren()
      sandbox.sweep()
      ground.remove()
    } else {
      record.build.output = "no temporary directory can be made."
    }
    if record.build.status != .succeeded {
      record.checks = checks.map { Self.notRun($0, build: record.build.status) }
    }
    record.seconds = System.seconds - start
    return record
  }

  private func run(
    _ checks: [CourseFile.GradedCheck], in build: SubmissionBuild, student: String
  ) -> [CheckRecord] {
    var limits = course.limits
    limits.processorSeconds = max(limits.processorSeconds, 60)
    let longest = limits.seconds
    // What needs no library runs where there is none.
    let needsNoLibrary = template.isStatic && Toolchain.isStatic(sandbox.trampoline)
    var permissions = Permissions(
      directory: build.stores,
      readable: needsNoLibrary
        ? Permissions.ownFiles : Permissions.systemFiles + Toolchain.libraries,
      environment: ["SWIFT_BACKTRACE": "enable=no", "TMPDIR": build.stores],
      descriptors: Array(3..<Int32(4 + subjectLanes)), limits: limits)
    permissions.readable += [build.host, sandbox.trampoline]
    if template.isStatic { permissions.opened = Permissions.ownFiles + [build.host] }
    let command = sandbox.wrap([build.host], permissions)
    let runner = CheckRunner(
      seed: CourseSeed(student: student, secret: course.secret), scratch: build.stores
    ) { check in
      SandboxedLink(command, in: sandbox, seconds: min(check.seconds, longest))
    }

    var records: [CheckRecord] = []
    var passed: Set<String> = []
    let running = Set(checks.map(\.identifier))
    defer { System.stay(onProcessor: nil) }
    for graded in checks {
      guard let check = Catalogue.check(graded.identifier) else { continue }
      System.stay(onProcessor: check.isAboutThreads ? nil : processor)
      let missing = graded.needs.first { running.contains($0) && !passed.contains($0) }
      let watch = DiskWatch(build.stores, limit: limits.disk)
      let (verdict, milliseconds) =
        missing.map { (Verdict.skipped(because: $0), 0) } ?? Self.outcome(of: check, by: runner)
      let usedTooMuch = watch.stop()
      if verdict.isPass && !usedTooMuch { passed.insert(graded.identifier) }
      records.append(
        CheckRecord(
          of: check, verdict, graded, seconds: Double(milliseconds) / 1000,
          usedTooMuchDisk: usedTooMuch))
      for name in System.names(in: build.stores) { System.remove("\(build.stores)/\(name)") }
    }
    return records
  }

  private static func outcome(of check: Check, by runner: CheckRunner) -> (Verdict, Int) {
    let result = runner.run(check)
    return (result.verdict, result.milliseconds)
  }

  private static func notRun(
    _ graded: CourseFile.GradedCheck, build: BuildRecord.Status
  ) -> CheckRecord {
    let failed = build == .failed
    return CheckRecord(
      identifier: graded.identifier, title: Catalogue.check(graded.identifier)?.rule ?? "",
      milestone: graded.milestone, points: graded.points, awarded: 0,
      status: failed ? .failed : .error, visibility: graded.visibility,
      failure: FailureRecord(
        rule: failed
          ? "What does not compile cannot be checked."
          : "The submission could not be built, through no fault of its own."))
  }
}

/// Watches how much lies in a directory while a check runs, and ends what runs when it is too much.
private final class DiskWatch: @unchecked Sendable {
  private let lock = Lock()
  private let changed: Condition
  // Guarded by `lock`.
  private var isStopped = false
  private var isTooMuch = false
  private var thread: WorkerThread?

  init(_ folder: String, limit: Int) {
    changed = Condition(of: lock)
    thread = WorkerThread { [self] in
      lock.lock()
      while !isStopped {
        changed.wait(milliseconds: 100)
        let usage = System.usage(of: folder)
        guard usage.bytes > limit || usage.entries > 100_000 else { continue }
        isTooMuch = true
        System.endAllChildren()
      }
      lock.unlock()
    }
  }

  /// Ends the watch; true when it was too much.
  func stop() -> Bool {
    let thread = lock.withLock { () -> WorkerThread? in
      isStopped = true
      changed.notifyAll()
      return self.thread
    }
    thread?.join()
    return isTooMuch
  }
}
