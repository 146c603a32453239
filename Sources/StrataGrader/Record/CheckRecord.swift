/// What one check said about one submission.
public struct CheckRecord: Codable, Equatable, Sendable {
  /// The five ends of a check.
  public enum Status: String, Codable, CaseIterable, Sendable {
    /// The rule holds, as far as the check looks.
    case passed
    /// Some of it holds.
    case partial
    /// It does not hold, or there was no answer in time.
    case failed
    /// A check that this one depends on was not passed.
    case skipped
    /// The grader could not carry it out, twice; nothing is said about the submission.
    case error

    /// A sign that tells the five apart without colour.
    public var sign: String {
      switch self {
      case .passed: "✓"
      case .partial: "◐"
      case .failed: "✗"
      case .skipped: "–"
      case .error: "!"
      }
    }
  }

  /// How much of a check a student sees.
  public enum Visibility: String, Codable, Sendable {
    /// Everything.
    case open
    /// How it ended and which rule was broken; neither seed nor operations, bytes or values.
    case hidden
  }

  /// Its name in commands and files: `hash-index/absent-key`.
  public var identifier: String
  /// What it looks at, as a sentence.
  public var title: String
  /// The number of the milestone that it belongs to.
  public var milestone: Int
  /// What it can give.
  public var points: Double
  /// What it gave.
  public var awarded: Double
  /// How it ended.
  public var status: Status
  /// How much of it a student sees.
  public var visibility: Visibility
  /// Why it was not passed; nil when it was.
  public var failure: FailureRecord?
  /// What it counted: "segments read" → 3.
  public var counted: [String: Int]
  /// Seconds of wall clock.
  public var seconds: Double

  /// The record of a check that ended so; without a verdict nothing is awarded.
  public init(
    identifier: String, title: String, milestone: Int, points: Double, awarded: Double,
    status: Status, visibility: Visibility = .open, failure: FailureRecord? = nil,
    counted: [String: Int] = [:], seconds: Double = 0
  ) {
    self.identifier = identifier
    self.title = title
    self.milestone = milestone
    self.points = points
    self.awarded = status == .passed || status == .partial ? awarded : 0
    self.status = status
    self.visibility = visibility
    self.failure = failure
    self.counted = counted
    self.seconds = seconds
  }
}

/// Why a check was not passed, in parts, so that each reader can be shown what is for them.
public struct FailureRecord: Codable, Equatable, Sendable {
  /// The rule that was broken, in one sentence.
  public var rule: String
  /// The chapter that explains the rule; nil when there is none.
  public var chapter: String?
  /// What happened, beyond the rule: a time-out, a trap, an answer that makes no sense.
  public var explanation: String
  /// The operations that broke it, as a kvcli script; empty when there are none.
  public var script: String
  /// What should have come.
  public var expected: String
  /// What came.
  public var actual: String
  /// The bytes of a file, annotated; empty when no file is concerned.
  public var bytes: String
  /// A command that shows the same again.
  public var reproduction: String

  /// A failure with these parts; those that are left out are empty.
  public init(
    rule: String, chapter: String? = nil, explanation: String = "", script: String = "",
    expected: String = "", actual: String = "", bytes: String = "", reproduction: String = ""
  ) {
    self.rule = rule
    self.chapter = chapter
    self.explanation = explanation
    self.script = script
    self.expected = expected
    self.actual = actual
    self.bytes = bytes
    self.reproduction = reproduction
  }
}
