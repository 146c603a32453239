import Strata
import StrataCore
import StrataTestSupport
import Testing

@Suite("Sessions in the documentation")
struct DocumentationTests {
  @Test("every session shows what really happens", arguments: DocumentedSession.all)
  func sessions(session: DocumentedSession) throws {
    try TextSession.inDirectory(hasFixtures: true) { directory in
      for block in session.blocks {
        try TextSession.run(block.text, in: directory) { line in
          // A fault of the page is shown there, and not here.
          SourceLocation(
            fileID: session.page.contains("/") ? session.page : "./\(session.page)",
            filePath: ProjectFiles.path(session.page), line: block.line + line, column: 1)
        }
      }
    }
  }

  @Test("there are sessions to run, in the README and in the pages about formats")
  func presence() {
    let pages = Set(DocumentedSession.all.map(\.page))
    #expect(pages.contains("README.md"))
    #expect(pages.contains("Docs/Autopsy.md"))
    for page in ["README", "Record", "Log", "Segment", "Manifest", "AppendLog", "Bitcask"] {
      #expect(pages.contains("Docs/Formats/\(page).md"))
    }
  }

  @Test("a block of a page is a session of its own; those of a chapter of the book are one")
  func grouping() {
    let text = "# A\n```console\n$ a\n```\n\n```text\n$ no\n```\n```console\n$ b\n$ c\n```\n"
    let blocks = [
      DocumentedSession.Block(line: 3, text: "$ a"),
      DocumentedSession.Block(line: 10, text: "$ b\n$ c"),
    ]
    let page = DocumentedSession.sessions(of: "Docs/Formats/A.md", text)
    #expect(page.map(\.blocks) == [[blocks[0]], [blocks[1]]])
    #expect(page.map(\.testDescription) == ["Docs/Formats/A.md:3", "Docs/Formats/A.md:10"])
    let chapter = DocumentedSession.sessions(of: "Docs/Course/01-a.md", text)
    #expect(chapter.map(\.blocks) == [blocks])
    #expect(DocumentedSession.sessions(of: "Docs/Course/02-b.md", "# B").isEmpty)
  }

  @Test("the blocks of a chapter run one after the other in one directory")
  func following() throws {
    try TextSession.inDirectory { directory in
      let here = { (_: Int) in #_sourceLocation }
      try TextSession.run("$ kvcli put a 1; printf note > file", in: directory, place: here)
      try TextSession.run("$ kvcli get a; cat file\n1\nnote", in: directory, place: here)
    }
  }

  @Test("what differs is told with its line")
  func differences() throws {
    try TextSession.inDirectory { directory in
      let found = try #require(
        try TextSession.difference(in: "$ echo a\na\n$ echo b\nc", directory: directory))
      #expect(found.line == 3)
      #expect(found.lines.suffix(2) == ["  - c", "  + b"])
      #expect(try TextSession.difference(in: "$ echo a\na", directory: directory) == nil)
    }
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
