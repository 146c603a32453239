import Foundation

/// The programs that variants of the engine are made with: `swift` and `git`, found on the PATH.
enum Toolchain {
  /// What a program printed, to both streams, and how it ended.
  struct Outcome {
    var status: Int32
    var text: String

    /// The lines that say what is wrong, or the last ones where none does.
    var complaint: String {
      let lines = text.split(separator: "\n")
      let errors = lines.filter { $0.contains("error:") || $0.contains("warning:") }
      return (errors.isEmpty ? lines.suffix(8) : errors.prefix(8)).joined(separator: "\n")
    }
  }

  /// Runs a program in a directory and waits for its end.
  ///
  /// - Parameter seconds: when it is ended, if it has not ended by then.
  static func run(
    _ words: [String], in directory: String, seconds: Int = 1800,
    environment: [String: String] = [:]
  ) throws(StarterError) -> Outcome {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    process.currentDirectoryURL = URL(filePath: directory)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let printed = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = printed
    process.standardError = printed
    do {
      try process.run()
    } catch {
      throw StarterError("\(words[0]) cannot be started: \(error.localizedDescription)")
    }
    let alarm = DispatchWorkItem { process.terminate() }
    DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(seconds), execute: alarm)
    let data = (try? printed.fileHandleForReading.readToEnd()) ?? Data()
    process.waitUntilExit()
    alarm.cancel()
    return Outcome(
      status: process.terminationReason == .exit ? process.terminationStatus : -1,
      text: String(decoding: data, as: UTF8.self))
  }

  /// Builds a package; what does not build without a warning is an error.
  static func build(_ package: String, _ options: [String]) throws(StarterError) {
    let outcome = try run(["swift", "build"] + options, in: package)
    guard outcome.status == 0, !outcome.text.contains("warning:") else {
      throw StarterError("\(package) does not build without complaint:\n\(outcome.complaint)")
    }
  }

  /// Where a package's programs lie once they are built.
  static func programs(of package: String) throws(StarterError) -> String {
    let outcome = try run(["swift", "build", "--show-bin-path"], in: package)
    guard outcome.status == 0, let path = outcome.text.split(separator: "\n").last else {
      throw StarterError("swift does not say where it builds \(package):\n\(outcome.complaint)")
    }
    return String(path)
  }

  /// Applies a patch to a tree that is no repository, wherever it lies.
  static func apply(_ patch: String, to tree: String) throws(StarterError) {
    // Inside a repository, git would look for the files from its top, and find nothing to do.
    let above = URL(filePath: tree).deletingLastPathComponent().path
    let outcome = try run(
      ["git", "apply", patch], in: tree, environment: ["GIT_CEILING_DIRECTORIES": above])
    guard outcome.status == 0 else {
      throw StarterError(
        """
        \(patch) does not apply any more, because the engine has changed where its defect is. Plant the \
        same defect in the engine as it is now, and put what `git diff -U1 Sources` prints behind the \
        patch's head.
        \(outcome.complaint)
        """)
    }
  }
}
