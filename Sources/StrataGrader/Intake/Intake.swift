import StrataConfinement

/// What is taken in of a submission: regular Swift files of the modules that students write, and nothing else.
///
///     submission/                    taken in
///       Package.swift                no: a manifest is a program, and runs while it is built
///       Sources/Strata/Memory/…      yes: Strata/Memory/MemTable.swift
///       Sources/StrataCore/…         no: the course's own is used
///       Tests/…                      no: the course's own checks are run
///       Sources/Strata/x → /etc      no: a link leads elsewhere
///
/// Files are read once, here, into memory: whatever happens to the folder afterwards, what is built is what was
/// looked at and fingerprinted.
public struct Intake: Sendable {
  /// A file and what is in it; its path begins with the module's name.
  public struct Source: Equatable, Sendable {
    /// Its path: `Strata/Memory/MemTable.swift`.
    public let path: String
    /// Its bytes.
    public let bytes: [UInt8]
  }

  /// The files taken in, by path.
  public private(set) var sources: [Source] = []
  /// What was not, by path.
  public private(set) var refused: [SubmissionRecord.Refusal] = []
  private let rules: IntakeRules
  private var totalSize = 0

  /// Looks at a folder and takes in what it may.
  public init(_ folder: String, rules: IntakeRules = IntakeRules()) {
    self.rules = rules
    let root = Self.root(in: folder)
    if System.status(root)?.kind != .directory {
      refuse(".", "there is no such folder.")
      return
    }
    for name in System.names(in: root) where !name.hasPrefix(".") {
      switch name {
      case "Package.swift":
        refuse(name, "a manifest runs while it is built; the course has its own.")
      case "Tests": refuse(name, "the course has its own checks.")
      case "Plugins": refuse(name, "a plugin runs while something is built.")
      case "Sources": break
      default:
        if name.hasSuffix(".swift") { refuse(name, "sources lie in Sources/\(rules.modules[0]).") }
      }
    }
    lookIntoSources(of: root)
    sources.sort { $0.path < $1.path }
    refused.sort { $0.path < $1.path }
  }

  /// SHA-256 over the names and bytes of what was taken in.
  public var fingerprint: String {
    var fingerprint = Fingerprint()
    for source in sources { fingerprint.add(name: source.path, source.bytes) }
    return fingerprint.hexadecimal()
  }

  /// The outcome, for the record.
  public func record(submittedAt: Int? = nil) -> SubmissionRecord {
    SubmissionRecord(
      fingerprint: fingerprint,
      taken: sources.map { .init(path: "Sources/\($0.path)", bytes: $0.bytes.count) },
      refused: refused, submittedAt: submittedAt)
  }

  /// The folder that holds `Sources`: the one handed in, or the only one within it, as archives have it.
  private static func root(in folder: String) -> String {
    if System.status("\(folder)/Sources") != nil { return folder }
    let inner = System.names(in: folder).filter {
      !$0.hasPrefix(".") && $0 != "__MACOSX" && System.status("\(folder)/\($0)")?.kind == .directory
    }
    guard inner.count == 1, System.status("\(folder)/\(inner[0])/Sources") != nil else {
      return folder
    }
    return "\(folder)/\(inner[0])"
  }

  private mutating func lookIntoSources(of root: String) {
    guard let sources = System.status("\(root)/Sources") else {
      return refuse(".", "there is no folder Sources.")
    }
    guard sources.kind == .directory else {
      return refuse("Sources", "it is a link or a file; it must be a folder.")
    }
    for name in System.names(in: "\(root)/Sources") where !name.hasPrefix(".") {
      if rules.modules.contains(name) {
        look(at: "\(root)/Sources/\(name)", as: name, depth: 1)
      } else {
        refuse("Sources/\(name)", "the course's own is used.")
      }
    }
  }

  private mutating func look(at path: String, as name: String, depth: Int) {
    switch System.status(path)?.kind {
    case .directory:
      guard depth <= rules.depth else {
        return refuse("Sources/\(name)", "it lies in too many folders.")
      }
      for child in System.names(in: path) where child != ".DS_Store" {
        if let objection = IntakeRules.objection(to: child) {
          refuse("Sources/\(name)/\(child)", objection)
        } else {
          look(at: "\(path)/\(child)", as: "\(name)/\(child)", depth: depth + 1)
        }
      }
    case .file: takeIn(path, as: name)
    case .link: refuse("Sources/\(name)", "a link leads elsewhere; hand in the file itself.")
    case .other: refuse("Sources/\(name)", "it is neither a file nor a folder.")
    case nil: refuse("Sources/\(name)", "it cannot be read.")
    }
  }

  private mutating func takeIn(_ path: String, as name: String) {
    guard name.hasSuffix(".swift") else {
      return refuse("Sources/\(name)", "only files that end in .swift are built.")
    }
    guard !name.hasSuffix("/main.swift"), !name.hasSuffix("/Package.swift") else {
      return refuse("Sources/\(name)", "a library has no program and no manifest in it.")
    }
    guard sources.count < rules.files else {
      return refuse("Sources/\(name)", "there are more than \(rules.files) files.")
    }
    guard let bytes = System.contents(path, atMost: rules.fileSize + 1) else {
      return refuse("Sources/\(name)", "it cannot be read.")
    }
    guard bytes.count <= rules.fileSize else {
      return refuse("Sources/\(name)", "it has more than \(rules.fileSize) bytes.")
    }
    guard totalSize + bytes.count <= rules.totalSize else {
      return refuse("Sources/\(name)", "all files have more than \(rules.totalSize) bytes.")
    }
    totalSize += bytes.count
    sources.append(Source(path: name, bytes: bytes))
  }

  private mutating func refuse(_ path: String, _ reason: String) {
    // A folder of a million links makes no report of a million lines.
    guard refused.count < 50 else { return }
    refused.append(.init(path: path, reason: reason))
  }
}
