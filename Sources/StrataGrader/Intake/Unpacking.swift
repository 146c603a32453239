import StrataConfinement

/// Turns a folder of archives, as a learning platform hands them out, into a folder of submissions.
///
///     handed-in/Ada Lovelace.zip                 submissions/Ada-Lovelace/Sources/…
///     handed-in/bob.tar.gz                       submissions/bob/Sources/…
///     handed-in/Cleo_17_file/engine.zip          submissions/Cleo_17_file/Sources/…
///
/// An archive is a program's input that a stranger chose: it may lead out of its folder, hold links, or grow
/// without end. So it is unpacked in the sandbox, with limits, and what comes out is copied file by file.
public struct Unpacking: Sendable {
  /// What became of one entry of the folder.
  public struct Outcome: Equatable, Sendable {
    /// The entry's name.
    public var entry: String
    /// The submission's name.
    public var student: String
    /// Why there is none; nil when there is.
    public var objection: String?
  }

  private let sandbox: Sandbox
  private let limits: ResourceLimits

  /// What unpacks each kind, by the end of its name: `{}` is the archive, and the working directory the target.
  private static let kinds: [(ending: String, command: [String])] = [
    (".zip", ["/usr/bin/unzip", "-q", "{}"]),
    (".tar", ["/usr/bin/tar", "--no-same-owner", "-xf", "{}"]),
    (".tar.gz", ["/usr/bin/tar", "--no-same-owner", "-xzf", "{}"]),
    (".tgz", ["/usr/bin/tar", "--no-same-owner", "-xzf", "{}"]),
  ]

  /// An unpacking in this sandbox.
  public init(in sandbox: Sandbox) {
    self.sandbox = sandbox
    var limits = ResourceLimits.build
    limits.seconds = 60
    limits.disk = 64 << 20
    limits.fileSize = 64 << 20
    self.limits = limits
  }

  /// Unpacks everything in `folder` into folders of `target`; what is there already stays as it is.
  ///
  /// What an unpacking may have left running is the caller's to end, who knows whose children there are.
  public func run(_ folder: String, into target: String, progress: (Outcome) -> Void) {
    for entry in System.names(in: folder) where !entry.hasPrefix(".") && entry != "__MACOSX" {
      var outcome = Outcome(entry: entry, student: "")
      if let (archive, kind) = Self.archive(of: "\(folder)/\(entry)") {
        // A folder with an archive in it has the student's name; the archive has any.
        let isLoose = archive == "\(folder)/\(entry)"
        outcome.student = Self.student(
          isLoose ? String(entry.dropLast(kind.ending.count)) : entry)
        outcome.objection = unpack(archive, kind, into: "\(target)/\(outcome.student)", outcome)
      } else {
        outcome.objection = "it is no archive that ends in .zip, .tar, .tar.gz or .tgz."
      }
      progress(outcome)
    }
  }

  private typealias Kind = (ending: String, command: [String])

  /// The archive that an entry is, or the only one in it.
  private static func archive(of path: String) -> (String, Kind)? {
    switch System.status(path)?.kind {
    case .file: return kinds.first { path.lowercased().hasSuffix($0.ending) }.map { (path, $0) }
    case .directory:
      let inner = System.names(in: path).filter { !$0.hasPrefix(".") }
        .compactMap { name in
          System.status("\(path)/\(name)")?.kind == .file ? archive(of: "\(path)/\(name)") : nil
        }
      return inner.count == 1 ? inner[0] : nil
    default: return nil
    }
  }

  /// A name that a student's folder may have: what is in none becomes a hyphen.
  static func student(_ name: String) -> String {
    let plain = name.map { character in
      IntakeRules.objection(to: "a\(character)") == nil ? character : "-"
    }
    return String(String(plain).drop { $0 == "-" || $0 == "." }.prefix(100))
  }

  private func unpack(
    _ archive: String, _ kind: Kind, into target: String, _ outcome: Outcome
  ) -> String? {
    if let objection = IntakeRules.objection(to: outcome.student) { return objection }
    if System.exists(target) { return "\(target) is there already; remove it to unpack again." }
    guard let bytes = System.contents(archive, atMost: limits.disk + 1), bytes.count <= limits.disk
    else { return "it cannot be read, or has more than \(limits.disk >> 20) MiB." }
    guard let ground = System.makeTemporaryDirectory("kvgrade-unpacking") else {
      return "no temporary directory can be made."
    }
    defer { System.remove(ground) }
    let (copy, room) = ("\(ground)/archive\(kind.ending)", "\(ground)/room")
    guard System.write(bytes, toFile: copy), System.makeDirectory(room),
      sandbox.user.map({ System.give(room, to: $0) }) ?? true
    else { return "\(ground) cannot be written." }
    var permissions = Permissions(
      directory: room, environment: ["PATH": "/usr/bin:/bin", "TMPDIR": room, "LC_ALL": "C.UTF-8"],
      mayStartProcesses: true, limits: limits)
    permissions.readable += [copy, sandbox.trampoline] + Toolchain.libraries
    let command = kind.command.map { $0 == "{}" ? copy : $0 }
    let run = CommandRun.run(
      sandbox.wrap(command, permissions), limits: limits, measuring: [room])
    // unzip ends with 1 after a warning, such as a separator of another system.
    guard run.succeeded || (kind.ending == ".zip" && run.end == .exited(1)) else {
      // The first line is the reason, except for unzip's, which is the archive's name in brackets.
      let lines = run.output.split(separator: "\n").filter { !$0.hasPrefix("[") }
      let reason = lines.first.map { $0.drop { $0 == " " } } ?? "\(run.end)"
      return "it cannot be unpacked: \(VisibleText.of(reason))"
    }
    return System.copyTree(room, to: target) ? nil : "\(target) cannot be written."
  }
}
