import StrataTestSupport
import Testing

@Suite("Quotations in the documentation")
struct QuoteTests {
  @Test("what is quoted from a source file stands there, word for word")
  func quotes() throws {
    var found = 0
    for page in ProjectFiles.files(suffix: ".md") {
      for quote in Quote.all(in: try ProjectFiles.text(page)) {
        found += 1
        #expect(
          quote.stands(in: try ProjectFiles.text(quote.source)),
          "\(page):\(quote.line): the quotation from \(quote.source) is not what stands there")
      }
    }
    #expect(found >= 20)
  }

  @Test("quotations are found where they are marked")
  func finding() {
    let page = """
      text
      <!-- quoted from a.swift -->

      | a |
      |---|
      | b |

      | no |
      <!-- quoted from b.swift -->

      ```swift
      one()

      two()
      ```
      """
    #expect(
      Quote.all(in: page) == [
        Quote(source: "a.swift", line: 2, kind: .comment, text: "| a |\n|---|\n| b |"),
        Quote(source: "b.swift", line: 9, kind: .code, text: "one()\n\ntwo()"),
      ])
  }

  @Test("code is quoted line by line, and only the indentation that all its lines have may go")
  func comparing() {
    let source = """
      struct A {
        /// What it does.
        func one() {
          two()

          three()
        }
      }
      """
    func stands(_ text: String) -> Bool {
      Quote(source: "a.swift", line: 1, kind: .code, text: text).stands(in: source)
    }
    #expect(stands("/// What it does.\nfunc one() {\n  two()\n\n  three()\n}"))
    #expect(stands("two()\n\nthree()"))
    #expect(stands(source))
    #expect(!stands("func one() {\ntwo()\n\nthree()\n}"))
    #expect(!stands("two()\nthree()"))
    #expect(!stands("two"))
    #expect(!stands(""))
  }

  @Test("a mark with nothing behind it quotes nothing, and that is noticed")
  func emptyQuotes() {
    for page in ["<!-- quoted from a.swift -->", "<!-- quoted from a.swift -->\n\n\ntext"] {
      let quotes = Quote.all(in: page)
      #expect(quotes.count == 1)
      #expect(quotes.allSatisfy { !$0.stands(in: "/// | a |\n") })
    }
  }
}

/// A block of lines that a page says it has from a source file.
struct Quote: Equatable {
  enum Kind {
    /// Fenced Swift: consecutive lines of the source, comments included.
    case code
    /// A table: lines of a comment, without the slashes before them.
    case comment
  }

  var source: String
  /// Where the mark stands in the page, from 1.
  var line: Int
  var kind: Kind
  var text: String

  static func all(in page: String) -> [Quote] {
    let lines = page.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    return lines.indices.compactMap { index in
      guard let mark = lines[index].wholeMatch(of: /<!-- quoted from (.+) -->/) else { return nil }
      let rest = lines.dropFirst(index + 2)
      let isCode = rest.first == "```swift"
      let block =
        isCode
        ? rest.dropFirst().prefix { $0 != "```" }
        : rest.prefix { !$0.isEmpty && !$0.hasPrefix("```") }
      return Quote(
        source: String(mark.1), line: index + 1, kind: isCode ? .code : .comment,
        text: block.joined(separator: "\n"))
    }
  }

  /// True when the source has these lines, one after the other.
  func stands(in source: String) -> Bool {
    let quoted = Self.lines(text)
    var lines = Self.lines(source)
    if kind == .comment {
      lines = lines.map { $0.drop { $0 == " " }.replacing(/^\/\/\/ ?/, with: "")[...] }
    }
    guard !text.isEmpty, quoted.count <= lines.count else { return false }
    return (0...lines.count - quoted.count).contains { start in
      let window = lines[start..<start + quoted.count]
      guard kind == .code else { return window.elementsEqual(quoted) }
      return Self.withoutCommonIndentation(window).elementsEqual(quoted)
    }
  }

  private static func lines(_ text: String) -> [Substring] {
    text.split(separator: "\n", omittingEmptySubsequences: false)
  }

  private static func withoutCommonIndentation(_ lines: ArraySlice<Substring>) -> [Substring] {
    let common = lines.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
    return lines.map { $0.dropFirst(common) }
  }
}
