/// What a report says that it must not say.
enum DoctorJudgement {
  /// What is wrong with a grading, as sentences; none when all is well.
  static func problems(after run: CommandRun, reports: String, isHonest: Bool) -> [String] {
    var problems: [String] = []
    guard let text = System.text("\(reports)/report.json"),
      let record = try? GradeRecord(json: text)
    else { return ["There is no report: \(run.end), \(run.output.suffix(300))"] }
    if record.build.status == .error || record.checks.contains(where: { $0.status == .error }) {
      problems.append("The grader met an error.")
    }
    let points =
      "\(Numbers.points(record.awarded)) of \(Numbers.points(record.points)) points."
    if isHonest {
      if record.awarded != record.points || record.points == 0 {
        problems.append("It got \(points)")
      }
    } else if record.awarded > 0 || record.checks.isEmpty
      || record.checks.contains(where: { $0.status == .passed || $0.status == .partial })
    {
      problems.append("It got \(points)")
    }
    for page in ["teacher.html", "student/report.html"] {
      let html = System.text("\(reports)/\(page)") ?? "<script"
      if html.contains("<script") || html.contains("<img") || html.contains("\u{1B}") {
        problems.append("\(page) holds markup or controls of the submission.")
      }
    }
    return problems
  }

  /// What it saw, as a sentence; none when nothing.
  static func leaks(in reports: String) -> [String] {
    let text = System.text("\(reports)/report.json") ?? ""
    return text.contains("canary") ? ["It saw or did what it should not."] : []
  }
}

/// Something to find for those who look, and traces of those who do.
struct DoctorCanary: Sendable {
  /// A text that no report may hold.
  private static let secret = "canary-7f3a91"
  /// A number of seconds that nothing but an attack sleeps.
  private static let nap = "987654"
  private static let folder = "/tmp/kvgrade-canary"

  /// What a grader has in its environment and a submission must not.
  static let variable = "CANARY=\(secret)"

  /// Lays it out.
  func lay() {
    remove()
    System.makeDirectory(Self.folder)
    System.write(Array(Self.secret.utf8), toFile: "\(Self.folder)/secret")
  }

  /// Writes a course with a secret, and with little time for those who never answer; false when that failed.
  func writeCourse(toFile path: String) -> Bool {
    let text = "name Doctor\nsecret \(Self.secret)\nlimit seconds 5\n"
    return System.write(Array(text.utf8), toFile: path)
  }

  /// Takes it away.
  func remove() { System.remove(Self.folder) }

  /// That somebody wrote where the secret lies, as a sentence; it lies there as before then.
  func wasTouched() -> [String] {
    if System.names(in: Self.folder) == ["secret"] { return [] }
    lay()
    return ["It wrote into \(Self.folder)."]
  }

  /// The files that a user left in the directory for temporary ones, as a sentence; they are removed.
  func litter(of user: UInt32?) -> [String] {
    guard let user else { return [] }
    let folder = "/tmp"
    let names = System.names(in: folder).filter { System.ownerOfPath("\(folder)/\($0)") == user }
    for name in names { System.remove("\(folder)/\(name)") }
    return names.isEmpty ? [] : ["It left \(names.joined(separator: ", ")) in \(folder)."]
  }

  /// A process that a submission has left: any of its user, if it had one of its own, or one that sleeps.
  ///
  /// Those of a user are ended: whoever starts the doctor does not want to keep them.
  func processLeft(by user: UInt32?) -> String? {
    guard let user else { return System.commandLines().first { $0.contains(Self.nap) } }
    let left = System.processes(of: user)
    for process in left { System.end(process.identifier) }
    return left.first?.line
  }
}
