import Foundation

/// The little of Markdown that following links and finding blocks of code takes.
public enum Markdown {
  /// What is wrong with the relative links of pages below a folder: no such file, or no such heading.
  public static func brokenLinks(of pages: [String], below root: String) throws -> [String] {
    func text(_ path: String) throws -> String {
      try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
    }
    var broken: [String] = []
    for path in pages {
      for target in links(in: try text(path)) where !isOutside(target) {
        let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let place = parts[0].isEmpty ? path : resolve(String(parts[0]), from: path)
        if !FileManager.default.fileExists(atPath: "\(root)/\(place)") {
          broken.append("\(path): the link to \(target) leads nowhere")
        } else if parts.count == 2, place.hasSuffix(".md"),
          !anchors(in: try text(place)).contains(String(parts[1]))
        {
          broken.append("\(path): the link to \(target) leads to no heading")
        }
      }
    }
    return broken
  }

  /// The fenced blocks in this language: the number of the first line of each, and what it holds.
  public static func blocks(
    marked language: String, in text: String
  ) -> [(line: Int, text: String)] {
    var blocks: [(line: Int, text: String)] = []
    var open: (line: Int, lines: [Substring])?
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      if line == "```\(language)" {
        open = (index + 2, [])
      } else if line == "```", let block = open {
        blocks.append((block.line, block.lines.joined(separator: "\n")))
        open = nil
      } else {
        open?.lines.append(line)
      }
    }
    return blocks
  }

  /// The targets of all links and pictures.
  public static func links(in text: String) -> [String] {
    let inline = /\]\(\s*<?([^)\s>]+)>?(\s+"[^"]*")?\s*\)/
    let reference = /^\s*\[[^\]]+\]:\s*<?([^\s>]+)>?/
    return prose(of: text).flatMap { line in
      let plain = line.replacing(/`[^`]*`/, with: "")
      let reference = plain.prefixMatch(of: reference).map { [String($0.1)] } ?? []
      return plain.matches(of: inline).map { String($0.1) } + reference
    }
  }

  /// True for a link to somewhere else than this project.
  public static func isOutside(_ target: String) -> Bool {
    target.prefixMatch(of: /[A-Za-z][A-Za-z0-9+.\-]*:/) != nil
  }

  /// The path that a link in the file `file` means, without a heading.
  public static func resolve(_ link: String, from file: String) -> String {
    var parts = file.split(separator: "/").dropLast().map(String.init)
    for part in (link.removingPercentEncoding ?? link).split(separator: "/") {
      if part == ".." { _ = parts.popLast() } else if part != "." { parts.append(String(part)) }
    }
    return parts.joined(separator: "/")
  }

  /// The anchors that headings get: lower case, hyphens for spaces, other punctuation dropped.
  public static func anchors(in text: String) -> [String] {
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
