import StrataTestSupport
import Testing

@Suite("The book")
struct BookTests {
  @Test("it has fourteen chapters, a front page that leads to each, and a glossary")
  func chapters() throws {
    let pages = ProjectFiles.files(in: "Docs/Course", suffix: ".md")
    let chapters = Chapter.all
    #expect(chapters.map(\.number) == Array(1...14))
    #expect(pages.contains("Docs/Course/README.md"))
    #expect(pages.contains("Docs/Course/glossary.md"))
    let links = Markdown.links(in: (try? ProjectFiles.text("Docs/Course/README.md")) ?? "")
    for page in chapters.map(\.name) + ["glossary.md"] {
      #expect(links.contains(page), "Docs/Course/README.md has no link to \(page)")
    }
  }

  @Test("every chapter has its parts, in their order")
  func parts() throws {
    let chapters = Chapter.all
    #expect(!chapters.isEmpty)
    for (chapter, next) in zip(chapters, chapters.dropFirst().map(Optional.some) + [nil]) {
      let complaints = chapter.complaints(next: next?.name)
      #expect(complaints == [], "\(chapter.path)")
    }
  }

  @Test("a chapter that lacks something is told what it lacks")
  func lacking() {
    #expect(Chapter(name: "03-c.md", text: Self.sound).complaints(next: "04-d.md") == [])
    #expect(Chapter(name: "03-c.md", text: Self.sound).complaints(next: nil) == [])
    for (part, complaint) in [
      ("# 3. Title", "it begins with # 3. and its title"),
      ("> Why?", "its question stands below the title"),
      ("## Invariants", "its headings are those of every chapter"),
      ("```text\npicture\n```", "The idea has a picture"),
      ("1. One", "Invariants are numbered"),
      ("<details>", "Predict before you look hides its answers in details"),
      ("<!-- quoted from b.swift -->", "The code has two quotations, and no other code"),
      ("```console\n$ true\n```", "Try it has a session"),
      ("| a | b |", "What it costs has a table"),
      ("https://example.org", "Real engines names its sources"),
      ("*A good answer* says", "Exercises are 3 to 6, each with what a good answer says"),
      ("**Reader**", "Exercises are for readers first, then for builders"),
      ("04-d.md", "What is still wrong leads to the next chapter"),
    ] {
      let text = Self.sound.replacing(part, with: "nothing", maxReplacements: 1)
      #expect(
        Chapter(name: "03-c.md", text: text).complaints(next: "04-d.md") == [complaint], "\(part)")
    }
  }

  private static let sound = """
    # 3. Title

    > Why?

    ## The idea

    ```text
    picture
    ```

    ## Invariants

    1. One

    ## Predict before you look

    <details>

    ## The code

    <!-- quoted from a.swift -->

    ```swift
    a
    ```

    <!-- quoted from b.swift -->

    ```swift
    b
    ```

    ## Try it

    ```console
    $ true
    ```

    ## What it costs

    | a | b |

    ## Real engines

    [docs](https://example.org)

    ## Exercises

    **Reader** 1 *A good answer* says 2 *A good answer* says 3 **Builder** *A good answer* says

    ## What is still wrong

    See [the next chapter](04-d.md).
    """
}

/// A chapter of the book, as far as its form goes.
struct Chapter {
  private static let folder = "Docs/Course/"

  let name: String
  let text: String

  var path: String { Chapter.folder + name }
  var number: Int? { Int(name.prefix(2)) }

  /// The pages that begin with a number, in their order.
  static let all: [Chapter] = ProjectFiles.files(in: "Docs/Course", suffix: ".md").compactMap {
    let name = String($0.dropFirst(folder.count))
    guard name.wholeMatch(of: /[0-9]{2}-[a-z\-]+\.md/) != nil else { return nil }
    return Chapter(name: name, text: (try? ProjectFiles.text($0)) ?? "")
  }

  private static let headings = [
    "The idea", "Invariants", "Predict before you look", "The code", "Try it", "What it costs",
    "Real engines", "Exercises", "What is still wrong",
  ]

  /// What is wrong with its form; nothing, if it is as every chapter is.
  func complaints(next: String?) -> [String] {
    let parts = self.parts
    guard parts.map(\.heading) == [""] + Self.headings else {
      return ["its headings are those of every chapter"]
    }
    let lines = Dictionary(uniqueKeysWithValues: parts.map { ($0.heading, $0.lines) })
    let text = lines.mapValues { $0.joined(separator: "\n") }
    func begins(_ heading: String, _ start: String) -> Bool {
      lines[heading]?.contains { $0.hasPrefix(start) } == true
    }
    func count(_ heading: String, _ part: String) -> Int {
      text[heading]?.ranges(of: part).count ?? 0
    }

    let opening = lines[""]?.filter { !$0.isEmpty } ?? []
    let quotes = Quote.all(in: text["The code"] ?? "").filter { $0.kind == .code }.count
    let builder = text["Exercises"]?.firstRange(of: "**Builder**")?.lowerBound
    let reader = text["Exercises"]?.firstRange(of: "**Reader**")?.lowerBound
    let answers = count("Exercises", "*A good answer*")
    let rules: [(String, Bool)] = [
      (
        "it begins with # \(number ?? 0). and its title",
        opening.first?.hasPrefix("# \(number ?? 0). ") == true
      ),
      ("its question stands below the title", opening.dropFirst().first?.hasPrefix("> ") == true),
      ("The idea has a picture", begins("The idea", "```text") || begins("The idea", "![")),
      ("Invariants are numbered", begins("Invariants", "1. ")),
      (
        "Predict before you look hides its answers in details",
        begins("Predict before you look", "<details>")
      ),
      (
        "The code has two quotations, and no other code",
        quotes >= 2 && quotes == count("The code", "```swift")
      ),
      ("Try it has a session", begins("Try it", "```console")),
      ("What it costs has a table", begins("What it costs", "|")),
      ("Real engines names its sources", count("Real engines", "https://") > 0),
      ("Exercises are 3 to 6, each with what a good answer says", (3...6).contains(answers)),
      (
        "Exercises are for readers first, then for builders",
        reader.flatMap { reader in builder.map { reader < $0 } } == true
      ),
      (
        "What is still wrong leads to the next chapter",
        next.map { Markdown.links(in: text["What is still wrong"] ?? "").contains($0) } ?? true
      ),
    ]
    return rules.filter { !$0.1 }.map(\.0)
  }

  /// The text below each heading of the second rank; what stands before the first has the heading "".
  private var parts: [(heading: String, lines: [Substring])] {
    var parts: [(heading: String, lines: [Substring])] = [("", [])]
    var isFenced = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") { isFenced.toggle() }
      if !isFenced, line.hasPrefix("## ") {
        parts.append((String(line.dropFirst(3)), []))
      } else {
        parts[parts.count - 1].lines.append(line)
      }
    }
    return parts
  }
}
