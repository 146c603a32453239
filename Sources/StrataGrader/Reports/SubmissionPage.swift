import StrataCourse

/// One submission as an HTML page: what was reached, and for each check that was not, what would help.
///
/// For a student and for a teacher alike; what the two see differs only in the record that it is made of
/// (`GradeRecord.visible`).
public struct SubmissionPage {
  private let graded: GradedSubmission
  private let audience: Audience

  /// A page for this audience.
  public init(_ graded: GradedSubmission, for audience: Audience, detail: FailureDetail = .bytes) {
    self.graded = graded.visible(to: audience, detail: detail)
    self.audience = audience
  }

  private var record: GradeRecord { graded.record }

  /// The file.
  public var text: String {
    let milestones = record.milestones.map(section)
    return Page(
      title: "\(record.student) · \(record.course)",
      body: """
        \(header)
        \(notes)
        \(milestones)
        \(audience == .teacher ? teachersPart : "")
        """
    ).text
  }

  private var header: Markup {
    let share = Numbers.percent(graded.final, of: record.points)
    let late: Markup = graded.latenessSentence.map { "<p>\($0)</p>" } ?? ""
    return """
      <header>
      <p class="soft">\(record.course)</p>
      <h1>\(record.student)</h1>
      <p class="total"><strong>\(Numbers.points(graded.final))</strong> of \
      \(Numbers.points(record.points)) points</p>
      <div class="meter" aria-hidden="true"><span style="width: \(share)%"></span></div>
      \(late)
      <p class="soft">\(counts)\(wayToFailures)</p>
      \(contents)
      </header>
      """
  }

  private var counts: String {
    CheckRecord.Status.allCases.compactMap { status in
      let count = record.checks.count { $0.status == status }
      return count > 0 ? "\(status.sign) \(count) \(status.rawValue)" : nil
    }.joined(separator: " · ")
  }

  /// The first check that was not passed, where it is shown why.
  private var firstFailure: String? {
    record.checks.first { $0.failure != nil && ($0.status == .failed || $0.status == .partial) }?
      .identifier
  }

  private var wayToFailures: Markup {
    firstFailure.map { " · <a href=\"#\($0)\">to the first that failed</a>" } ?? ""
  }

  /// The milestones with their points, each a way to its part of the page.
  private var contents: Markup {
    let items = record.milestones.map { milestone -> Markup in
      """
      <li><a href="#milestone-\(milestone.number)">\(Self.name(of: milestone))</a> \
      \(Numbers.points(milestone.awarded)) of \(Numbers.points(milestone.points))</li>
      """
    }
    return items.count > 1 ? "<nav><ul class=\"contents\">\(items)</ul></nav>" : ""
  }

  private var notes: [Markup] {
    var notes: [Markup] = []
    if !record.sandbox.isSandboxed {
      notes.append(
        """
        <p class="note">Graded <strong>unsandboxed</strong>: nothing but limits stood between the \
        submission and the machine.</p>
        """)
    }
    if record.build.status != .succeeded {
      let sentence =
        record.build.status == .failed
        ? "It does not compile, so that no check could be run."
        : "It could not be built, through no fault of its own; it has to be graded again."
      notes.append(
        """
        <div class="note failed"><p><strong>\(sentence)</strong></p>
        <pre tabindex="0">\(record.build.output)</pre></div>
        """)
    }
    if !record.submission.refused.isEmpty {
      let items = record.submission.refused.map { refusal -> Markup in
        "<li><code>\(refusal.path)</code>: \(refusal.reason)</li>"
      }
      notes.append("<div class=\"note\"><p>Not taken in:</p><ul>\(items)</ul></div>")
    }
    return notes
  }

  private static func name(of milestone: GradeRecord.Milestone) -> String {
    milestone.number == Milestone.bonus ? "Bonus" : "Milestone \(milestone.number)"
  }

  private func section(_ milestone: GradeRecord.Milestone) -> Markup {
    // The bonus is called so by its title already.
    let title = Milestone.numbered(milestone.number)?.title ?? ""
    let heading =
      milestone.number == Milestone.bonus
      ? "\(title.prefix(1).uppercased())\(title.dropFirst())"
      : "\(Self.name(of: milestone)): \(title)"
    return """
      <section id="milestone-\(milestone.number)">
      <h2>\(heading) <small>\(Numbers.points(milestone.awarded)) of \
      \(Numbers.points(milestone.points))</small></h2>
      \(milestone.checks.map(row))
      </section>
      """
  }

  private func row(_ check: CheckRecord) -> Markup {
    let counted = check.counted.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    let line: Markup = """
      \(check.status.badge)
      <span class="title">\(check.title)<small>\(([check.identifier] + counted)
      .joined(separator: " · "))</small></span>
      <span class="points">\(Numbers.points(check.awarded)) / \(Numbers.points(check.points))</span>
      """
    guard let failure = check.failure else { return "<div class=\"plain\">\(line)</div>" }
    // Where nothing could be built, each says the same.
    let isTelling = record.build.status == .succeeded
    let open: Markup =
      isTelling && (check.status == .failed || check.status == .partial) ? " open" : ""
    return """
      <details id="\(check.identifier)"\(open)><summary>\(line)</summary>
      <div class="why">\(why(failure, of: check))</div></details>
      """
  }

  private func why(_ failure: FailureRecord, of check: CheckRecord) -> [Markup] {
    var parts: [Markup] = []
    if failure.rule != check.title { parts.append("<p><strong>\(failure.rule)</strong></p>") }
    if let chapter = failure.chapter { parts.append("<p class=\"soft\">See \(chapter).</p>") }
    if check.visibility == .hidden { parts.append("<p class=\"soft\">\(hiddenNote)</p>") }
    if !failure.explanation.isEmpty { parts.append("<p class=\"said\">\(failure.explanation)</p>") }
    parts += Self.block("The operations that broke it", failure.script)
    if !failure.expected.isEmpty || !failure.actual.isEmpty {
      parts.append(
        """
        <div class="both"><div><h4>Expected</h4><pre tabindex="0">\(failure.expected)</pre></div>
        <div><h4>Actual</h4><pre tabindex="0">\(failure.actual)</pre></div></div>
        """)
    }
    parts += Self.block("The bytes of the file", failure.bytes)
    parts += Self.block("See it again", failure.reproduction)
    return parts
  }

  private var hiddenNote: String {
    audience == .teacher
      ? "This check is hidden: students see the rule, and nothing of what follows."
      : "How this was found is not shown. Think of operations that could break the rule."
  }

  private static func block(_ name: String, _ text: String) -> [Markup] {
    text.isEmpty ? [] : ["<h4>\(name)</h4><pre tabindex=\"0\">\(text)</pre>"]
  }

  private var teachersPart: Markup {
    let files = record.submission.taken.map { file -> Markup in
      "<tr><td><code>\(file.path)</code></td><td class=\"number\">\(file.bytes)</td></tr>"
    }
    return """
      <section>
      <h2>For the teacher</h2>
      <p>Sandbox: \(record.sandbox.tier); tried, and held: \
      \(record.sandbox.defences.isEmpty ? "none" : record.sandbox.defences.joined(separator: ", ")).</p>
      <p>Build \(Numbers.seconds(record.build.seconds)), all together \(Numbers.seconds(record.seconds)), \
      by \(record.grader).</p>
      <p class="soft">Course <code>\(record.courseFingerprint)</code>, submission \
      <code>\(record.submission.fingerprint)</code></p>
      <div class="scroll"><table><caption>Files taken in</caption>
      <thead><tr><th scope="col">file</th><th scope="col" class="number">bytes</th></tr></thead>
      <tbody>\(files)</tbody></table></div>
      </section>
      """
  }
}
