import StrataCore

/// What a student's workloads are drawn from: the same at every run, another for each student.
public struct CourseSeed: Sendable, Equatable {
  private let student: String
  private let secret: String

  /// The seed of a student in a course; without a secret, everybody can work it out, which is right for the
  /// checks that everybody has.
  public init(student: String = "", secret: String = "") {
    self.student = student
    self.secret = secret
  }

  /// The seed of one check.
  func seed(of check: Check) -> UInt64 {
    func hash(_ text: String, _ seed: (UInt64, UInt64)) -> UInt64 {
      ByteView.withBytes(of: Array(text.utf8)) { KeyedHash(seed: seed)($0) }
    }
    let course = hash(secret, (1, 2))
    return hash(check.id, (course, hash(student, (course, 3))))
  }
}
