import StrataConfinement

/// Compiling what is given, into a folder where it stays: a compiler's cache knows its own place.
///
/// Nothing here is a submission's, so it runs outside a sandbox; `command` alone is for both.
struct TemplateMaking {
  let folder: String
  let toolchain: String

  /// Compiles modules and tries how a program can be linked; the mark says so, and that all is there.
  func run(
    _ texts: [(path: String, bytes: [UInt8])], modules: [String], mark: String
  ) throws(HostTemplate.Failure) {
    try write(texts)
    let map = "module CIntrinsics { header \"Sources/CIntrinsics/include/CIntrinsics.h\" export * }"
    System.write(Array(map.utf8), toFile: "\(folder)/CIntrinsics.modulemap")
    for module in modules {
      let files = texts.map(\.path).filter { $0.hasPrefix("Sources/\(module)/") }
      try compile(module, files)
    }
    let trouble = whyNotStatic()
    System.openToAll(folder)
    guard System.write(Array(trouble.utf8), toFile: mark) else {
      throw HostTemplate.Failure("\(mark) cannot be written.")
    }
  }

  /// Writes files below the folder.
  private func write(_ texts: [(path: String, bytes: [UInt8])]) throws(HostTemplate.Failure) {
    for (path, bytes) in texts {
      guard System.place(bytes, at: "\(folder)/\(path)") else {
        throw HostTemplate.Failure("\(folder) cannot be written.")
      }
    }
  }

  /// Compiles a module of files below the folder.
  private func compile(
    _ module: String, _ files: [String]
  ) throws(HostTemplate.Failure) {
    // What is given is compiled once, and run by every submission.
    let words = command(module, files.map { "\(folder)/\($0)" }, template: folder)
      .map { $0 == "-Onone" ? "-O" : $0 }
    let run = run(words)
    guard run.succeeded else {
      throw HostTemplate.Failure("\(module) could not be compiled:\n\(run.output)")
    }
  }

  /// The command that makes an object file and a module of some files.
  func command(_ module: String, _ files: [String], template: String) -> [String] {
    ["\(toolchain)/bin/swiftc"] + HostTemplate.options + [
      "-module-name", module, "-I", template, "-I", folder, "-module-cache-path",
      "\(folder)/cache", "-Xcc", "-fmodule-map-file=\(template)/CIntrinsics.modulemap",
      "-emit-module", "-emit-module-path", "\(folder)/\(module).swiftmodule", "-c", "-o",
      "\(folder)/\(module).o",
    ] + files
  }

  /// Why no program can be linked statically here, or none runs that was; empty when it can.
  func whyNotStatic() -> String {
    let (source, program) = ("\(folder)/Probe.swift", "\(folder)/probe")
    defer {
      System.remove(source)
      System.remove(program)
    }
    System.write(Array("@main enum Probe { static func main() {} }\n".utf8), toFile: source)
    let linking = run(
      ["\(toolchain)/bin/swiftc"] + HostTemplate.options + [
        "-module-name", "Probe", "-module-cache-path", "\(folder)/cache", "-static-executable",
        "-o", program, source,
      ])
    let outcome = linking.succeeded ? run([program]) : linking
    if outcome.succeeded { return "" }
    let words = outcome.output.split(separator: "\n").last { !$0.isEmpty }
    return words.map(String.init) ?? "it ended with \(outcome.end)"
  }

  private func run(_ command: [String]) -> CommandRun {
    CommandRun.run(
      command, limits: .build,
      environment: ["PATH=/usr/bin:/bin", "HOME=\(folder)", "TMPDIR=\(folder)"])
  }
}
