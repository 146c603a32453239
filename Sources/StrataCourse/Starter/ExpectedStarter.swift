/// What the starter is expected to be, in a file that a person reads before it is changed.
///
/// It lists every body that is taken out, with its signature and what stands in its place, and what else the
/// package consists of. A test compares it with what the stripper makes of the engine as it is.
public enum ExpectedStarter {
  /// Where the file lies, below the project's root.
  public static let path = "Fixtures/Starter/expected.txt"

  /// The file's text.
  public static func text(of source: ProjectSource) throws(StarterError) -> String {
    let starter = try Starter(source, .wholeCourse)
    var lines = [
      "# What `kvgrade starter` makes; written by `kvgrade starter --record`.",
      "# Read the difference before you keep it: students have the old one.",
    ]
    for milestone in Milestone.all {
      let points = milestone.exercises.reduce(0) { $0 + $1.points }
      lines += ["", "\(milestone.name): \(milestone.title), \(points) points"]
      var file = ""
      for exercise in milestone.exercises {
        if exercise.file != file { lines.append("  \(exercise.file)") }
        file = exercise.file
        lines.append("    \(exercise.points)  \(exercise.declaration)")
        lines.append("       \(exercise.signature)")
        lines += (exercise.standIn ?? "").split(separator: "\n").map { "       | \($0)" }
        lines += exercise.helpers.map { "       without \($0)" }
      }
    }
    lines += ["", "The package:"]
    let paths = try starter.files().map(\.path) + starter.copies
    lines += Set(paths.map(part)).sorted().map { "  \($0)" }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A file's path as far as it is listed: modules, not what is in them.
  private static func part(of path: String) -> String {
    let parts = path.split(separator: "/")
    let isModule = ["Sources", "Tests", ".course"].contains(parts[0])
    return isModule && parts.count > 2 ? parts[0..<2].joined(separator: "/") + "/" : path
  }
}
