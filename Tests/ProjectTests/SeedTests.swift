import StrataTestSupport
import Testing

@Suite("The exercises")
struct SeedTests {
  private static let page = "Docs/Seeds.md"

  /// Suites and the names of their tests; a file has one suite or several.
  private static func namedTests() throws -> [(suites: [String], text: String)] {
    try ProjectFiles.files(in: "Tests", suffix: ".swift").map { path in
      let text = try ProjectFiles.text(path)
      return (text.matches(of: /@Suite\(\s*"([^"]+)"/).map { String($0.1) }, text)
    }
  }

  @Test("each of them has its table, and every row names code and tests")
  func rows() throws {
    let text = try ProjectFiles.text(Self.page)
    let parts = text.split(separator: "\n## ").dropFirst()
    #expect(parts.count == 5)
    for (part, rows) in zip(parts, [20, 25, 14, 23, 30]) {
      let found = SeedRow.all(in: String(part))
      #expect(found.count >= rows, "\(part.prefix { $0 != "\n" }): \(found.count) rows")
      for row in found {
        #expect(row.code.contains("](") || row.code.contains("`"), "\(row.wish)")
        #expect(!row.tests.isEmpty && !row.tests.contains { $0.name.isEmpty }, "\(row.wish)")
      }
    }
  }

  @Test("every test that the page names exists, word for word")
  func names() throws {
    let files = try Self.namedTests()
    var seen: Set<String> = []
    for row in SeedRow.all(in: try ProjectFiles.text(Self.page)) {
      for test in row.tests where seen.insert("\(test)").inserted {
        let isThere = files.contains { file in
          file.suites.contains(test.suite) && file.text.contains("\"\(test.name)\"")
        }
        #expect(isThere, "\(row.wish): there is no test \(test.suite) › \(test.name)")
      }
    }
    #expect(seen.count > 60)
  }

  @Test("the Makefile has a verb for each of theirs")
  func verbs() throws {
    let makefile = try ProjectFiles.text("Makefile")
    for verb in ["build", "install", "test", "check", "lint", "format", "clean"] {
      #expect(makefile.contains("\n\(verb): ##"), "\(verb)")
    }
  }

  @Test("a row is taken apart at its bars, its last cell at its line breaks")
  func parsing() {
    let rows = SeedRow.all(
      in: "| a | b | c |\n|---|---|---|\n| wish | [C](c) | *S* › `one`<br>*T* › `two` |\n")
    #expect(rows.map(\.wish) == ["wish"])
    #expect(rows.map(\.code) == ["[C](c)"])
    #expect(rows[0].tests.map { "\($0.suite): \($0.name)" } == ["S: one", "T: two"])
    #expect(SeedRow(line: "| wish | code | nothing |")?.tests.first?.name == "")
  }
}

/// One row of the page: what is asked for, what does it, and what shows it.
struct SeedRow {
  let wish: String
  let code: String
  /// A part of the cell that names no test has empty names.
  let tests: [(suite: String, name: String)]

  init?(line: Substring) {
    let bar: Character = "|"
    let cells = line.split(separator: bar).map {
      String($0).replacing(/^ +| +$/, with: "")
    }
    guard cells.count == 3 else { return nil }
    (wish, code) = (cells[0], cells[1])
    tests = cells[2].replacing("<br>", with: "\n").split(whereSeparator: \.isNewline).map { part in
      guard let match = part.wholeMatch(of: /\*(.+)\* › `(.+)`/) else { return ("", "") }
      return (String(match.1), String(match.2))
    }
  }

  /// The rows of all tables with three columns, without their heads.
  static func all(in text: String) -> [SeedRow] {
    var rows: [SeedRow] = []
    var isBody = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("|") else {
        isBody = false
        continue
      }
      if line.hasPrefix("|--") {
        isBody = true
      } else if isBody, let row = SeedRow(line: line) {
        rows.append(row)
      }
    }
    return rows
  }
}
