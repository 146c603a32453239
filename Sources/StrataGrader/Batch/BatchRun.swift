import StrataConfinement
import StrataCore

/// Grades every submission of a folder, several at a time, each by a process of its own.
///
/// A process of its own: a submission that manages to break its grader breaks nobody else's, and the same
/// command grades on one machine, on forty, or in a queue. The record of each is written as soon as it is
/// there; a batch that is interrupted goes on with those that are missing.
///
/// - Invariant: a record is used again only when submission, course and grader are the same as then.
public struct BatchRun: Sendable {
  /// A submission of the batch.
  public struct Submission: Equatable, Sendable {
    /// The name of its folder.
    public var student: String
    /// Its folder.
    public var folder: String
    /// When it was handed in; nil when nobody said.
    public var submittedAt: Int?
  }

  /// What is told while it runs.
  public struct Progress: Sendable {
    /// How many have a record now, those from before included.
    public var done: Int
    /// How many there are.
    public var count: Int
    /// How many had one before.
    public var reused: Int
    /// Seconds that the rest will take, if it goes on like this; nil before the first is done.
    public var secondsLeft: Double?
    /// The submission that was just graded, and its points; or why there is no record.
    public var line: String

    /// The progress on one line.
    public var text: String {
      let left = secondsLeft.map { ", about \(Numbers.roughly($0)) left" } ?? ""
      return "\(done)/\(count)\(done < count ? left : "")  \(VisibleText.of(line))"
    }
  }

  private let submissions: [Submission]
  private let reports: ReportFolder
  private let jobs: Int

  /// A batch of these submissions, at most `jobs` at a time.
  public init(_ submissions: [Submission], reports: ReportFolder, jobs: Int) {
    self.submissions = submissions
    self.reports = reports
    self.jobs = max(1, jobs)
  }

  /// The submissions in a folder: its folders, by name; `times` says when each was handed in.
  ///
  /// - Returns: the submissions, and the names that could not be taken, with why.
  public static func submissions(
    in folder: String, times: [String: Int] = [:]
  ) -> (found: [Submission], refused: [String]) {
    var found: [Submission] = []
    var refused: [String] = []
    for name in System.names(in: folder) where !name.hasPrefix(".") {
      guard System.status("\(folder)/\(name)")?.kind == .directory else { continue }
      if let objection = IntakeRules.objection(to: name) {
        refused.append("\(VisibleText.of(name)): \(objection)")
      } else {
        found.append(
          Submission(student: name, folder: "\(folder)/\(name)", submittedAt: times[name]))
      }
    }
    return (found, refused)
  }

  /// Times of handing in, of lines `student,2026-10-14T22:10:00+02:00`; the first line may be a heading, in which
  /// no digit stands where the times do.
  public static func times(_ text: String) -> Result<[String: Int], CourseProblem> {
    var times: [String: Int] = [:]
    for (index, line) in text.split(whereSeparator: \.isNewline).enumerated() {
      let fields = line.split(separator: ",", maxSplits: 1).map(String.init)
      guard fields.count == 2, let time = Timestamp.parse(fields[1]) else {
        if index == 0, fields.count == 2, !fields[1].contains(where: \.isNumber) { continue }
        let reason =
          fields.count == 2
          ? "\(fields[1]) is no time; it is written 2026-10-14T22:10:00+02:00."
          : "a line is a student, a comma and a time."
        return .failure(CourseProblem(line: index + 1, reason: reason))
      }
      times[fields[0]] = time
    }
    return .success(times)
  }

  /// Grades what has no record yet; returns all records there are then, in the order of the submissions, and how
  /// many of the submissions had one before.
  ///
  /// - Parameters:
  ///   - fingerprint: that of the course; a record of another one is graded again.
  ///   - command: grades one submission in a slot: it leaves a report in the folder of reports.
  public func run(
    fingerprint: String, command: @escaping @Sendable (Submission, Int) -> [String],
    progress: @escaping @Sendable (Progress) -> Void
  ) -> (records: [GradeRecord], reused: Int) {
    let open = submissions.filter { !isGraded($0, fingerprint) }
    let work = Work(open: open, count: submissions.count, progress: progress)
    let workers = (0..<min(jobs, max(1, open.count))).map { slot in
      WorkerThread {
        while let submission = work.next() {
          let run = CommandRun.run(
            command(submission, slot), limits: Self.limits,
            environment: System.inheritedEnvironment + [BatchTie.variable])
          let record = reports.record(of: submission.student)
          let outcome =
            isGraded(submission, fingerprint)
            ? record.map { "\(Numbers.points($0.awarded)) of \(Numbers.points($0.points))" }
            : nil
          let trouble = run.output.split(separator: "\n").last.map(String.init) ?? "\(run.end)"
          work.finished("\(submission.student): \(outcome ?? "no record: \(trouble)")")
        }
      }
    }
    for worker in workers { worker.join() }
    let records = submissions.compactMap { reports.record(of: $0.student) }
    return (records, submissions.count - open.count)
  }

  private func isGraded(_ submission: Submission, _ fingerprint: String) -> Bool {
    reports.isGraded(submission.student, submission.folder, fingerprint: fingerprint)
  }

  /// A grading that needs an hour hangs.
  private static var limits: ResourceLimits {
    var limits = ResourceLimits.build
    limits.seconds = 3600
    return limits
  }

  /// What is still to be done, shared by the workers.
  private final class Work: @unchecked Sendable {
    private let lock = Lock()
    private var open: ArraySlice<Submission>  // guarded by `lock`
    private var graded = 0  // guarded by `lock`
    private let count: Int
    private let reused: Int
    private let start = System.seconds
    private let progress: @Sendable (Progress) -> Void

    init(open: [Submission], count: Int, progress: @escaping @Sendable (Progress) -> Void) {
      self.open = open[...]
      self.count = count
      self.progress = progress
      reused = count - open.count
    }

    func next() -> Submission? { lock.withLock { open.popFirst() } }

    func finished(_ line: String) {
      lock.withLock {
        graded += 1
        let done = reused + graded
        let left = (System.seconds - start) / Double(graded) * Double(count - done)
        progress(
          Progress(done: done, count: count, reused: reused, secondsLeft: left, line: line))
      }
    }
  }
}
