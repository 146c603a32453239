import StrataTestSupport
import Testing

@Suite("Links in the documentation")
struct LinkTests {
  @Test("every relative link leads to a file, and every anchor to a heading")
  func links() throws {
    let pages = ProjectFiles.files(suffix: ".md")
    #expect(try Markdown.brokenLinks(of: pages, below: ProjectFiles.root) == [])
  }

  @Test("links are found where they are, and not in code")
  func finding() {
    let text = """
      # A heading, `with` code
      See [one](a.md), ![two](b.png "title") and [three][r], not `[four](c.md)`.
      [r]: d.md#x
      ```
      [five](e.md)
      ```
      ## A heading, `with` code
      """
    #expect(Markdown.links(in: text).sorted() == ["a.md", "b.png", "d.md#x"])
    #expect(Markdown.anchors(in: text) == ["a-heading-with-code", "a-heading-with-code-1"])
    #expect(Markdown.isOutside("https://swift.org") && !Markdown.isOutside("a.md"))
  }
}
