import StrataTestSupport
import Testing

@Suite("Quotations in the documentation")
struct QuoteTests {
  @Test("every table that is quoted from a source file stands there, word for word")
  func quotes() throws {
    var found = 0
    for page in ProjectFiles.files(in: "Docs", suffix: ".md") {
      for quote in Quote.all(in: try ProjectFiles.text(page)) {
        found += 1
        let source = try ProjectFiles.text(quote.source)
        let comments = source.split(separator: "\n").map {
          $0.drop { $0 == " " }.replacing(/^\/\/\/ ?/, with: "")
        }
        #expect(
          comments.joined(separator: "\n").contains(quote.text),
          "\(page): the quotation from \(quote.source) is not what stands there")
      }
    }
    #expect(found >= 6)
  }

  @Test("quotations are found where they are marked")
  func finding() {
    let page = "text\n<!-- quoted from a.swift -->\n\n| a |\n|---|\n| b |\n\n| no |\n"
    #expect(Quote.all(in: page) == [Quote(source: "a.swift", text: "| a |\n|---|\n| b |")])
  }
}

/// A block of lines that a page says it has from a source file.
struct Quote: Equatable {
  var source: String
  var text: String

  static func all(in page: String) -> [Quote] {
    let lines = page.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    return lines.indices.compactMap { index in
      guard let mark = lines[index].wholeMatch(of: /<!-- quoted from (.+) -->/) else { return nil }
      let block = lines[(index + 2)...].prefix { !$0.isEmpty && !$0.hasPrefix("```") }
      return Quote(source: String(mark.1), text: block.joined(separator: "\n"))
    }
  }
}
