/// What kvcli says about itself.
enum Help {
  static let versionNumber = "0.1.0"
  /// Name and version.
  static let version = "kvcli \(versionNumber) (Strata)"

  /// All commands, or one of them.
  static func text(_ name: String?, style: Style) -> String {
    guard let description = name.flatMap(CommandTable.find) else { return overview(style) }
    return page(description, style)
  }

  private static func overview(_ style: Style) -> String {
    var lines = [
      "\(style.bold("kvcli")): a log-structured key-value store at the command line",
      "",
      "Usage: kvcli [OPTIONS] COMMAND [ARGUMENTS]",
    ]
    let names = CommandTable.all.map { [$0.name, $0.operands].joined(separator: " ") }
    let width = names.map(\.count).max() ?? 0
    for group in CommandDescription.Group.allCases {
      lines += ["", style.bold(group.rawValue)]
      for command in CommandTable.commands(in: group) {
        let name = [command.name, command.operands].joined(separator: " ")
        let gap = String(repeating: " ", count: width - name.count)
        let place = command.place == .script ? " (scripts only)" : ""
        lines.append("  \(name)\(gap)  \(command.summary)\(place)")
      }
      if group == .session {
        let gap = String(repeating: " ", count: width - 4)
        lines.append("  exit\(gap)  leave the shell (also quit; shell only)")
      }
    }
    lines += [
      "", style.bold("Options"),
      options((Option.common + [.help, .version]).map { (spelling($0), $0) }),
    ]
    lines += [
      "",
      style.bold("Exit status"),
      "  0 success   1 key absent   2 usage   3 damaged file   4 input or output, no space",
      "  5 in use by another process   6 refusing writes after an earlier failure",
      "",
      "A command with examples: kvcli help COMMAND. First time here: kvcli tour",
    ]
    return lines.joined(separator: "\n")
  }

  private static func page(_ command: CommandDescription, _ style: Style) -> String {
    var lines = ["\(style.bold(command.name)): \(command.summary)", ""]
    let prefix = [.session, .script].contains(command.place) ? "" : "kvcli "
    lines += wrapped("Usage: \(prefix)\(command.usage)", indent: 9 + prefix.count)
    if !command.aliases.isEmpty {
      lines.append("Also:  \(command.aliases.joined(separator: ", "))")
    }
    if !command.details.isEmpty { lines += ["", command.details] }
    if !command.options.isEmpty {
      lines += [
        "", style.bold("Options"), options(command.options.map { (command.spelling(of: $0), $0) }),
      ]
    }
    lines += ["", style.bold("Example")]
    lines += command.example.split(separator: "\n").map { "  \(style.command(String($0)))" }
    return lines.joined(separator: "\n")
  }

  /// A usage line, broken before options where it is long.
  private static func wrapped(_ text: String, indent: Int) -> [String] {
    let parts = text.split(separator: " [").enumerated().map { $0 == 0 ? "\($1)" : "[\($1)" }
    var lines: [String] = []
    for part in parts {
      if let last = lines.last, last.count + part.count < 88 {
        lines[lines.count - 1] = "\(last) \(part)"
      } else {
        lines.append(lines.isEmpty ? part : String(repeating: " ", count: indent) + part)
      }
    }
    return lines
  }

  private static func spelling(_ option: Option) -> String {
    [option.spelling, option.operand].compactMap { $0 }.joined(separator: " ")
  }

  private static func options(_ rows: [(spelling: String, option: Option)]) -> String {
    var table = TextTable([.left, .left], indent: 2)
    for row in rows { table.add(row.spelling, row.option.summary) }
    return table.text
  }
}
