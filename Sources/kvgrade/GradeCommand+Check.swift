import Foundation
import StrataCourse

extension GradeCommand {
  static let check = GradeCommand(
    name: "check", operands: "[DIR]", operandCount: 0...1,
    options: [
      GradeOption(name: "watch", summary: "build and check again whenever a file is saved"),
      GradeOption(name: "only", operand: "CHECK", summary: "run just this check; may be repeated"),
      GradeOption(name: "all", summary: "do not stop at the first check that fails"),
      GradeOption(name: "hint", summary: "one more hint for the check that fails"),
      GradeOption(name: "list", summary: "all checks, and which of them pass"),
      GradeOption(name: "reset", operand: "FILE", summary: "put a file back as it was given"),
      GradeOption(
        name: "host", operand: "PATH", summary: "a kvhost that is built already; nothing is built"),
    ],
    summary: "check the engine of a package, the next milestone first",
    details: """
      Builds the package in DIR (else in the working directory) and runs the checks of the first milestone
      that is not complete, up to the first that fails; that one is explained. When a milestone is
      complete, the next one follows, and at the end those that were complete before.
      The engine runs in a process of its own: one that traps, hangs or ends costs its check and nothing
      else. What passed is kept in .course/progress.json.
      With --watch, single keys do more: h for a hint, l for the list, n to pass over the check that fails,
      q to end.
      """,
    example: """
      kvgrade check
      kvgrade check --watch
      kvgrade check --only log-torn-line
      kvgrade check --reset MemTable.swift
      """,
    run: { arguments in
      let root = URL(filePath: arguments.operands.first ?? ".").standardizedFileURL.path
      if let file = arguments.text("reset") {
        let (path, kept) = try GivenFiles(ofPackageAt: root).reset(file)
        print("\(path) is as it was given. What you had is in \(kept).")
        return GradeStatus.success
      }
      let session = try CheckSession(root: root, host: arguments.text("host"))
      if arguments.has("list") {
        session.printList()
        return GradeStatus.success
      }
      if arguments.has("watch") { return try CheckWatch(session).run() }
      guard try session.build() else { return GradeStatus.failed }
      let only = arguments.texts("only")
      if !only.isEmpty { return try session.run(only: only) }
      if arguments.has("all") { return try session.runAll() }
      return try session.runNext(hint: arguments.has("hint"))
    })
}
