import StrataConfinement
import StrataCourse

/// A submission that tries to get what it should not, made of a fixture and a starter.
///
/// A fixture that is a file begins with comments: what it tries, and then maybe some of
///
/// | line | means |
/// |---|---|
/// | `// Only a sandbox holds this.` | where there are limits only, it may see what it looks for |
/// | `// Checks: log-reopen` | it aims at these checks, and not at the usual ones |
/// | `// Course: build-limit seconds 10` | its course has this line too |
/// | `// Does not compile.` | the compiler is what it attacks; all others must compile, or nothing was tried |
/// | `// Body of HashIndex.lookup(_:): return nil` | this exercise is done, in a way |
struct HostileSubmission: Sendable {
  /// The fixture's name.
  let name: String
  /// What it tries, in a sentence.
  let purpose: String
  /// True when limits alone do not keep it from seeing what is not its own.
  let needsSandbox: Bool
  /// True when it attacks the compiler, and nothing that runs is made of it.
  let attacksCompiler: Bool
  /// The checks that it aims at; empty: any.
  let checks: [String]
  /// Lines of its course.
  let course: [String]
  private let fixture: String
  private let isFile: Bool
  /// The exercises that are done, by declaration.
  private let bodies: [(declaration: String, body: String)]

  /// All fixtures of a project.
  static func all(in source: ProjectSource) -> [HostileSubmission] {
    let folder = "\(source.root)/Fixtures/Hostile"
    return System.names(in: folder).compactMap { name in
      let path = "\(folder)/\(name)"
      if name.hasSuffix(".swift") {
        return HostileSubmission(name: String(name.dropLast(".swift".count)), file: path)
      }
      return System.isDirectory(path) ? HostileSubmission(name: name, folder: path) : nil
    }
  }

  private init(name: String, folder: String) {
    self.name = name
    purpose = "Hands in more than Swift files."
    needsSandbox = false
    attacksCompiler = false
    checks = []
    course = []
    fixture = folder
    isFile = false
    bodies = []
  }

  private init(name: String, file: String) {
    let text = System.text(file) ?? ""
    let head = text.split(separator: "\n").prefix { $0.hasPrefix("// ") }.map { $0.dropFirst(3) }
    self.name = name
    purpose = head.first.map(String.init) ?? ""
    needsSandbox = head.contains("Only a sandbox holds this.")
    attacksCompiler = head.contains("Does not compile.")
    checks = head.filter { $0.hasPrefix("Checks: ") }
      .flatMap { $0.dropFirst("Checks: ".count).split(separator: " ").map(String.init) }
    course = head.filter { $0.hasPrefix("Course: ") }.map { String($0.dropFirst("Course: ".count)) }
    fixture = file
    isFile = true
    bodies = head.filter { $0.hasPrefix("Body of ") }.compactMap { line in
      guard let end = line.firstRange(of: "): ") else { return nil }
      let declaration = line[..<end.lowerBound].dropFirst("Body of ".count) + ")"
      return (String(declaration), String(line[end.upperBound...]))
    }
  }

  /// Writes the submission into a folder, without the files of the starter that it leaves alone; false when that
  /// failed.
  func write(
    to folder: String, starter: [(path: String, text: String)], canary: DoctorCanary
  ) -> Bool {
    if !isFile { return System.copyTree(fixture, to: folder) && canary.replaceLinks(in: folder) }
    // The checks are about one module; the other one is compiled already.
    for (path, text) in starter where path.hasPrefix("Sources/\(Self.armedModule)/") {
      guard Self.write(arm(text), to: "\(folder)/\(path)") else { return false }
    }
    guard let text = System.text(fixture) else { return false }
    return Self.write(
      Self.helpers + text.replacing(DoctorCanary.name, with: canary.folderName),
      to: "\(folder)/Sources/\(Self.armedModule)/Attack.swift")
  }

  private static let armedModule = "StrataRungs"

  /// Every missing body attacks before it says that it is missing, or does what the fixture gives it to do.
  private func arm(_ text: String) -> String {
    var text = text
    for (declaration, body) in bodies {
      for exercise in Exercise.all where exercise.declaration == declaration {
        text.replace(exercise.missingCall, with: "attack()\n    \(body)")
      }
    }
    return text.replacing("notImplemented(", with: "attack(); notImplemented(")
  }

  private static func write(_ text: String, to path: String) -> Bool {
    System.place(Array(text.utf8), at: path)
  }

  /// What all attacks may use.
  private static let helpers = """
    #if canImport(Darwin)
      @preconcurrency import Darwin
    #elseif canImport(Glibc)
      @preconcurrency import Glibc
    #elseif canImport(Musl)
      @preconcurrency import Musl
    #endif
    import StrataCore

    private func run(_ words: String...) {
      var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
      var process: pid_t = 0
      posix_spawn(&process, words[0], nil, nil, &pointers, environ)
    }

    private func show(_ path: String) {
      guard let file = fopen(path, "r") else { return }
      var byte = fgetc(file)
      while byte >= 0 { putchar(byte); byte = fgetc(file) }
      fflush(stdout)
    }

    private func touch(_ what: String) {
      print("canary: \\(what)")
      fflush(stdout)
    }


    """
}
