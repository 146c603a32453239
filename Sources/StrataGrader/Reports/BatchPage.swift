import StrataCore

/// A batch as one HTML page for the teacher: a heat map of checks and students, what was missed most, what
/// took long.
///
/// Columns that are red from top to bottom say something about the lecture, not about students.
public struct BatchPage {
  private let submissions: [GradedSubmission]
  private let course: String
  /// The file of a student's page, below this page's folder.
  private let link: @Sendable (GradeRecord) -> String?

  /// A page of these submissions, in their order; `link` gives the file of a submission's own page.
  public init(
    _ submissions: [GradedSubmission], course: String,
    link: @escaping @Sendable (GradeRecord) -> String? = { _ in nil }
  ) {
    self.submissions = submissions
    self.course = course
    self.link = link
  }

  /// The file.
  public var text: String {
    Page(
      title: "\(course) · \(Numbers.count(submissions.count, "submission"))",
      body: """
        <header class="wide"><h1>\(course)</h1>
        <p>\(summary)</p>
        <p>As a table: <a href="grades.csv">grades.csv</a>.</p>
        \(unsandboxed)</header>
        \(milestones)
        \(heatMap)
        \(missed)
        \(timings)
        """
    ).text
  }

  private var summary: String {
    let finals = submissions.map(\.final)
    let points = submissions.map(\.record.points).max() ?? 0
    let unbuilt = submissions.count { $0.record.build.status != .succeeded }
    let errors = submissions.count { graded in
      graded.record.build.status == .error || graded.record.checks.contains { $0.status == .error }
    }
    var sentence =
      "\(Numbers.count(submissions.count, "submission")); the median is "
      + "\(Numbers.points(Numbers.median(finals))) of \(Numbers.points(points)) points, the best "
      + "\(Numbers.points(finals.max() ?? 0)). \(unbuilt) could not be built."
    if errors > 0 {
      sentence += " \(errors) met an error of the grader and should be graded again."
    }
    return sentence
  }

  private var unsandboxed: Markup {
    let count = submissions.count { !$0.record.sandbox.isSandboxed }
    if count == 0 { return "" }
    return """
      <p class="note">\(Numbers.count(count, "submission")) graded <strong>unsandboxed</strong>.</p>
      """
  }

  /// All checks of all records, each once, in the order of the first record that has it.
  private var checks: [CheckRecord] {
    var known: Set<String> = []
    return submissions.flatMap(\.record.checks).filter { known.insert($0.identifier).inserted }
  }

  /// The first check of each milestone, where the eye finds a line.
  private var firsts: Set<String> {
    var known: Set<Int> = []
    return Set(checks.filter { known.insert($0.milestone).inserted }.map(\.identifier))
  }

  /// Points by milestone: what can be seen without scrolling through all checks.
  private var milestones: Markup {
    var points: [Int: Double] = [:]
    for milestone in submissions.flatMap(\.record.milestones) {
      points[milestone.number] = max(points[milestone.number] ?? 0, milestone.points)
    }
    let numbers = points.keys.sorted()
    let heads = numbers.map { number -> Markup in
      """
      <th scope="col" class="number">\(MissingBody.name(ofMilestone: number))\
      <small>of \(Numbers.points(points[number] ?? 0))</small></th>
      """
    }
    let rows = submissions.map { graded -> Markup in
      let cells = numbers.map { number -> Markup in
        let milestone = graded.record.milestones.first { $0.number == number }
        return "<td class=\"number\">\(milestone.map { Numbers.points($0.awarded) } ?? "")</td>"
      }
      return """
        <tr><th scope="row">\(name(of: graded.record))</th>\
        <td class="number"><strong>\(Numbers.points(graded.final))</strong></td>\
        <td class="number">\(graded.lateness.map { "\($0.keptPercent) %" } ?? "")</td>\(cells)</tr>
        """
    }
    return """
      <section><h2>Points by milestone</h2>
      <div class="scroll" tabindex="0"><table><thead><tr><th scope="col">submission</th>\
      <th scope="col" class="number">counts</th><th scope="col" class="number">kept</th>\(heads)</tr></thead>
      <tbody>\(rows)</tbody></table></div></section>
      """
  }

  private func name(of record: GradeRecord) -> Markup {
    link(record).map { "<a href=\"\($0)\">\(record.student)</a>" } ?? "\(record.student)"
  }

  private var heatMap: Markup {
    let checks = checks
    let firsts = firsts
    let heads = checks.map { check -> Markup in
      """
      <th scope="col" class="check"><span title="\(check.title)">\(check.milestone) \
      \(check.identifier)</span></th>
      """
    }
    let legend = CheckRecord.Status.allCases.map { "<li>\($0.badge)</li>" as Markup }
    return """
      <section><h2>Checks and students</h2>
      <ul class="legend">\(legend)</ul>
      <div class="scroll" tabindex="0"><table class="heat">
      <caption>A row a submission, a column a check.</caption>
      <thead><tr><th scope="col" class="corner">submission</th>\
      <th scope="col" class="number">points</th>\(heads)</tr></thead>
      <tbody>\(submissions.map { row($0, checks, firsts) })</tbody></table></div></section>
      """
  }

  private func row(
    _ graded: GradedSubmission, _ checks: [CheckRecord], _ firsts: Set<String>
  ) -> Markup {
    let record = graded.record
    let found = Dictionary(
      record.checks.map { ($0.identifier, $0.status) }, uniquingKeysWith: { first, _ in first })
    let cells = checks.map { check -> Markup in
      let first: Markup = firsts.contains(check.identifier) ? " first" : ""
      guard let status = found[check.identifier] else {
        return "<td class=\"cell\(first)\"></td>"
      }
      return """
        <td class="cell\(first) \(status.rawValue)" title="\(record.student): \(check.identifier) \
        \(status.rawValue)"><span role="img" aria-label="\(status.rawValue)">\(status.sign)</span></td>
        """
    }
    return """
      <tr><th scope="row" title="\(record.student)">\(name(of: record))</th>\
      <td class="number">\(Numbers.points(graded.final))</td>\(cells)</tr>
      """
  }

  private var missed: Markup {
    // What does not compile says nothing about a rule.
    let records = submissions.map(\.record).filter { $0.build.status == .succeeded }
    let counts = checks.map { check -> (check: CheckRecord, missed: Int) in
      let missed = records.count { record in
        record.checks.contains {
          $0.identifier == check.identifier && ($0.status == .failed || $0.status == .partial)
        }
      }
      return (check, missed)
    }
    let rows = counts.filter { $0.missed > 0 }.sorted { $0.missed > $1.missed }.prefix(10)
      .map { entry -> Markup in
        """
        <tr><td class="number">\(entry.missed) of \(records.count)</td>\
        <td>\(entry.check.title)</td>\
        <td><code>\(entry.check.identifier)</code></td></tr>
        """
      }
    if rows.isEmpty { return "" }
    return """
      <section><h2>Missed most</h2>
      <p class="soft">Of those that could be built.</p>
      <div class="scroll"><table><thead><tr><th scope="col" class="number">missed by</th>\
      <th scope="col">rule</th><th scope="col">check</th></tr></thead>
      <tbody>\(rows)</tbody></table></div></section>
      """
  }

  private var timings: Markup {
    let rows = [
      ("build", submissions.map(\.record.build.seconds)),
      ("all together", submissions.map(\.record.seconds)),
    ].map { name, values -> Markup in
      """
      <tr><th scope="row">\(name)</th>\
      <td class="number">\(Numbers.seconds(Numbers.median(values)))</td>\
      <td class="number">\(Numbers.seconds(Numbers.quantile(values, 0.9)))</td>\
      <td class="number">\(Numbers.seconds(values.max() ?? 0))</td></tr>
      """
    }
    return """
      <section><h2>Time a submission</h2>
      <div class="scroll"><table><thead><tr><th scope="col"></th><th scope="col" class="number">median</th>\
      <th scope="col" class="number">nine of ten below</th><th scope="col" class="number">longest</th>\
      </tr></thead><tbody>\(rows)</tbody></table></div></section>
      """
  }
}
