/// Who reads a report.
public enum Audience: Sendable {
  /// Whoever handed it in: sees what the course shows.
  case student
  /// Whoever grades: sees everything.
  case teacher
}

/// How much of a failure a student sees at most, as the course says.
public enum FailureDetail: String, CaseIterable, Codable, Sendable {
  /// The broken rule and its chapter.
  case rule
  /// Also the operations, what was expected and what came, and how to see it again.
  case operations
  /// Also the bytes of files.
  case bytes
}

extension GradeRecord {
  /// The record as this audience may see it.
  ///
  /// The one place where anything is held back: a report for students is made of what is returned here, so
  /// that no rendering can forget it.
  public func visible(to audience: Audience, detail: FailureDetail = .bytes) -> GradeRecord {
    guard audience == .student else { return self }
    var record = self
    for index in record.checks.indices {
      let allowed = record.checks[index].visibility == .hidden ? .rule : detail
      record.checks[index].failure?.reduce(to: allowed)
      if record.checks[index].visibility == .hidden { record.checks[index].counted = [:] }
    }
    return record
  }

  /// The same record under another name, for those who grade without wanting to know whom.
  public func renamed(_ name: String) -> GradeRecord {
    var record = self
    record.student = name
    return record
  }
}

extension FailureRecord {
  /// Empties what goes beyond this detail.
  mutating func reduce(to detail: FailureDetail) {
    if detail != .bytes { bytes = "" }
    if detail == .rule {
      explanation = ""
      script = ""
      expected = ""
      actual = ""
      reproduction = ""
    }
  }
}
