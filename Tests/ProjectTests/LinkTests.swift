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
        let place = parts[0].isEmpty ? path : resolve(String(parts[0]), from: path)
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

  private func resolve(_ link: String, from file: String) -> String {
    var parts = file.split(separator: "/").dropLast().map(String.init)
    for part in (link.removingPercentEncoding ?? link).split(separator: "/") {
      if part == ".." { _ = parts.popLast() } else if part != "." { parts.append(String(part)) }
    }
    return parts.joined(separator: "/")
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

/// The little of Markdown that following its links takes.
enum Markdown {
  /// The targets of all links and pictures.
  static func links(in text: String) -> [String] {
    let inline = /\]\(\s*<?([^)\s>]+)>?(\s+"[^"]*")?\s*\)/
    let reference = /^\s*\[[^\]]+\]:\s*<?([^\s>]+)>?/
    return prose(of: text).flatMap { line in
      let plain = line.replacing(/`[^`]*`/, with: "")
      let reference = plain.prefixMatch(of: reference).map { [String($0.1)] } ?? []
      return plain.matches(of: inline).map { String($0.1) } + reference
    }
  }

  /// True for a link to somewhere else than this project.
  static func isOutside(_ target: String) -> Bool {
    target.prefixMatch(of: /[A-Za-z][A-Za-z0-9+.\-]*:/) != nil
  }

  /// The anchors that headings get: lower case, hyphens for spaces, other punctuation dropped.
  static func anchors(in text: String) -> [String] {
    var anchors: [String] = []
    for line in prose(of: text) {
      guard let heading = line.prefixMatch(of: /#{1,6}\s+/) else { continue }
      let kept = line[heading.range.upperBound...].lowercased().filter {
        $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_"
      }
      let anchor = kept.trimmingCharacters(in: .whitespaces).replacing(" ", with: "-")
      let earlier = anchors.filter { $0 == anchor || $0.hasPrefix("\(anchor)-") }.count
      anchors.append(earlier == 0 ? anchor : "\(anchor)-\(earlier)")
    }
    return anchors
  }

  /// The lines outside fenced code.
  private static func prose(of text: String) -> [Substring] {
    var isFenced = false
    return text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
      guard line.drop(while: \.isWhitespace).hasPrefix("```") else { return !isFenced }
      isFenced.toggle()
      return false
    }
  }
}
