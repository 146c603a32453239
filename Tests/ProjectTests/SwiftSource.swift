import Foundation
import StrataTestSupport

/// A Swift file as the project's own rules look at it: code without comments and texts, word by word.
///
/// No parser: what the rules need is which names a file declares and which it mentions, and for that a
/// word is enough. A word in a comment or in a string literal counts for nothing.
struct SwiftSource {
  let path: String
  let text: String
  /// The code alone; line breaks are kept, so that line numbers stay right.
  let code: String

  init(_ path: String) throws {
    self.path = path
    text = try ProjectFiles.text(path)
    code = Self.withoutCommentsAndTexts(text)
  }

  /// Every Swift file below a folder.
  static func all(in folder: String) throws -> [SwiftSource] {
    try ProjectFiles.files(in: folder, suffix: ".swift").map { try SwiftSource($0) }
  }

  var lineCount: Int { text.split(separator: "\n", omittingEmptySubsequences: false).count - 1 }

  /// The imported modules.
  var imports: [String] {
    code.split(separator: "\n").compactMap { line in
      let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
      guard let place = words.firstIndex(of: "import"), place + 1 < words.count else { return nil }
      // `@_exported import X`, `public import X`, `import struct X.Y`
      let kinds: Set<Substring> = [
        "struct", "class", "enum", "func", "protocol", "typealias", "let",
      ]
      let name = words[place + 1]
      return String(kinds.contains(name) && place + 2 < words.count ? words[place + 2] : name)
    }
  }

  /// All words of the code.
  var words: Set<String> {
    Set(code.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init))
  }

  /// The types and aliases that are declared at the outermost level.
  var declaredTypes: Set<String> {
    let keywords: Set<Substring> = ["struct", "class", "enum", "protocol", "actor", "typealias"]
    var types: Set<String> = []
    for line in code.split(separator: "\n") where line.first?.isWhitespace == false {
      let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
      guard let place = words.firstIndex(where: keywords.contains), place + 1 < words.count else {
        continue
      }
      types.insert(String(words[place + 1]))
    }
    return types
  }

  /// What is no code: how it opens, how it closes, and what a backslash means in it.
  private static let otherRegions: [(opening: String, closing: String, hasEscapes: Bool)] = [
    ("//", "\n", false), ("/*", "*/", false), ("#\"", "\"#", false),
    ("\"\"\"", "\"\"\"", true), ("\"", "\"", true),
  ]

  /// The source with nothing but its line breaks where a comment or a text stood.
  private static func withoutCommentsAndTexts(_ source: String) -> String {
    var code: [UInt8] = []
    var rest = Array(source.utf8)[...]
    while let byte = rest.first {
      guard let region = otherRegions.first(where: { rest.starts(with: $0.opening.utf8) }) else {
        code.append(byte)
        rest.removeFirst()
        continue
      }
      rest.removeFirst(region.opening.utf8.count)
      while let inside = rest.first, !rest.starts(with: region.closing.utf8) {
        if inside == UInt8(ascii: "\n") { code.append(inside) }
        rest.removeFirst(region.hasEscapes && inside == UInt8(ascii: "\\") ? min(2, rest.count) : 1)
      }
      if region.closing != "\n" { rest.removeFirst(min(region.closing.utf8.count, rest.count)) }
    }
    return String(decoding: code, as: UTF8.self)
  }
}
