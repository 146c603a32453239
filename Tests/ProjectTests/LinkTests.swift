import Foundation
import StrataTestSupport
import Testing

@Suite("Links in the documentation")
struct LinkTests {
  @Test("every relative link leads to a file, and every anchor to a heading")
  func links() throws {
    for path in ProjectFiles.files(suffix: ".md") {
      let text = try ProjectFiles.text(path)
      for target in Markdown.links(in: text) where !Markdown.isOutside(target) {
        let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let place = parts[0].isEmpty ? path : Markdown.resolve(String(parts[0]), from: path)
        guard FileManager.default.fileExists(atPath: ProjectFiles.path(place)) else {
          Issue.record("\(path): the link to \(target) leads nowhere")
          continue
        }
        if parts.count == 2, place.hasSuffix(".md") {
          let anchors = Markdown.anchors(in: try ProjectFiles.text(place))
          #expect(anchors.contains(String(parts[1])), "\(path): \(target)")
        }
      }
    }
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
