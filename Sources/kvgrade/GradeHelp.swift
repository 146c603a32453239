/// What kvgrade says about itself.
enum GradeHelp {
  /// All commands.
  static var overview: String {
    var lines = [
      "kvgrade: the course of Strata, for those who take it and those who give it",
      "",
      "Usage: kvgrade COMMAND [ARGUMENTS]",
      "",
    ]
    lines += rows(
      GradeCommand.all.map { ([$0.name, $0.operands].joined(separator: " "), $0.summary) })
    lines += [
      "",
      "Exit status: 0 all is well   1 something did not pass   2 usage   3 it could not be done",
      "",
      "A command with its options and examples: kvgrade help COMMAND",
    ]
    return lines.joined(separator: "\n")
  }

  /// One command.
  static func page(of command: GradeCommand) -> String {
    var lines = ["\(command.name): \(command.summary)", "", "Usage: kvgrade \(command.usage)"]
    lines += ["", command.details]
    if !command.options.isEmpty {
      lines += ["", "Options"] + rows(command.options.map { ($0.spelling, $0.summary) })
    }
    lines += ["", "Example"]
    lines += command.example.split(separator: "\n").map { "  \($0)" }
    return lines.joined(separator: "\n")
  }

  /// Two columns, the first as wide as it must be.
  private static func rows(_ rows: [(String, String)]) -> [String] {
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { "  \($0)\(String(repeating: " ", count: width - $0.count))  \($1)" }
  }
}
