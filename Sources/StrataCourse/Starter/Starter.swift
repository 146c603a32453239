import Foundation

/// The package that a student begins with: the engine minus bodies, and everything around it.
///
///     Sources/StrataCore …       given: never handed in, never replaced
///     Sources/Strata, …Rungs     with bodies to write
///     Sources/StrataCourse, …    the checks, and what runs them
///     Tests                      the checks as tests
///     Docs                       the book, without what is to be written
///     Fixtures                   what the sessions of the book need
///     README.md                  the first steps
///
/// Nothing in it is kept by hand beside the engine: it is made anew from the sources each time.
public struct Starter: Sendable {
  /// The modules whose bodies are exercises; a student hands in these.
  public static let exerciseModules = ["Strata", "StrataRungs"]
  /// The modules and test targets that come along as they are.
  static let givenTargets = [
    "CIntrinsics", "StrataCore", "StrataWire", "StrataSubjects", "StrataHosting", "StrataHistory",
    "StrataCourse", "StrataCrashLab", "StrataServe", "StrataShell", "kvcli", "kvhost", "kvgrade",
    "CConfinement", "StrataConfinement", "kvconfine", "StrataGrader", "ProvidedTests",
  ]
  /// What the sessions of the book need; copied as it is, for not all of it is text.
  static let fixtures = ["Fixtures/Stores", "Fixtures/Datasets"]
  /// Where the files lie as they were at first, for whoever wants to begin one again; see `GivenFiles`.
  static let givenFolder = ".course/given"

  private let source: ProjectSource
  /// From which milestone to which, and for whom.
  public let settings: CourseSettings
  private let stripper: Stripper

  /// A starter.
  public init(
    _ source: ProjectSource, _ settings: CourseSettings, mode: Stripper.Mode = .replace
  ) throws(StarterError) {
    self.source = source
    self.settings = settings
    stripper = Stripper(mode: mode)
  }

  /// The bodies that are to be written, in order.
  public var exercises: [Exercise] { Exercise.all.filter { $0.milestone >= settings.from } }

  // MARK: Files

  /// The paths of files that are copied as they are.
  public var copies: [String] { Starter.fixtures.flatMap { source.files(in: $0) } }

  /// All other files, by their paths in the package.
  public func files() throws(StarterError) -> [(path: String, text: String)] {
    var files: [(path: String, text: String)] = []
    let manifest = try source.text("Package.swift")
    let kept = Set(Starter.givenTargets + Starter.exerciseModules)
    files.append(("Package.swift", StarterManifest.make(from: manifest, keeping: kept)))
    for target in Starter.givenTargets {
      for folder in ["Sources/\(target)", "Tests/\(target)"] {
        for path in source.files(in: folder) { files.append((path, try source.text(path))) }
      }
    }
    let stripped = try exerciseFiles()
    files += stripped
    if stripper.mode == .gate { files.append(Gate.file) }
    let withExercises = Set(exercises.map { "Sources/\($0.file)" })
    for (path, text) in stripped where withExercises.contains(path) {
      files.append(("\(Starter.givenFolder)/\(path)", text))
    }
    files += try StarterBook(source, exercises, stripped).pages()
    let promises = try source.section("What it promises", of: "README.md")
    files += StarterTexts(settings, firstExercise: exercises.first, promises: promises).files
    for path in [".swift-format", "LICENSE"] { files.append((path, try source.text(path))) }
    let links = StarterLinks(files, and: copies)
    return files.map { path, text in
      (path, path.hasSuffix(".md") ? links.mended(text, at: path) : text)
    }.sorted { $0.path < $1.path }
  }

  /// The modules of the exercises, without their bodies.
  public func exerciseFiles() throws(StarterError) -> [(path: String, text: String)] {
    var files: [(path: String, text: String)] = []
    let exercises = exercises
    let known = Set(Starter.exerciseModules.flatMap { source.files(in: "Sources/\($0)") })
    for exercise in exercises where !known.contains("Sources/\(exercise.file)") {
      throw StarterError(
        """
        Sources/\(exercise.file) is not there, and milestone \(exercise.milestone) asks for \
        \(exercise.declaration) in it. If it was renamed, put its new name into \
        Sources/StrataCourse/Table.
        """)
    }
    for path in known.sorted() {
      let text = try stripper.strip(
        try source.text(path), file: String(path.dropFirst("Sources/".count)), of: exercises)
      files.append((path, text))
    }
    return files
  }

  // MARK: Writing

  /// Writes the package into a directory that does not exist yet, or is empty.
  public func write(to directory: String) throws(StarterError) {
    let there = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    guard there.allSatisfy({ $0 == ".git" }) else {
      throw StarterError(
        "\(directory) is not empty. Choose another directory; a starter never writes over work.")
    }
    try update(directory)
  }

  /// Makes a directory that holds an earlier starter hold this one; what has not changed is not touched, so
  /// that a build goes on from what it has.
  public func update(_ directory: String) throws(StarterError) {
    try ProjectSource.makeDirectory(directory, hold: try files(), and: copies, of: source)
  }

  /// What to say when it is written.
  public func summary(of directory: String) -> String {
    let asked = exercises.filter { $0.milestone <= settings.to }
    let points = asked.reduce(0) { $0 + $1.points }
    return """
      \(directory) holds a starter: \(asked.count) bodies to write in milestones \
      \(settings.milestones.first?.name ?? "") to \(settings.milestones.last?.name ?? ""), \(points) \
      points for them.
      Next: cd \(directory), read README.md, then swift test. That it fails is as it should be.
      """
  }
}
