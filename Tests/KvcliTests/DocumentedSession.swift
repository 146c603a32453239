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
    let blocks = blocks(of: text)
    guard isChapter(page) else { return blocks.map { DocumentedSession(page: page, blocks: [$0]) } }
    return blocks.isEmpty ? [] : [DocumentedSession(page: page, blocks: blocks)]
  }

  private static func isChapter(_ page: String) -> Bool { page.hasPrefix("Docs/Course/") }

  private static func blocks(of page: String) -> [Block] {
    var blocks: [Block] = []
    var open: (line: Int, lines: [Substring])?
    let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      if line == "```console" {
        open = (index + 2, [])
      } else if line == "```", let block = open {
        blocks.append(Block(line: block.line, text: block.lines.joined(separator: "\n")))
        open = nil
      } else {
        open?.lines.append(line)
      }
    }
    return blocks
  }
}
