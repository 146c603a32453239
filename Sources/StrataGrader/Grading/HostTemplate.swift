import StrataCourse

/// Everything that is the same for all submissions, compiled once: the modules that are given.
///
///     given            StrataCore, StrataWire, StrataSubjects      compiled once
///     handed in        Strata, StrataRungs                        compiled for each submission
///     given, on top    StrataHosting, kvhost                      compiled for each submission
///
/// The package manager is not asked: it would run a manifest, and look at everything each time.
public struct HostTemplate: Sendable {
  /// The folder of the compiled modules; every user may read it.
  public let folder: String
  private let toolchain: String

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
    folder = "\(System.environment("TMPDIR") ?? "/tmp")/\(name)"
    // A folder of this name that is somebody else's would be somebody else's code.
    if !System.makeNewDirectory(folder) {
      guard System.ownerOfPath(folder) == System.userIdentifier, System.isDirectory(folder) else {
        throw Failure("\(folder) belongs to somebody else; remove it.")
      }
      try awaitCompletion()
      return
    }
    do throws(Failure) { try make(texts) } catch {
      System.remove(folder)
      throw error
    }
  }

  /// The file that is written last.
  private var mark: String { "\(folder)/complete" }

  /// Somebody else makes it, or has.
  private func awaitCompletion() throws(Failure) {
    let deadline = System.seconds + 300
    while !System.exists(mark) {
      guard System.seconds < deadline, System.isDirectory(folder) else {
        throw Failure("\(folder) was never completed; remove it and start again.")
      }
      System.pause(milliseconds: 100)
    }
  }

  /// Compiles the modules where they stay: a compiler's cache knows its own place.
  private func make(_ texts: [(path: String, bytes: [UInt8])]) throws(Failure) {
    for (path, bytes) in texts {
      let place = path.split(separator: "/").dropLast().joined(separator: "/")
      guard System.makeDirectory("\(folder)/\(place)"),
        System.write(bytes, toFile: "\(folder)/\(path)")
      else { throw Failure("\(folder) cannot be written.") }
    }
    let map = "module CIntrinsics { header \"Sources/CIntrinsics/include/CIntrinsics.h\" export * }"
    System.write(Array(map.utf8), toFile: "\(folder)/CIntrinsics.modulemap")
    for module in Self.given {
      let files = texts.map(\.path).filter { $0.hasPrefix("Sources/\(module)/") }
      let command = compile(
        module, files.map { "\(folder)/\($0)" }, template: folder, into: folder)
      let run = CommandRun.run(
        command, limits: .build,
        environment: ["PATH=/usr/bin:/bin", "HOME=\(folder)", "TMPDIR=\(folder)"])
      guard run.succeeded else {
        throw Failure("\(module) could not be compiled:\n\(run.output)")
      }
    }
    System.openToAll(folder)
    guard System.write([], toFile: mark) else { throw Failure("\(mark) cannot be written.") }
  }

  private static let options = [
    "-swift-version", "6", "-package-name", "strata", "-parse-as-library", "-wmo", "-Onone",
    "-suppress-warnings", "-enable-testing",
  ]

  /// The command that makes an object file and a module of some files.
  private func compile(
    _ module: String, _ files: [String], template: String, into output: String
  ) -> [String] {
    ["\(toolchain)/bin/swiftc"] + Self.options + [
      "-module-name", module, "-I", template, "-I", output, "-module-cache-path",
      "\(output)/cache", "-Xcc", "-fmodule-map-file=\(template)/CIntrinsics.modulemap",
      "-emit-module", "-emit-module-path", "\(output)/\(module).swiftmodule", "-c", "-o",
      "\(output)/\(module).o",
    ] + files
  }

  /// The commands that make a host of a submission whose files lie in `sources`.
  func commands(sources: String, files: [String: [String]], output: String) -> [[String]] {
    var commands: [[String]] = []
    for module in Self.handedIn {
      let paths = (files[module] ?? []).map { "\(sources)/\($0)" }
      commands.append(compile(module, paths, template: folder, into: output))
    }
    for module in Self.onTop {
      commands.append(
        compile(
          module, Self.swiftFiles(in: "\(folder)/Sources/\(module)"), template: folder, into: output
        ))
    }
    let objects =
      Self.given.map { "\(folder)/\($0).o" }
      + (Self.handedIn + Self.onTop).map { "\(output)/\($0).o" }
    commands.append(
      ["\(toolchain)/bin/swiftc"] + Self.options + [
        "-module-name", "kvhost", "-I", folder, "-I", output, "-module-cache-path",
        "\(output)/cache", "-Xcc", "-fmodule-map-file=\(folder)/CIntrinsics.modulemap",
        "-static-stdlib", "-o", "\(output)/kvhost",
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
