/// All checks, in the order in which a student meets them.
///
/// One list, two ways to run it: in this process, as tests, and through a pipe, for grades.
public enum Catalogue {
  /// Every check.
  public static let all: [Check] = shown + hidden

  /// Those that everybody has.
  public static let shown: [Check] = [
    appendLog
  ].flatMap { $0 }

  /// Those whose operations only the teacher has.
  public static let hidden: [Check] = []

  /// The check of this name; nil when there is none.
  public static func check(_ id: String) -> Check? { all.first { $0.id == id } }

  /// The checks of a milestone, in order.
  public static func checks(of milestone: Int) -> [Check] {
    all.filter { $0.milestone == milestone }
  }
}
