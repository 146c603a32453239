import Foundation
@testable import StrataGrader
import Testing

@Suite("Pages and XML")
struct MarkupTests {
  private let batch = [
    GradedSubmission(SampleRecords.mixed), GradedSubmission(SampleRecords.perfect),
    GradedSubmission(SampleRecords.broken),
  ]

  @Test("what is interpolated is text, whatever it looks like")
  func escaping() {
    let hostile = "<script>\"x\" & 'y'\u{202E}\u{0}"
    let markup: Markup = "<p>\(hostile)</p>"
    #expect(
      markup.source
        == "<p>&lt;script&gt;&quot;x&quot; &amp; &#39;y&#39;\\u{202E}\\u{0}</p>")
    let nested: Markup = "<div>\(markup)\([markup, markup])\(7)</div>"
    #expect(nested.source.components(separatedBy: "<p>").count == 4)
  }

  @Test("a key named <script> shows as text, on every page")
  func keyNamedScript() {
    let pages = [
      SubmissionPage(batch[0], for: .student).text, SubmissionPage(batch[0], for: .teacher).text,
      BatchPage(batch, course: "<script>alert(2)</script>").text,
    ]
    for page in pages {
      #expect(!page.contains("<script"))
      #expect(!page.contains("<b>bob"))
      #expect(page.contains("default-src 'none'"))
    }
    #expect(pages[0].contains("put &lt;script&gt;alert(1)&lt;/script&gt; 1"))
  }

  @Test("pages need nothing from elsewhere, and every status has a sign and a word")
  func selfContained() {
    let page = SubmissionPage(batch[0], for: .student).text
    for reference in ["http://", "https://", "src=", "@import", "url("] {
      #expect(!page.contains(reference), "\(reference)")
    }
    for badge in ["✓ passed", "◐ partial", "✗ failed", "– skipped", "! error"] {
      #expect(page.contains(">\(badge)<"), "\(badge)")
    }
    #expect(page.contains("<html lang=\"en\">"))
  }

  @Test("pages and XML are well-formed")
  func wellFormed() throws {
    // The pages are written so that a reader of XML can read them too, but for the void elements.
    for page in [
      SubmissionPage(batch[0], for: .teacher).text, SubmissionPage(batch[2], for: .student).text,
      BatchPage(batch, course: "c", link: { "\($0.student).html" }).text,
    ] {
      let closed = page.replacing(/<meta ([^>]*)>/, with: { "<meta \($0.1)/>" })
      try expectBalanced(closed)
    }
    try expectBalanced(JUnitReport(batch, for: .teacher).text)
  }

  /// Follows the tags with a stack.
  private func expectBalanced(_ text: String) throws {
    var open: [Substring] = []
    for tag in text.matches(of: /<(\/?)([a-z0-9]+)([^>]*?)(\/?)>/) {
      if !tag.4.isEmpty { continue }
      if tag.1.isEmpty {
        open.append(tag.2)
      } else {
        #expect(open.popLast() == tag.2, "\(tag.0)")
      }
    }
    #expect(open.isEmpty)
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" })
  }

  @Test("JUnit counts failures, errors and skipped tests")
  func junit() {
    let text = JUnitReport([batch[0]], for: .student).text
    #expect(text.contains(/<testsuites name="kvgrade" tests="5" failures="2" errors="1" time="/))
    #expect(text.contains(/tests="5" failures="2" errors="1" time="[0-9.]+" skipped="1">/))
    #expect(text.contains("classname=\"ada &amp; &lt;b&gt;bob&lt;/b&gt;.milestone-1\""))
    #expect(text.contains("<skipped message=\"It needs hash-index/absent-key"))
  }

  @Test("a batch names what was missed most, what is unsandboxed, and links each submission")
  func batchPage() {
    let page = BatchPage(batch, course: "Databases", link: { "pages/\($0.student).html" }).text
    #expect(page.contains("<a href=\"pages/carol.html\">carol</a>"))
    #expect(page.contains("<th scope=\"col\" class=\"number\">1<small>of 5</small></th>"))
    #expect(page.contains("1 of 2</td>"))
    #expect(page.contains("1 submission graded <strong>unsandboxed</strong>"))
    #expect(page.contains("3 submissions; the median is 3.5 of 16 points, the best 16."))
  }

  @Test("a page leads to the first failure, and says of what a late policy keeps a share")
  func failuresAndLateness() {
    let page = SubmissionPage(batch[0], for: .student).text
    #expect(page.contains("<a href=\"#append-log/any-bytes\">to the first that failed</a>"))
    #expect(page.contains("<details id=\"append-log/any-bytes\" open>"))
    #expect(!SubmissionPage(batch[1], for: .student).text.contains("to the first that failed"))
    let late = GradedSubmission(
      SampleRecords.perfect, lateness: Lateness(days: 1, slipDays: 0, keptPercent: 50))
    let text = SubmissionPage(late, for: .student).text
    #expect(text.contains("<strong>8</strong> of 16 points"))
    #expect(text.contains("Handed in 1 day late; 50 % of 16 points count."))
  }

  @Test("a median is the mean of the two in the middle")
  func median() {
    #expect(Numbers.median([]) == 0 && Numbers.median([3]) == 3)
    #expect(Numbers.median([200, 0, 86, 182, 94.5, 0]) == 90.25)
    #expect(Numbers.quantile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9) == 10)
    #expect(Numbers.roughly(0.2) == "1 s" && Numbers.roughly(247.3) == "4 min")
  }

  /// To look at them: `KVGRADE_PAGES=folder swift test --filter MarkupTests`.
  @Test("the sample pages can be written", .enabled(if: pagesFolder != nil))
  func writePages() throws {
    let folder = try #require(pagesFolder)
    let many = (0..<40).map { index in
      GradedSubmission(batch[index % 3].record.renamed("student-\(index) with a rather long name"))
    }
    for (name, text) in [
      ("student.html", SubmissionPage(batch[0], for: .student).text),
      ("teacher.html", SubmissionPage(batch[0], for: .teacher).text),
      ("broken.html", SubmissionPage(batch[2], for: .student).text),
      ("batch.html", BatchPage(many, course: "Databases, autumn 2026").text),
      ("junit.xml", JUnitReport(batch, for: .teacher).text),
      ("results.json", GradescopeReport(batch[0]).text),
    ] {
      try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
    }
  }
}

/// Where sample pages are wanted.
private let pagesFolder = ProcessInfo.processInfo.environment["KVGRADE_PAGES"]
