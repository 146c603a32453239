import Foundation

/// The little of Markdown that following its links takes.
public enum Markdown {
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
