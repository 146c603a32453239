import Foundation
import StrataTestSupport
import Testing

@testable import StrataCourse

@Suite("The pages of a starter")
struct StarterBookTests {
  @Test("every relative link leads to a file of the package, and every anchor to a heading")
  func links() throws {
    try withTemporaryDirectory { ground in
      let root = ground + "/ada"
      try Starter(ProjectSource(ProjectFiles.root), .wholeCourse).write(to: root)
      let pages =
        FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String }
        .filter { $0.hasSuffix(".md") } ?? []
      #expect(pages.contains("README.md") && pages.contains("Docs/Course/01-append-log.md"))
      #expect(try Markdown.brokenLinks(of: pages, below: root) == [])
      // What the sessions need lies there byte for byte, though it is not all text.
      for store in ["append-log-1/log.jsonl", "bitcask-1/data.0", "format-1/000003.seg"] {
        let path = "Fixtures/Stores/\(store)"
        #expect(
          FileManager.default.contentsEqual(
            atPath: "\(root)/\(path)", andPath: ProjectFiles.path(path)), "\(path)")
      }
    }
  }

  @Test("a link that leads out of the package is said in words; code is left alone")
  func leadingOut() {
    let links = StarterLinks(
      [("Docs/Course/a.md", "# One, two\n"), ("README.md", "# First\n")], and: ["Fixtures/b/c"])
    func mended(_ page: String) -> String { links.mended(page, at: "Docs/Course/a.md") }
    for page in [
      "[x](#one-two) [y](../../README.md#first) [z](../../Fixtures/b) [w](https://swift.org)",
      "```text\n[code](nowhere.md)\n```\n",
    ] { #expect(mended(page) == page) }
    #expect(
      mended("see [the\npage](../Performance.md#floor), and [so](../../README.md#no)")
        == "see the\npage (`Docs/Performance.md` of the project), and so (`README.md` of the project)"
    )
    #expect(mended("```\na\n```\n[b](c.md)").hasSuffix("b (`Docs/Course/c.md` of the project)"))
  }

  @Test("a page of the book shows no body that is to be written")
  func bodies() throws {
    let book = StarterBook(
      try ProjectSource(ProjectFiles.root), [],
      [("Sources/A.swift", "func f() {\n  notImplemented()\n}\nfunc g() {\n    one()\n}\n")])
    func page(_ code: String) -> String {
      "a\n<!-- quoted from Sources/A.swift -->\n\n```swift\n\(code)\n```\nb"
    }
    #expect(book.withoutSolutions(page("func g() {\n  one()\n}")) == page("func g() {\n  one()\n}"))
    let shown = book.withoutSolutions(page("func f() {\n  secret()\n}"))
    #expect(!shown.contains("secret"))
    #expect(shown.contains("yours to write: `Sources/A.swift`"))
    #expect(shown.hasSuffix("\nb"))
  }

  @Test("where a body was taken out its name stands, and tables of comments stay")
  func names() throws {
    let files = try Starter(ProjectSource(ProjectFiles.root), .wholeCourse).files()
    let pages = Dictionary(uniqueKeysWithValues: files.map { ($0.path, $0.text) })
    let chapter = try #require(pages["Docs/Course/01-append-log.md"])
    #expect(
      chapter.contains(
        "yours to write: `AppendLogStore.append(_:userBytes:)` in `Sources/StrataRungs/AppendLog/"))
    for (path, text) in pages where path.hasPrefix("Docs/") && path.hasSuffix(".md") {
      #expect(!text.contains("yours to write: `Sources"), "\(path)")
    }
    let format = try #require(pages["Docs/Formats/AppendLog.md"])
    #expect(try format.hasPrefix(ProjectFiles.text("Docs/Formats/AppendLog.md").prefix(2_000)))
  }
}
