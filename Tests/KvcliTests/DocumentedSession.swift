import StrataTestSupport
import Testing

/// What one page shows of a terminal: fenced blocks that are marked `console`.
///
/// A block is alone in its directory, except in the book: there a chapter is one session, and each of its
/// blocks goes on where the one before it ended.
struct DocumentedSession: CustomTestStringConvertible, Sendable {
  /// One fenced block.
  struct Block: Equatable, Sendable {
    /// The line of the page on which its text begins, from 1.
    let line: Int
    let text: String
  }

  let page: String
  let blocks: [Block]

  var testDescription: String {
    Self.isChapter(page) ? page : blocks.map { "\(page):\($0.line)" }.joined()
  }

  static let all: [DocumentedSession] = ProjectFiles.files(suffix: ".md").flatMap { page in
    sessions(of: page, (try? ProjectFiles.text(page)) ?? "")
  }

  /// The sessions of a page with this text.
  static func sessions(of page: String, _ text: String) -> [DocumentedSession] {
    let blocks = Markdown.blocks(marked: "console", in: text).map {
      Block(line: $0.line, text: $0.text)
    }
    guard isChapter(page) else { return blocks.map { DocumentedSession(page: page, blocks: [$0]) } }
    return blocks.isEmpty ? [] : [DocumentedSession(page: page, blocks: blocks)]
  }

  private static func isChapter(_ page: String) -> Bool { page.hasPrefix("Docs/Course/") }
}
