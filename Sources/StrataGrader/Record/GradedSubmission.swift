/// A record, and what the course's policy for late hand-ins makes of it.
///
/// Kept apart from the record: the policy is applied when reports are made, so that it can change, or a
/// deadline be moved for one student, without grading anything again.
public struct GradedSubmission: Equatable, Sendable {
  /// What the checks said.
  public var record: GradeRecord
  /// How late it was; nil when nothing is due or nobody said when it came.
  public var lateness: Lateness?

  /// A record with what the policy says.
  public init(_ record: GradeRecord, lateness: Lateness? = nil) {
    self.record = record
    self.lateness = lateness
  }

  /// The points that count.
  public var final: Double { record.awarded * Double(lateness?.keptPercent ?? 100) / 100 }

  /// What the policy says, as a sentence; nil where it says nothing.
  public var latenessSentence: String? { lateness?.sentence(points: record.awarded) }

  /// The same, as this audience may see it.
  public func visible(to audience: Audience, detail: FailureDetail = .bytes) -> GradedSubmission {
    GradedSubmission(record.visible(to: audience, detail: detail), lateness: lateness)
  }
}

/// What a late policy says about one submission.
public struct Lateness: Equatable, Sendable {
  /// Whole days begun after the deadline; 0 when it was in time.
  public var days: Int
  /// Slip days that paid for some of them.
  public var slipDays: Int
  /// What is left of the points, in percent.
  public var keptPercent: Int

  /// So late, so much forgiven, so much left.
  public init(days: Int, slipDays: Int, keptPercent: Int) {
    self.days = days
    self.slipDays = slipDays
    self.keptPercent = keptPercent
  }

  /// The decision about so many points as a sentence.
  public func sentence(points: Double) -> String {
    if days == 0 { return "Handed in on time." }
    var sentence = "Handed in \(Numbers.count(days, "day")) late"
    if slipDays > 0 {
      sentence += ", \(slipDays) of them \(slipDays == 1 ? "a slip day" : "slip days")"
    }
    return sentence + "; \(keptPercent) % of \(Numbers.points(points)) points count."
  }
}
