import Testing

@testable import StrataShell

@Suite("Help and completions come from the command table")
struct HelpTests {
  @Test("every command has a page with its usage and an example", arguments: CommandTable.all)
  func pages(command: CommandDescription) {
    let page = Help.text(command.name, style: .plain)
    let words = page.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
    #expect(words.contains(command.usage))
    #expect(page.contains("Example"))
    for line in page.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
  }

  @Test("every example is a command that can be understood", arguments: CommandTable.all)
  func examples(command: CommandDescription) throws {
    let commands = command.example.split(separator: "\n").flatMap { $0.split(separator: "|") }
      .flatMap { $0.split(separator: "&&") }
      .map { $0.drop { $0 == " " } }.filter { $0.hasPrefix("kvcli ") }
    for text in commands {
      let line = text.dropFirst("kvcli ".count).prefix { $0 != "<" && $0 != ">" && $0 != ")" }
      let words = try Tokeniser.words(of: Array(line.utf8))
      #expect(try CommandTable.parse(words, on: .commandLine) != nil)
    }
  }

  @Test("the overview names every command and fits the screen")
  func overview() {
    let text = Help.text(nil, style: .plain)
    for command in CommandTable.all { #expect(text.contains("  \(command.name)")) }
    for line in text.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
  }

  @Test("names and aliases are different from each other")
  func names() {
    let names = CommandTable.all.flatMap { [$0.name] + $0.aliases }
    #expect(Set(names).count == names.count)
  }

  @Test("completions offer every command and option", arguments: CompletionShell.allCases)
  func completions(shell: CompletionShell) {
    let text = Completions.text(for: shell)
    for command in CommandTable.all where command.group != .session {
      #expect(text.contains(command.name))
      for option in command.options { #expect(text.contains(option.rawValue)) }
    }
  }
}
