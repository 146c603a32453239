import StrataCourse

/// A submission that tries to get what it should not, made of a fixture and a starter.
struct HostileSubmission {
  /// The fixture's name.
  let name: String
  /// What it tries, in a sentence.
  let purpose: String
  private let fixture: String
  private let isFile: Bool

  /// All fixtures of a project.
  static func all(in source: ProjectSource) -> [HostileSubmission] {
    let folder = "\(source.root)/Fixtures/Hostile"
    return System.names(in: folder).compactMap { name in
      let path = "\(folder)/\(name)"
      if name.hasSuffix(".swift") {
        let first = System.text(path)?.split(separator: "\n").first ?? ""
        return HostileSubmission(
          name: String(name.dropLast(".swift".count)),
          purpose: String(first.drop { $0 == "/" || $0 == " " }), fixture: path, isFile: true)
      }
      guard System.isDirectory(path) else { return nil }
      return HostileSubmission(
        name: name, purpose: "Hands in more than Swift files.", fixture: path, isFile: false)
    }
  }

  /// Writes the submission into a folder; false when that failed.
  func write(to folder: String, starter: [(path: String, text: String)]) -> Bool {
    for (path, text) in starter {
      let module = path.split(separator: "/").dropFirst().first.map(String.init) ?? ""
      guard path.hasPrefix("Sources/"), Starter.exerciseModules.contains(module) else { continue }
      // Every missing body attacks before it says that it is missing.
      let armed =
        isFile ? text.replacing("notImplemented(", with: "attack(); notImplemented(") : text
      guard Self.write(armed, to: "\(folder)/\(path)") else { return false }
    }
    if !isFile { return Self.copy(fixture, to: folder) }
    guard let text = System.text(fixture) else { return false }
    return Starter.exerciseModules.allSatisfy {
      Self.write(Self.helpers + text, to: "\(folder)/Sources/\($0)/Attack.swift")
    }
  }

  private static func write(_ text: String, to path: String) -> Bool {
    let parent = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    return System.makeDirectory(parent.joined(separator: "/"))
      && System.write(Array(text.utf8), toFile: path)
  }

  /// Copies a folder as it is, links included.
  private static func copy(_ folder: String, to target: String) -> Bool {
    guard System.makeDirectory(target) else { return false }
    return System.names(in: folder).allSatisfy { name in
      let (from, to) = ("\(folder)/\(name)", "\(target)/\(name)")
      switch System.status(from)?.kind {
      case .directory: return copy(from, to: to)
      case .file: return System.contents(from).map { System.write($0, toFile: to) } ?? false
      case .link: return System.copyLink(from, to: to)
      default: return false
      }
    }
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
