import StrataCourse

/// The compilation of one submission, in a sandbox, on ground of its own.
///
///     ground/
///       src/      what was taken in, over the starter's files; its user reads it
///       out/      what the compiler makes, and its temporary files; its user writes here
///       bin/      the host; nobody but the grader changes it
///       stores/   where stores lie during the checks; its user writes here
///
/// What was not handed in is as in the starter: with its bodies missing, not with the reference's.
struct SubmissionBuild {
  let ground: String
  let sandbox: Sandbox
  let template: HostTemplate
  let limits: ResourceLimits

  var host: String { "\(ground)/bin/kvhost" }
  var stores: String { "\(ground)/stores" }

  /// Lays out the files and compiles them, unless `kept` holds a host already; else it will.
  func run(
    _ intake: Intake, over starter: [(path: String, text: String)], host kept: String? = nil
  ) -> BuildRecord {
    let start = System.seconds
    func record(_ status: BuildRecord.Status, _ output: String) -> BuildRecord {
      BuildRecord(status: status, seconds: System.seconds - start, output: output)
    }
    guard let files = layOut(intake, over: starter) else {
      return record(.error, "\(ground) cannot be written.")
    }
    if let kept, let program = System.contents(kept, atMost: 256 << 20) {
      return takeHost(program)
        ? record(.succeeded, "It was compiled before.")
        : record(.error, "the host cannot be copied.")
    }
    var output = ""
    let commands = template.commands(
      sources: "\(ground)/src", files: files, compiled: compiled(intake, starter),
      output: "\(ground)/out")
    for (index, command) in commands.enumerated() {
      let run = CommandRun.run(
        sandbox.wrap(command, permissions), limits: limits, measuring: ["\(ground)/out"])
      System.endAllChildren()
      // Linkers warn of what is no student's.
      if !(run.succeeded && index == commands.count - 1) { output += run.output }
      switch run.end {
      case .exited(0): continue
      case .exited(Trampoline.failed), .notStarted:
        return record(.error, "The compiler could not be started: \(run.output)")
      case .exited(let status) where status > 128:
        return record(
          .failed,
          output + "\nThe compiler was ended by signal \(status - 128): it needed too much.")
      case .exited: return record(.failed, shorten(output))
      case .outOfTime:
        return record(
          .failed, output + "\nThe compiler had no result after \(limits.seconds) seconds.")
      case .outOfDisk: return record(.failed, output + "\nThe compiler wrote too much.")
      }
    }
    guard let program = System.contents("\(ground)/out/kvhost", atMost: 256 << 20),
      takeHost(program)
    else { return record(.error, "the host cannot be copied.") }
    if let kept { System.write(program, toFile: kept) }
    System.remove("\(ground)/out")
    return record(.succeeded, shorten(output))
  }

  /// Puts the host where nobody but the grader can change it.
  private func takeHost(_ program: [UInt8]) -> Bool {
    System.place(program, at: host, executable: true)
  }

  /// The folders of modules of which nothing was handed in, or nothing that differs from the starter.
  private func compiled(
    _ intake: Intake, _ starter: [(path: String, text: String)]
  ) -> [String: String] {
    var folders: [String: String] = [:]
    for module in HostTemplate.handedIn {
      let files = starter.filter { $0.path.hasPrefix("Sources/\(module)/") }
        .map { (path: $0.path, bytes: Array($0.text.utf8)) }
      let isUntouched = intake.sources.allSatisfy { source in
        !source.path.hasPrefix("\(module)/")
          || files.contains { $0.path == "Sources/\(source.path)" && $0.bytes == source.bytes }
      }
      if isUntouched { folders[module] = template.starterModule(module, files) }
    }
    return folders
  }

  private var permissions: Permissions {
    var permissions = Permissions(
      directory: "\(ground)/out",
      environment: [
        "PATH": "/usr/bin:/bin", "HOME": "\(ground)/out", "TMPDIR": "\(ground)/out", "LC_ALL": "C",
      ],
      mayStartProcesses: true, limits: limits)
    permissions.readable += template.readable + ["\(ground)/src", sandbox.trampoline]
    return permissions
  }

  /// Writes all files; returns their paths by module, or nil when that failed.
  private func layOut(
    _ intake: Intake, over starter: [(path: String, text: String)]
  ) -> [String: [String]]? {
    var files: [String: [UInt8]] = [:]
    for (path, text) in starter where path.hasPrefix("Sources/") {
      files[String(path.dropFirst("Sources/".count))] = Array(text.utf8)
    }
    for source in intake.sources { files[source.path] = source.bytes }
    var paths: [String: [String]] = [:]
    for (path, bytes) in files.sorted(by: { $0.key < $1.key }) {
      let module = String(path.prefix { $0 != "/" })
      guard HostTemplate.handedIn.contains(module) else { continue }
      guard System.place(bytes, at: "\(ground)/src/\(path)") else { return nil }
      paths[module, default: []].append(path)
    }
    for folder in ["out", "stores"] {
      guard System.makeDirectory("\(ground)/\(folder)") else { return nil }
      if let user = sandbox.user, !System.give("\(ground)/\(folder)", to: user) { return nil }
    }
    System.openToAll("\(ground)/src")
    return paths
  }

  /// The compiler's words, without the paths of this machine.
  private func shorten(_ output: String) -> String {
    String(output.replacing("\(ground)/src/", with: "Sources/").prefix(16 << 10))
  }
}
