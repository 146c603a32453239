import Foundation
import StrataTestSupport
import Testing

@Suite("Planted bugs")
struct PlantedBugTests {
  static let folder = "Fixtures/PlantedBugs"
  static let patches = ProjectFiles.files(in: folder, suffix: ".patch")

  @Test("there are at least sixteen, each one says what it is and which rule it breaks")
  func heads() throws {
    #expect(Self.patches.count >= 16)
    for patch in Self.patches {
      let lines = try ProjectFiles.text(patch).split(separator: "\n").map(String.init)
      #expect(lines.first?.hasPrefix("What: ") == true, "\(patch)")
      #expect(lines.dropFirst().first?.hasPrefix("Breaks: ") == true, "\(patch)")
    }
  }

  @Test("each one still applies to the engine", arguments: patches)
  func applying(patch: String) throws {
    let complaint = try Self.complaint(about: patch)
    #expect(
      complaint == nil,
      """
      \(patch) does not apply any more, because the engine has changed where it plants its defect.
      Plant the same defect in the engine as it is now, replace everything behind the patch's head by \
      what `git diff -U1 Sources` prints, take the defect out again, and run \
      `Fixtures/PlantedBugs/run \(Self.name(patch))`: the bug must still be found.
      """)
  }

  @Test("each one has a row in the table, every row is about one of them, and none survived")
  func table() throws {
    let rows = try ProjectFiles.text("Docs/PlantedBugs.md")
      .split(separator: "\n").filter { $0.hasPrefix("| [`") }
    let names = rows.map { String($0.dropFirst(4).prefix { $0 != "`" }) }
    let patches = Self.patches.map(Self.name)
    for name in Set(patches).subtracting(names).sorted() {
      Issue.record("\(name) was never found: run `Fixtures/PlantedBugs/run --write \(name)`")
    }
    for name in Set(names).subtracting(patches).sorted() {
      Issue.record("Docs/PlantedBugs.md has a row about \(name), and there is no such planted bug")
    }
    #expect(names.count == Set(names).count, "Docs/PlantedBugs.md has two rows about one bug")
    for row in rows { #expect(!row.contains("| NOBODY |"), "a planted bug survived: \(row)") }
  }

  private static func name(_ patch: String) -> String {
    URL(filePath: patch).deletingPathExtension().lastPathComponent
  }

  /// What git says when the patch does not apply; nil when it does.
  static func complaint(about patch: String) throws -> String? {
    let git = Process()
    git.executableURL = URL(filePath: "/usr/bin/env")
    git.arguments = ["git", "apply", "--check", patch]
    git.currentDirectoryURL = URL(filePath: ProjectFiles.root)
    // Inside another repository, git would look for the files from its top, and find nothing to do.
    var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("GIT_") }
    environment["GIT_CEILING_DIRECTORIES"] =
      URL(filePath: ProjectFiles.root).deletingLastPathComponent().path
    git.environment = environment
    let pipe = Pipe()
    git.standardError = pipe
    try git.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    git.waitUntilExit()
    return git.terminationStatus == 0 ? nil : String(bytes: output, encoding: .utf8) ?? ""
  }
}
