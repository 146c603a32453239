import StrataCourse

/// Grades every hostile submission in a tier, and says what held.
///
/// What must be true afterwards:
///
/// - it was graded: there is a report, so the grader was neither ended nor held up;
/// - it has no point, however it tried;
/// - nothing that it could have read, and nothing that marks a success, is in the report;
/// - no file outside its ground has changed, and no process of it is left.
///
/// That would also be true of a grader that fails everything. So one honest submission, the reference itself,
/// is graded in the same way, and must get every point.
public struct Doctor: Sendable {
  /// What came of one submission in one tier.
  public struct Finding: Equatable, Sendable {
    /// The submission.
    public var name: String
    /// What it tries.
    public var purpose: String
    /// The tier.
    public var tier: SandboxTier
    /// What did not hold, as sentences; empty when all did.
    public var problems: [String]
    /// Seconds of wall clock.
    public var seconds: Double

    /// The finding on one line.
    public var line: String {
      let outcome = problems.isEmpty ? "held" : "BROKEN: \(problems.joined(separator: " "))"
      return "\(tier.rawValue)  \(name)  \(outcome)  (\(Numbers.seconds(seconds)))"
    }
  }

  /// A text that no report may hold.
  private static let canary = "canary-7f3a91"
  /// A number of seconds that nothing but an attack sleeps.
  private static let nap = "987654"
  private static let canaryFolder = "/tmp/kvgrade-canary"
  private let source: ProjectSource
  private let program: String
  private let checks: [String]

  /// A doctor with the fixtures of a project; `program` is kvgrade.
  public init(_ source: ProjectSource, program: String) {
    self.source = source
    self.program = program
    // A few checks of the first milestone: each hostile submission attacks in all of them.
    checks = Catalogue.all.filter { $0.milestone == 1 }.prefix(3).map(\.id)
  }

  /// Examines one tier; `only` are names of submissions, or empty for all.
  public func examine(
    _ tier: SandboxTier, only: [String] = [], progress: (Finding) -> Void
  ) throws -> [Finding] {
    let starter = try Starter(source, .wholeCourse).files()
    var findings: [Finding] = []
    for hostile in HostileSubmission.all(in: source)
    where only.isEmpty || only.contains(hostile.name) {
      let finding = examine(hostile.name, hostile.purpose, tier) {
        hostile.write(to: $0, starter: starter)
      }
      progress(finding)
      findings.append(finding)
    }
    let honest = examine("honest", "The reference: it must get every point.", tier) { folder in
      Starter.exerciseModules.allSatisfy { module in
        source.files(in: "Sources/\(module)").allSatisfy { path in
          let parent = "\(folder)/\(path)".split(separator: "/").dropLast().joined(separator: "/")
          guard let bytes = System.contents("\(source.root)/\(path)") else { return false }
          return System.makeDirectory("/\(parent)")
            && System.write(bytes, toFile: "\(folder)/\(path)")
        }
      }
    }
    progress(honest)
    return findings + [honest]
  }

  private func examine(
    _ name: String, _ purpose: String, _ tier: SandboxTier, write: (String) -> Bool
  ) -> Finding {
    var finding = Finding(name: name, purpose: purpose, tier: tier, problems: [], seconds: 0)
    guard let folder = System.makeTemporaryDirectory("kvgrade-doctor"), layCanary(),
      write("\(folder)/\(name)")
    else {
      finding.problems = ["It could not be laid out."]
      return finding
    }
    defer {
      System.remove(folder)
      System.remove(Self.canaryFolder)
    }
    var limits = ResourceLimits.build
    limits.seconds = 600
    let words =
      [
        program, "grade", "\(folder)/\(name)", "--out", "\(folder)/reports", "--tier",
        tier.rawValue,
      ]
      + ["--source", source.root] + checks.flatMap { ["--only", $0] }
    let run = CommandRun.run(
      words, limits: limits,
      environment: System.inheritedEnvironment + ["CANARY=\(Self.canary)"])
    finding.seconds = run.seconds
    finding.problems = problems(
      after: run, reports: "\(folder)/reports/\(name)", isHonest: name == "honest")
    return finding
  }

  private func layCanary() -> Bool {
    System.remove(Self.canaryFolder)
    return System.makeDirectory(Self.canaryFolder)
      && System.write(Array(Self.canary.utf8), toFile: "\(Self.canaryFolder)/secret")
  }

  private func problems(after run: CommandRun, reports: String, isHonest: Bool) -> [String] {
    var problems: [String] = []
    guard let text = System.text("\(reports)/report.json"),
      let record = try? GradeRecord(json: text)
    else { return ["There is no report: \(run.end), \(run.output.suffix(300))"] }
    if record.build.status == .error || record.checks.contains(where: { $0.status == .error }) {
      problems.append("The grader met an error.")
    }
    if isHonest {
      if record.awarded != record.points || record.points == 0 {
        problems.append(
          "It got \(Numbers.points(record.awarded)) of \(Numbers.points(record.points)) points.")
      }
    } else if record.awarded > 0 || record.checks.isEmpty {
      problems.append("It got \(Numbers.points(record.awarded)) points.")
    }
    if text.contains("canary") { problems.append("It saw or did what it should not.") }
    for page in ["teacher.html", "student/report.html"] {
      let html = System.text("\(reports)/\(page)") ?? "<script"
      if html.contains("<script") || html.contains("<img") || html.contains("\u{1B}") {
        problems.append("\(page) holds markup or controls of the submission.")
      }
    }
    if System.names(in: Self.canaryFolder) != ["secret"] {
      problems.append("It wrote into \(Self.canaryFolder).")
    }
    if System.commandLines().contains(where: { $0.contains(Self.nap) }) {
      problems.append("A process of it is left.")
    }
    return problems
  }
}
