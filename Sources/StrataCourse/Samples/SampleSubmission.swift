import Foundation

/// A submission whose report is known: a test of the grader.
///
/// It is not kept as it is handed in but made of the engine each time, so that it cannot drift away from it.
/// A folder of `Fixtures/Submissions` says how, in `submission.txt`:
///
///     What: The walk over the log never ends.
///     Written: all                              or `none`, or up to a milestone: `6`
///     Zoo: forgets-tombstones                   with the defect of a variant
///     Body: AppendLogStore.get(_:) = while true {}
///
/// What else is in the folder lies over it, and `expected.txt` is the report.
public struct SampleSubmission: Sendable {
  /// Where they lie, below the project's root.
  public static let folder = "Fixtures/Submissions"
  /// The course in which they are graded, below the project's root.
  public static let course = "\(folder)/course.conf"

  /// The folder's name, and the student's.
  public let name: String
  /// What it is an example of, in a sentence.
  public let what: String
  /// The last milestone whose bodies are written.
  private var written = Milestone.bonus
  private var variant: String?
  /// What stands in single bodies, by declaration.
  private var bodies: [(declaration: String, code: String)] = []
  private let source: ProjectSource

  /// All of them, by name.
  public static func all(of source: ProjectSource) throws(StarterError) -> [SampleSubmission] {
    var samples: [SampleSubmission] = []
    for path in source.files(in: folder) where path.hasSuffix("/submission.txt") {
      samples.append(try SampleSubmission(path, source))
    }
    return samples
  }

  private init(_ path: String, _ source: ProjectSource) throws(StarterError) {
    self.source = source
    name = URL(filePath: path).deletingLastPathComponent().lastPathComponent
    var what = ""
    for (index, line) in try source.text(path).split(separator: "\n").enumerated() {
      let parts = line.split(separator: ":", maxSplits: 1)
        .map { $0.trimmingCharacters(in: .whitespaces) }
      switch (parts.first, parts.count) {
      case ("What", 2): what = parts[1]
      case ("Written", 2) where parts[1] == "all": written = Milestone.bonus
      case ("Written", 2) where parts[1] == "none": written = 0
      case ("Written", 2) where Milestone.number(named: parts[1]) != nil:
        written = Milestone.number(named: parts[1]) ?? 0
      case ("Zoo", 2): variant = parts[1]
      case ("Body", 2) where parts[1].contains(" = "):
        // A declaration has colons of its own, and its code may have anything.
        let halves = parts[1].components(separatedBy: " = ")
        bodies.append((halves[0], halves.dropFirst().joined(separator: " = ")))
      default:
        throw StarterError(
          "\(path): line \(index + 1) is none of What, Written, Zoo and Body as they are written.")
      }
    }
    self.what = what
  }

  /// The report that is expected, below the project's root.
  public var expectedPath: String { "\(Self.folder)/\(name)/expected.txt" }

  // MARK: Files

  /// Its files, made of the engine as it is now.
  public func files() throws(StarterError) -> [(path: String, text: String)] {
    var texts: [String: String] = [:]
    for module in Starter.exerciseModules {
      for path in source.files(in: "Sources/\(module)") { texts[path] = try source.text(path) }
    }
    for (path, text) in try defect() { texts[path] = text }
    let replaced = try replacedBodies()
    let missing = Exercise.all.filter { exercise in
      exercise.milestone > written || replaced.contains { $0.exercise.number == exercise.number }
    }
    for (path, text) in texts {
      let file = String(path.dropFirst("Sources/".count))
      texts[path] = try Stripper().strip(text, file: file, of: missing)
    }
    for (exercise, code) in replaced {
      let path = "Sources/\(exercise.file)"
      texts[path] = texts[path]?.replacing(exercise.missingCall, with: code)
    }
    let own = "\(Self.folder)/\(name)/"
    for path in source.files(in: "\(Self.folder)/\(name)") {
      let place = String(path.dropFirst(own.count))
      guard place != "submission.txt", place != "expected.txt" else { continue }
      texts[place] = try source.text(path)
    }
    return texts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Writes it into a folder of its name.
  public func write(into folder: String) throws(StarterError) {
    try ProjectSource.makeDirectory("\(folder)/\(name)", hold: try files())
  }

  private func defect() throws(StarterError) -> [(path: String, text: String)] {
    guard let variant else { return [] }
    let path = "\(ZooVariant.folder)/\(variant).patch"
    let workbench = FileManager.default.temporaryDirectory
      .appending(path: "kvgrade-sample-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: workbench) }
    return try ZooVariant(path, in: source).changedFiles(of: source, in: workbench)
  }

  private func replacedBodies() throws(StarterError) -> [(exercise: Exercise, code: String)] {
    try bodies.map { body throws(StarterError) in
      guard let exercise = Exercise.all.first(where: { $0.declaration == body.declaration }) else {
        throw StarterError(
          "\(Self.folder)/\(name): there is no exercise \(body.declaration); take another one.")
      }
      guard exercise.standIn == nil else {
        throw StarterError(
          "\(Self.folder)/\(name): \(body.declaration) has a stand-in in starters; take another.")
      }
      return (exercise, body.code)
    }
  }
}
