import StrataCore

/// Shows that the starter and the checks fit together, for every milestone and for every single body.
///
/// 1. The starter builds without a warning, with its tests and programs.
/// 2. For each milestone, the starter that begins there builds; it passes the checks of all earlier
///    milestones, and fails every check of its own, but for those that a stand-in may pass.
/// 3. For each body, an engine in which it alone is missing fails a check of its milestone, and the check says
///    which body that is. One build serves for all: each body asks at its beginning whether it is missing.
/// 4. That engine, with nothing missing, passes everything.
public struct StarterProof {
  private let source: ProjectSource
  private let scratch: String
  private let say: (String) -> Void
  private var complaints: [String] = []
  /// Checks that passed although their milestone is not written; stand-ins must be the reason.
  private var passedAtFirst: [Check] = []

  /// A proof that builds in a directory which is kept, so that the next one builds less.
  ///
  /// - Parameter say: is given each line of what is found out.
  public init(_ source: ProjectSource, scratch: String, say: @escaping (String) -> Void) {
    self.source = source
    self.scratch = ProjectSource.absolute(scratch)
    self.say = say
  }

  /// Does it all; returns what does not hold.
  public mutating func run() throws(StarterError) -> [String] {
    let whole = try Starter(source, .wholeCourse)
    try whole.update(scratch)
    try Toolchain.build(scratch, ["--build-tests"])
    let bodies = whole.exercises.count
    say("the starter builds without a warning, and \(bodies) bodies are missing in it")
    let host = try Toolchain.programs(of: scratch) + "/kvhost"
    for milestone in Milestone.all { try prove(milestone, host) }
    try proveBodies(host)
    return complaints
  }

  // MARK: Milestones

  private mutating func prove(_ milestone: Milestone, _ host: String) throws(StarterError) {
    try Starter(source, CourseSettings(from: milestone.number)).update(scratch)
    try Toolchain.build(scratch, ["--product", "kvhost"])
    let run = HostedRun(host: host)
    let earlier = Catalogue.all.filter { $0.milestone < milestone.number }
    let own = Catalogue.checks(of: milestone.number)
    let broken = try run.run(earlier).filter { !$0.verdict.isPass }
    for result in broken {
      note("from \(milestone.name): \(result.check.id) fails: \(result.complaint ?? "")")
    }
    let passed = try run.run(own).filter { !$0.hasFailed }
    passedAtFirst += passed.map(\.check)
    if own.isEmpty { note("milestone \(milestone.name) has no checks") }
    say(
      "from \(milestone.name): \(earlier.count - broken.count) of \(earlier.count) earlier checks pass, "
        + "\(own.count - passed.count) of \(own.count) of its own fail")
  }

  // MARK: Bodies

  private mutating func proveBodies(_ host: String) throws(StarterError) {
    try Starter(source, .wholeCourse, mode: .gate).update(scratch)
    try Toolchain.build(scratch, ["--product", "kvhost"])
    let broken = try HostedRun(host: host).run(Catalogue.all).filter { !$0.verdict.isPass }
    for result in broken { note("nothing missing: \(result.check.id): \(result.complaint ?? "")") }
    say(
      "nothing missing: \(Catalogue.all.count - broken.count) of \(Catalogue.all.count) checks pass"
    )
    for check in passedAtFirst { try proveStandIn(passes: check, host) }
    for exercise in Exercise.all {
      let environment = [Gate.missing: "\(exercise.number)"]
      let missing = MissingBody(
        declaration: exercise.declaration, milestone: exercise.milestone)
      let results = try HostedRun(host: host, environment: environment)
        .run(Catalogue.checks(of: exercise.milestone)) { $0.complaint != "\(missing)" }
      if let last = results.last, last.complaint == "\(missing)" {
        say("without \(exercise.declaration): \(last.check.id) says so")
      } else {
        note(
          "without \(exercise.declaration), no check of milestone \(exercise.milestone) says that it is "
            + "missing")
      }
    }
  }

  /// A check that passes on a starter must do so because of a stand-in, and fail without it.
  private mutating func proveStandIn(passes check: Check, _ host: String) throws(StarterError) {
    for exercise in Exercise.all
    where exercise.milestone == check.milestone && exercise.standIn != nil {
      let environment = [Gate.missing: "\(exercise.number)"]
      let results = try HostedRun(host: host, environment: environment).run([check])
      if results.contains(where: { !$0.verdict.isPass }) { return }
    }
    note("from \(check.milestone): \(check.id) does not fail, though nothing is written")
  }

  private mutating func note(_ complaint: String) {
    complaints.append(complaint)
    say("** \(complaint)")
  }
}
