import StrataConfinement
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

  /// Lays out the files and compiles what was not compiled before.
  func run(_ intake: Intake, over starter: [(path: String, text: String)]) -> BuildRecord {
    let start = System.seconds
    func record(_ status: BuildRecord.Status, _ output: String) -> BuildRecord {
      BuildRecord(
        status: status, seconds: System.seconds - start, output: shorten(output))
    }
    guard let files = layOut(intake, over: starter) else {
      return record(.error, "\(ground) cannot be written.")
    }
    let modules = files.map { name, files in
      Module(name: name, paths: files.map(\.path), key: CompiledCache.key(name, files))
    }.sorted { $0.name < $1.name }
    let program = CompiledCache.key("kvhost", modules.map { ($0.key, []) })
    let trouble = template.cache.alone(making: program, waitingAtMost: limits.seconds) {
      makeHost(program, of: modules)
    }
    return trouble.map { record($0.status, $0.output) } ?? record(.succeeded, "")
  }

  /// What was handed in of one module, and the key under which it is kept.
  private struct Module {
    let name: String
    let paths: [String]
    let key: String
  }

  /// What keeps a submission from having a host.
  private typealias Trouble = (status: BuildRecord.Status, output: String)

  private func makeHost(_ program: String, of modules: [Module]) -> Trouble? {
    if template.cache.take([program], as: ["kvhost"], in: "\(ground)/bin") { return nil }
    let out = "\(ground)/out"
    for module in modules {
      let trouble = template.cache.alone(making: module.key, waitingAtMost: limits.seconds) {
        compile(module, into: out)
      }
      if let trouble { return trouble }
    }
    for command in template.hostCommands(output: out) {
      if let trouble = trouble(command) { return trouble }
    }
    guard let bytes = System.contents("\(out)/kvhost", atMost: 256 << 20),
      System.place(bytes, at: host, executable: true)
    else { return (.error, "the host cannot be copied.") }
    template.cache.keep([program], of: ["kvhost"], in: "\(ground)/bin")
    System.remove(out)
    return nil
  }

  private func compile(_ module: Module, into out: String) -> Trouble? {
    let products = ["\(module.name).o", "\(module.name).swiftmodule"]
    let kept = products.map { "\(module.key).\($0)" }
    if template.cache.take(kept, as: products, in: out) { return nil }
    let command = template.command(
      module.name, module.paths.map { "\(ground)/src/\($0)" }, output: out)
    if let trouble = trouble(command) { return trouble }
    template.cache.keep(kept, of: products, in: out)
    return nil
  }

  /// Runs a compiler; nil when it did its work.
  private func trouble(_ command: [String]) -> Trouble? {
    let run = CommandRun.run(
      sandbox.wrap(command, permissions), limits: limits, measuring: ["\(ground)/out"])
    System.endAllChildren()
    switch run.end {
    case .exited(0): return nil
    case .exited(Trampoline.failed), .notStarted:
      return (.error, "The compiler could not be started: \(run.output)")
    case .exited(let status) where status > 128:
      return (
        .failed,
        run.output + "\nThe compiler was ended by signal \(status - 128): it needed too much."
      )
    case .exited: return (.failed, run.output)
    case .outOfTime:
      return (
        .failed, run.output + "\nThe compiler had no result after \(limits.seconds) seconds."
      )
    case .outOfDisk: return (.failed, run.output + "\nThe compiler wrote too much.")
    }
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

  /// Writes all files; returns them by module, or nil when that failed.
  private func layOut(
    _ intake: Intake, over starter: [(path: String, text: String)]
  ) -> [String: [(path: String, bytes: [UInt8])]]? {
    var files: [String: [UInt8]] = [:]
    for (path, text) in starter where path.hasPrefix("Sources/") {
      files[String(path.dropFirst("Sources/".count))] = Array(text.utf8)
    }
    for source in intake.sources { files[source.path] = source.bytes }
    var modules: [String: [(path: String, bytes: [UInt8])]] = [:]
    for (path, bytes) in files.sorted(by: { $0.key < $1.key }) {
      let module = String(path.prefix { $0 != "/" })
      guard HostTemplate.handedIn.contains(module) else { continue }
      guard System.place(bytes, at: "\(ground)/src/\(path)") else { return nil }
      modules[module, default: []].append((path, bytes))
    }
    for folder in ["out", "stores"] {
      guard System.makeDirectory("\(ground)/\(folder)") else { return nil }
      if let user = sandbox.user, !System.give("\(ground)/\(folder)", to: user) { return nil }
    }
    System.openToAll("\(ground)/src")
    return modules
  }

  /// The compiler's words, without the paths of this machine.
  private func shorten(_ output: String) -> String {
    String(output.replacing("\(ground)/src/", with: "Sources/").prefix(16 << 10))
  }
}
