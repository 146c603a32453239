/// The pages of the book as a student gets them: with every quotation of the engine but those of bodies
/// that are to be written.
///
/// The book quotes the sources word for word, behind a line that names the file. What is still there in the
/// stripped file may be shown; what is not is the exercise.
struct StarterBook {
  private let source: ProjectSource
  private let exercises: [Exercise]
  private let files: [String: String]

  init(_ source: ProjectSource, _ exercises: [Exercise], _ files: [(path: String, text: String)]) {
    self.source = source
    self.exercises = exercises
    self.files = Dictionary(files, uniquingKeysWith: { $1 })
  }

  /// The pages of the course and those about formats, by their paths.
  func pages() throws(StarterError) -> [(path: String, text: String)] {
    var pages: [(path: String, text: String)] = []
    for path in source.files(in: "Docs/Course") + source.files(in: "Docs/Formats") {
      guard path.hasSuffix(".md") || path.hasSuffix(".svg") else { continue }
      let text = try source.text(path)
      pages.append((path, path.hasSuffix(".md") ? withoutSolutions(text) : text))
    }
    return pages
  }

  /// A page in which no body stands that is to be written.
  func withoutSolutions(_ page: String) -> String {
    var result: [Substring] = []
    var lines = page.split(separator: "\n", omittingEmptySubsequences: false)[...]
    while let line = lines.popFirst() {
      result.append(line)
      guard let file = Self.quotedFile(line),
        let start = lines.firstIndex(where: { $0.hasPrefix("```") }),
        let end = lines[(start + 1)...].firstIndex(of: "```")
      else { continue }
      if isGiven(lines[(start + 1)..<end], in: file) {
        result += lines[...end]
      } else {
        result += ["", "> What the book quotes here is yours to write: `\(file)`."]
      }
      lines = lines[(end + 1)...]
    }
    return result.joined(separator: "\n")
  }

  /// The file that a line says is quoted next.
  private static func quotedFile(_ line: Substring) -> String? {
    let introduction = "<!-- quoted from "
    guard line.hasPrefix(introduction), line.hasSuffix(" -->") else { return nil }
    return String(line.dropFirst(introduction.count).dropLast(" -->".count))
  }

  private func isGiven(_ quotation: ArraySlice<Substring>, in file: String) -> Bool {
    // A file that has no exercise is as it is.
    guard let text = files[file] else { return true }
    func trimmed(_ lines: some Sequence<Substring>) -> [String] {
      lines.map { line in
        String(line.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      }
    }
    let there = trimmed(text.split(separator: "\n", omittingEmptySubsequences: false))
    let quoted = trimmed(quotation)
    guard let first = quoted.first, quoted.count <= there.count else { return true }
    return there.indices.dropLast(quoted.count - 1).contains { index in
      there[index] == first && Array(there[index..<index + quoted.count]) == quoted
    }
  }
}
