import StrataCourse

/// Everything that is the same for all submissions, compiled once: the modules that are given.
///
///     given            StrataCore, StrataWire, StrataSubjects      compiled once
///     handed in        Strata, StrataRungs                        compiled for each submission
///     not touched      one of these, as in the starter            compiled once
///     given, on top    StrataHosting, kvhost                      compiled for each submission
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
  public init(of source: ProjectSource) throws(Failure) {
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
  }

  /// Fails when a folder is somebody else's: what it holds would be somebody else's code.
  private static func check(_ folder: String) throws(Failure) {
    guard System.ownerOfPath(folder) == System.userIdentifier, System.isDirectory(folder) else {
      throw Failure("\(folder) belongs to somebody else; remove it.")
    }
  }

  /// Where a module of the starter lies compiled; nil when somebody is just compiling it, or it cannot be.
  ///
  /// For a module of which nothing was handed in. Its text is the project's own, and the same for all.
  func starterModule(_ module: String, _ files: [(path: String, bytes: [UInt8])]) -> String? {
    var fingerprint = Fingerprint()
    for (path, bytes) in files { fingerprint.add(name: path, bytes) }
    let place = "\(folder)/starter-\(module)-\(fingerprint.hexadecimal().prefix(16))"
    let mark = "\(place)/complete"
    if System.exists(mark) { return place }
    guard let claim = FolderClaim(place) else { return nil }
    defer { claim.end() }
    let making = TemplateMaking(folder: place, toolchain: toolchain)
    do throws(Failure) {
      try making.write(files)
      try making.compile(module, files.map(\.path), template: folder)
    } catch {
      System.remove(place)
      return nil
    }
    System.openToAll(place)
    return System.write([], toFile: mark) ? place : nil
  }

  static let options = [
    "-swift-version", "6", "-package-name", "strata", "-parse-as-library", "-wmo", "-Onone",
    "-suppress-warnings",
  ]

  /// The commands that make a host of a submission whose files lie in `sources`; the last one links it.
  ///
  /// - Parameters:
  ///   - files: by module, below `sources`.
  ///   - compiled: the folders of those modules that are compiled already.
  func commands(
    sources: String, files: [String: [String]], compiled: [String: String], output: String
  ) -> [[String]] {
    let making = TemplateMaking(folder: output, toolchain: toolchain)
    let found = compiled.values.sorted().flatMap { ["-I", $0] }
    var commands: [[String]] = []
    for module in Self.handedIn where compiled[module] == nil {
      let paths = (files[module] ?? []).map { "\(sources)/\($0)" }
      commands.append(making.command(module, paths, template: folder))
    }
    for module in Self.onTop {
      let paths = Self.swiftFiles(in: "\(folder)/Sources/\(module)")
      commands.append(making.command(module, found + paths, template: folder))
    }
    let objects =
      Self.given.map { "\(folder)/\($0).o" }
      + (Self.handedIn + Self.onTop).map { "\(compiled[$0] ?? output)/\($0).o" }
    commands.append(
      ["\(toolchain)/bin/swiftc"] + Self.options + found + [
        "-module-name", "kvhost", "-I", folder, "-I", output, "-module-cache-path",
        "\(output)/cache", "-Xcc", "-fmodule-map-file=\(folder)/CIntrinsics.modulemap",
        isStatic ? "-static-executable" : "-static-stdlib", "-o", "\(output)/kvhost",
      ] + Self.swiftFiles(in: "\(folder)/Sources/kvhost") + objects)
    return commands
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
