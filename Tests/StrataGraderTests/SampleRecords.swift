import StrataGrader

/// Records that are made up, with everything in them that a report must be able to show.
enum SampleRecords {
  /// Some of everything: each status, both visibilities, a key that looks like a tag.
  static let mixed = GradeRecord(
    student: "ada & <b>bob</b>", course: "Databases, autumn 2026", courseFingerprint: "c0ffee",
    grader: "kvgrade 1",
    submission: SubmissionRecord(
      fingerprint: "5eed",
      taken: [.init(path: "Sources/Strata/Memory/MemTable.swift", bytes: 4711)],
      refused: [.init(path: "Package.swift", reason: "a manifest runs while it is built.")],
      submittedAt: 1_790_000_000),
    sandbox: SandboxRecord(tier: "bubblewrap", isSandboxed: true, defences: ["network", "/etc"]),
    build: BuildRecord(status: .succeeded, seconds: 3.21, output: ""),
    checks: [
      CheckRecord(
        identifier: "append-log/newest-wins", title: "the newest value of a key wins",
        milestone: 1, points: 2, awarded: 2, status: .passed, counted: ["records read": 3],
        seconds: 0.04),
      CheckRecord(
        identifier: "append-log/any-bytes", title: "keys and values are any bytes", milestone: 1,
        points: 3, awarded: 1.5, status: .partial,
        failure: FailureRecord(
          rule: "A key may hold any bytes, and comes back as it was put.",
          chapter: "Docs/Course/01-append-log.md", explanation: "2 of 4 keys came back.",
          script: "put <script>alert(1)</script> 1\nget <script>alert(1)</script>\n---\n1\n",
          expected: "1", actual: "(absent)", bytes: "0000  7b 22  {\"",
          reproduction: "kvgrade check append-log/any-bytes --seed 17"), seconds: 0.1),
      CheckRecord(
        identifier: "hash-index/absent-key", title: "a get of an absent key reads nothing",
        milestone: 2, points: 4, awarded: 4, status: .failed, visibility: .hidden,
        failure: FailureRecord(
          rule: "A key that the index does not know costs no read.",
          explanation: "It read 12 records.", script: "put secret-key 1\nget other-key\n",
          expected: "0 reads", actual: "12 reads", bytes: "0000  ff",
          reproduction: "kvgrade check hash-index/absent-key --seed 4242"),
        counted: ["records read": 12], seconds: 0.2),
      CheckRecord(
        identifier: "hash-index/rebuild", title: "the index is rebuilt on opening", milestone: 2,
        points: 2, awarded: 0, status: .skipped,
        failure: FailureRecord(rule: "It needs hash-index/absent-key, which was not passed.")),
      CheckRecord(
        identifier: "compaction/power-cut", title: "a power cut during compaction loses nothing",
        milestone: 3, points: 5, awarded: 5, status: .error,
        failure: FailureRecord(rule: "The grader could not start the host, twice.")),
    ], seconds: 4.5)

  /// Everything passed.
  static let perfect = GradeRecord(
    student: "carol", course: mixed.course, courseFingerprint: "c0ffee", grader: "kvgrade 1",
    submission: SubmissionRecord(fingerprint: "beef", taken: [], refused: []),
    sandbox: mixed.sandbox, build: mixed.build,
    checks: mixed.checks.map { check in
      CheckRecord(
        identifier: check.identifier, title: check.title, milestone: check.milestone,
        points: check.points, awarded: check.points, status: .passed,
        visibility: check.visibility, seconds: check.seconds)
    }, seconds: 4.1)

  /// Did not compile, and was not in a sandbox.
  static let broken = GradeRecord(
    student: "=cmd()", course: mixed.course, courseFingerprint: "c0ffee", grader: "kvgrade 1",
    submission: SubmissionRecord(fingerprint: "f00d", taken: [], refused: []),
    sandbox: SandboxRecord(tier: "limited", isSandboxed: false, defences: []),
    build: BuildRecord(
      status: .failed, seconds: 1.5, output: "MemTable.swift:3:1: error: \u{1B}[31mno <such> type"),
    checks: mixed.checks.map { check in
      CheckRecord(
        identifier: check.identifier, title: check.title, milestone: check.milestone,
        points: check.points, awarded: 0, status: .failed, visibility: check.visibility,
        failure: FailureRecord(rule: "What does not compile cannot be checked."))
    }, seconds: 1.6)
}
