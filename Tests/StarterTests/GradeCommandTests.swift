import Testing

@testable import kvgrade

@Suite("The command line of kvgrade")
struct GradeCommandTests {
  private func arguments(_ words: String...) throws -> GradeArguments {
    try GradeArguments(words, of: .starter)
  }

  @Test("options may stand anywhere, and nothing is one behind two hyphens")
  func options() throws {
    let parsed = try arguments("--from", "3", "ada", "--to=bonus")
    #expect(parsed.operands == ["ada"])
    #expect(try parsed.milestone("from") == 3)
    #expect(try parsed.milestone("to") == 13)
    #expect(try arguments("--", "--from").operands == ["--from"])
  }

  @Test("what is written wrongly is an error that says how it is written")
  func mistakes() {
    #expect(throws: GradeUsageError.self) { try arguments("--form", "3") }
    #expect(throws: GradeUsageError.self) { try arguments("ada", "--from") }
    #expect(throws: GradeUsageError.self) { try arguments("ada", "bob") }
    #expect(throws: GradeUsageError.self) { try arguments("--record=yes") }
    #expect(throws: GradeUsageError.self) { try arguments("--from", "0").milestone("from") }
    #expect(throws: GradeUsageError.self) { try GradeCommand.named(in: ["strater"]) }
  }

  @Test("every command has a page with an example", arguments: GradeCommand.all.map(\.name))
  func help(name: String) throws {
    let command = try #require(try GradeCommand.named(in: [name]))
    let page = GradeHelp.page(of: command)
    #expect(page.contains("Usage: kvgrade \(name)"))
    #expect(page.contains("  kvgrade \(name)"))
    #expect(!command.details.isEmpty)
  }
}
