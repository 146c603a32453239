import Foundation

/// The links between the pages of a starter: what leads out of the package is said in words.
///
///     see [Performance](../Performance.md)
///     see Performance (`Docs/Performance.md` of the project)
///
/// The book is written for the whole project, and a student has a part of it.
struct StarterLinks {
  /// All files, by their paths, with the headings of pages.
  private var headings: [String: Set<String>] = [:]
  private var folders: Set<String> = []

  /// The links among these files, and to others of which only the paths are known.
  init(_ files: [(path: String, text: String)], and others: [String] = []) {
    for path in others { headings[path] = [] }
    for (path, text) in files {
      headings[path] = path.hasSuffix(".md") ? Self.headings(of: text) : []
    }
    for path in headings.keys {
      var folder = path.split(separator: "/").dropLast()
      while !folder.isEmpty {
        folders.insert(folder.joined(separator: "/"))
        folder.removeLast()
      }
    }
  }

  /// A page in which every link leads somewhere.
  func mended(_ page: String, at path: String) -> String {
    let link = /\[([^\[\]]+)\]\(([^()\s]+)\)/
    // Code is left alone: every other part between fences.
    return page.components(separatedBy: "```").enumerated().map { index, part in
      guard index % 2 == 0 else { return part }
      return part.replacing(link) { match in
        let target = String(match.2)
        if target.contains("://") || target.hasPrefix("mailto:") { return String(match.0) }
        let (place, heading) = Self.resolve(target, from: path)
        if leads(to: place, heading) { return String(match.0) }
        return "\(match.1) (`\(place)` of the project)"
      }
    }.joined(separator: "```")
  }

  private func leads(to place: String, _ heading: String?) -> Bool {
    guard let known = headings[place] else { return folders.contains(place) }
    return heading.map { !place.hasSuffix(".md") || known.contains($0) } ?? true
  }

  /// The path and the heading that a link in the file `path` means.
  private static func resolve(_ link: String, from path: String) -> (String, heading: String?) {
    let halves = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    let heading = halves.count == 2 ? String(halves[1]) : nil
    guard !halves[0].isEmpty else { return (path, heading) }
    var parts = path.split(separator: "/").dropLast()
    for part in halves[0].split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return (parts.joined(separator: "/"), heading)
  }

  /// What links call the headings of a page: lower case, hyphens for spaces, other punctuation dropped.
  private static func headings(of text: String) -> Set<String> {
    Set(
      text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
        let heading = line.drop { $0 == "#" }.drop { $0 == " " }.lowercased()
        return heading.replacing(" ", with: "-").filter {
          $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_"
        }
      })
  }
}
