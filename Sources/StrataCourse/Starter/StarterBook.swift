/// The pages of the book as a student gets them: with every quotation of the engine but those of bodies
/// that are to be written.
///
/// The book quotes the sources word for word, behind a line that names the file. What is still there in the
/// stripped file may be shown; what is not is the exercise, and its name stands there instead.
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
      // Tables are quoted too; they are from comments, which stay.
      let start = lines.startIndex + 1
      guard let file = Self.quotedFile(line), lines.dropFirst().first?.hasPrefix("```") == true,
        let end = lines[(start + 1)...].firstIndex(of: "```")
      else { continue }
      if isGiven(lines[(start + 1)..<end], in: file) {
        result += lines[...end]
      } else {
        let names = exercises(in: lines[(start + 1)..<end], of: file).map { "`\($0)`" }
        let whose = names.isEmpty ? "" : "\(names.joined(separator: " and ")) in "
        result += [
          "", "> What the book quotes here is yours to write: \(whose)`\(file)`.",
          "> The text speaks of the lines that the project has there; yours may be others.",
        ]
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
    return lines(of: quotation, in: text) != nil
  }

  /// The bodies that a quotation is from, by their declarations.
  private func exercises(in quotation: ArraySlice<Substring>, of file: String) -> [String] {
    guard let whole = try? source.text(file), let quoted = lines(of: quotation, in: whole) else {
      return []
    }
    let text = SwiftText(whole)
    let ends = text.bytes.indices.filter { text.bytes[$0] == UInt8(ascii: "\n") }
    let start = quoted.lowerBound == 0 ? 0 : ends[quoted.lowerBound - 1] + 1
    let end = quoted.upperBound > ends.count ? text.bytes.count : ends[quoted.upperBound - 1]
    let touched = DeclarationScanner(text).found.filter { $0.whole.overlaps(start..<end) }
      .map(\.name)
    return exercises.filter { exercise in
      "Sources/\(exercise.file)" == file
        && !Set(touched).isDisjoint(with: exercise.helpers + [exercise.declaration])
    }.map(\.declaration)
  }

  /// Which lines of a text are these, however far they are indented; nil when they are not there.
  private func lines(of quotation: ArraySlice<Substring>, in text: String) -> Range<Int>? {
    func trimmed(_ lines: some Sequence<Substring>) -> [String] {
      lines.map { line in
        String(line.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      }
    }
    let there = trimmed(text.split(separator: "\n", omittingEmptySubsequences: false))
    let quoted = trimmed(quotation)
    guard let first = quoted.first else { return 0..<0 }
    guard quoted.count <= there.count else { return nil }
    return there.indices.dropLast(quoted.count - 1).first { index in
      there[index] == first && Array(there[index..<index + quoted.count]) == quoted
    }.map { $0..<$0 + quoted.count }
  }
}
