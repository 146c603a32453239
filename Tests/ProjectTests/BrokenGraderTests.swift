import StrataTestSupport
import Testing

/// The patches by which the grader is broken on purpose; that its doctor notices is shown by their `run`.
@Suite("A grader that is broken on purpose")
struct BrokenGraderTests {
  static let patches = ProjectFiles.files(in: "Fixtures/BrokenGrader", suffix: ".patch")

  @Test("each patch says what it breaks, and names a hostile submission", arguments: patches)
  func heads(patch: String) throws {
    let lines = try ProjectFiles.text(patch).split(separator: "\n").map(String.init)
    #expect(lines.first?.hasPrefix("What: ") == true)
    let finder = try #require(lines.dropFirst().first)
    #expect(finder.hasPrefix("Found by: "))
    let fixture = "Fixtures/Hostile/\(finder.dropFirst("Found by: ".count)).swift"
    #expect(throws: Never.self) { try ProjectFiles.text(fixture) }
  }

  @Test("each patch still applies", arguments: patches)
  func applying(patch: String) throws {
    let complaint = try PlantedBugTests.complaint(about: patch)
    #expect(
      complaint == nil,
      "Break the grader as it is now in the same way, and put `git diff -U1` behind the patch's head."
    )
  }

  @Test("there are enough of both")
  func counts() {
    #expect(Self.patches.count >= 5)
    #expect(ProjectFiles.files(in: "Fixtures/Hostile", suffix: ".swift").count >= 30)
  }
}
