import StrataConfinement
import StrataCourse

/// Everything that is the same for all submissions, compiled once: the modules that are given.
///
///     given            StrataCore, StrataWire, StrataSubjects      compiled once
///     handed in        Strata, StrataRungs                        compiled once for each text
///     given, on top    StrataHosting, kvhost                      compiled once for each pair of these
///
/// The host is linked statically where the toolchain can do that: it then needs nothing of this machine, and
/// a sandbox lets it open nothing of this machine but itself, its directory and what holds no secret.
///
/// The package manager is not asked: it would run a manifest, and look at everything each time.
public struct HostTemplate: Sendable {
  /// The folder of the compiled modules; every user may read it.
  public let folder: String
  /// Why hosts are not linked statically here; empty: they are.
  public let staticTrouble: String
  /// What was compiled on top of it.
  let cache: CompiledCache
  private let toolchain: String

  /// True when a host needs no library of this machine.
  public var isStatic: Bool { staticTrouble.isEmpty }

  private static let given = ["StrataCore", "StrataWire", "StrataSubjects"]
  private static let onTop = ["StrataHosting"]
  static let handedIn = Starter.exerciseModules

  /// A template that could not be made, and why.
  public struct Failure: Error, CustomStringConvertible {
    /// The reason, as a sentence.
    public let description: String

    init(_ description: String) { self.description = description }
  }

  /// The template of a project's sources: the one that is there, or a new one.
  ///
  /// Its folder is named by what is in it, and counts when its last file is there.
  ///
  /// - Parameter kept: where that lies which was compiled before; else beside the template.
  public init(of source: ProjectSource, kept: String? = nil) throws(Failure) {
    guard let toolchain = Toolchain.root else {
      throw Failure(
        "there is no swiftc on the PATH; install Swift's toolchain, or add it to the PATH.")
    }
    self.toolchain = toolchain
    var fingerprint = Fingerprint()
    fingerprint.add(Array("\(toolchain) \(GraderVersion.current) \(Self.options)".utf8))
    var texts: [(path: String, bytes: [UInt8])] = []
    for module in Self.given + Self.onTop + ["kvhost", "CIntrinsics"] {
      for path in source.files(in: "Sources/\(module)") {
        guard let bytes = System.contents("\(source.root)/\(path)") else {
          throw Failure("\(path) cannot be read.")
        }
        fingerprint.add(name: path, bytes)
        texts.append((path, bytes))
      }
    }
    let name = "kvgrade-template-\(System.userIdentifier)-\(fingerprint.hexadecimal().prefix(16))"
    folder = "\(System.temporaryFolder)/\(name)"
    // The file that is written last.
    let mark = "\(folder)/complete"
    let deadline = System.seconds + 300
    while !System.exists(mark) {
      if let claim = FolderClaim(folder) {
        defer { claim.end() }
        let making = TemplateMaking(folder: folder, toolchain: toolchain)
        do throws(Failure) { try making.run(texts, modules: Self.given, mark: mark) } catch {
          System.remove(folder)
          throw error
        }
      } else {
        try Self.check(folder)
        guard System.seconds < deadline else {
          throw Failure("\(folder) was never completed; remove it and start again.")
        }
        System.pause(milliseconds: 100)
      }
    }
    try Self.check(folder)
    guard let words = System.text(mark) else { throw Failure("\(mark) cannot be read.") }
    staticTrouble = words
    cache = CompiledCache(folder: kept ?? "\(folder)-kept")
    System.makePrivateDirectory(cache.folder)
    try Self.check(cache.folder)
  }

  /// Fails when a folder is somebody else's: what it holds would be somebody else's code.
  private static func check(_ folder: String) throws(Failure) {
    guard System.ownerOfPath(folder) == System.userIdentifier, System.isDirectory(folder) else {
      throw Failure("\(folder) belongs to somebody else; remove it.")
    }
  }

  static let options = [
    "-swift-version", "6", "-package-name", "strata", "-parse-as-library", "-wmo", "-Onone",
    "-suppress-warnings", "-no-emit-module-separately-wmo",
  ]

  /// The command that makes a module of files that were handed in.
  func command(_ module: String, _ files: [String], output: String) -> [String] {
    TemplateMaking(folder: output, toolchain: toolchain).command(module, files, template: folder)
  }

  /// The commands that make a host of the modules in `output`; the last one links it.
  func hostCommands(output: String) -> [[String]] {
    let upper = Self.onTop.map {
      command($0, Self.swiftFiles(in: "\(folder)/Sources/\($0)"), output: output)
    }
    let objects =
      Self.given.map { "\(folder)/\($0).o" }
      + (Self.handedIn + Self.onTop).map { "\(output)/\($0).o" }
    return upper + [
      ["\(toolchain)/bin/swiftc"] + Self.options + [
        "-module-name", "kvhost", "-I", folder, "-I", output, "-module-cache-path",
        "\(output)/cache", "-Xcc", "-fmodule-map-file=\(folder)/CIntrinsics.modulemap",
        isStatic ? "-static-executable" : "-static-stdlib", "-o", "\(output)/kvhost",
      ] + Self.swiftFiles(in: "\(folder)/Sources/kvhost") + objects
    ]
  }

  /// What a compiler in a sandbox has to read.
  var readable: [String] { [folder, toolchain] }

  private static func swiftFiles(in folder: String) -> [String] {
    System.names(in: folder).flatMap { name -> [String] in
      let path = "\(folder)/\(name)"
      if System.isDirectory(path) { return swiftFiles(in: path) }
      return name.hasSuffix(".swift") ? [path] : []
    }
  }
}

/// The version of the grader; a new one means that everything is graded again.
public enum GraderVersion {
  /// What reports call it.
  public static let current = "kvgrade 1"
}
