import Strata
import StrataCore
import StrataTestSupport
import Testing

@Suite("Sessions in the documentation")
struct DocumentationTests {
  @Test("every session shows what really happens", arguments: Session.all)
  func sessions(session: Session) throws {
    try TextSession.run(session.text, hasFixtures: true)
  }

  @Test("there are sessions to run, in the README and in the pages about formats")
  func presence() {
    let pages = Set(Session.all.map(\.page))
    #expect(pages.contains("README.md"))
    #expect(pages.contains("Docs/Autopsy.md"))
    for page in ["README", "Record", "Log", "Segment", "Manifest", "AppendLog", "Bitcask"] {
      #expect(pages.contains("Docs/Formats/\(page).md"))
    }
  }
}

/// One fenced block that is marked `console`.
struct Session: CustomTestStringConvertible, Sendable {
  let page: String
  let line: Int
  let text: String

  var testDescription: String { "\(page):\(line)" }

  static let all: [Session] = ProjectFiles.files(suffix: ".md").flatMap { page in
    let text = try? ProjectFiles.text(page)
    return blocks(of: text ?? "").map { Session(page: page, line: $0.line, text: $0.text) }
  }

  private static func blocks(of page: String) -> [(line: Int, text: String)] {
    var blocks: [(line: Int, text: String)] = []
    var open: (line: Int, lines: [Substring])?
    let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      if line == "```console" {
        open = (index + 1, [])
      } else if line == "```", let block = open {
        blocks.append((block.line, block.lines.joined(separator: "\n")))
        open = nil
      } else {
        open?.lines.append(line)
      }
    }
    return blocks
  }
}

@Suite("The golden store of the first format")
struct GoldenStoreTests {
  @Test("it opens, and holds what its recipe says")
  func opening() throws {
    try withTemporaryDirectory { directory in
      let path = "\(directory)/store"
      try copyFiles(from: ProjectFiles.path("Fixtures/Stores/format-1"), to: path)
      #expect(try LogStructuredStore.verify(at: path).isSound)
      let store = try LogStructuredStore(at: path)
      #expect(store.recovery.records == 3)
      let entries = try store.scan().collect().map { "\($0.key)=\($0.value)" }
      #expect(entries == ["=empty", "\\x00\\xff=any bytes\\n", "apple=4", "banana=2", "date="])
      #expect(try store.compact() > 0)
      #expect(try store.get("cherry") == nil)
      try store.close()
      #expect(try LogStructuredStore.verify(at: path).isSound)
    }
  }
}
