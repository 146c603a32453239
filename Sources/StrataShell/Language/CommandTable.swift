/// Where words are understood; not every command makes sense everywhere.
enum Stage {
  case commandLine, session, script
}

/// All commands, in the order in which help lists them.
enum CommandTable {
  static let all: [CommandDescription] = entries + transfer + upkeep + insight + running + learning

  /// The command of this name or alias.
  static func find(_ name: String) -> CommandDescription? {
    all.first { $0.name == name || $0.aliases.contains(name) }
  }

  /// The commands of one group.
  static func commands(in group: CommandDescription.Group) -> [CommandDescription] {
    all.filter { $0.group == group }
  }

  /// Understands the words of a command, together with the options common to all.
  ///
  /// - Returns: nil when there is no command among the words.
  static func parse(
    _ words: [Word], on stage: Stage = .session
  ) throws(UsageError) -> (command: Command, arguments: ParsedArguments)? {
    var arguments = try ParsedArguments(words)
    if arguments.has(.version) { return (.version, arguments) }
    guard let first = arguments.popOperand() else {
      return arguments.has(.help) ? (.help(nil), arguments) : nil
    }
    let name = try ParsedArguments.text(first, "the command")
    guard let description = find(name) else { throw unknown(name, on: stage) }
    if arguments.has(.help) { return (.help(description.name), arguments) }
    try check(description.place, on: stage)
    try check(arguments, for: description)
    let command = try description.parse(&arguments)
    if case .help(let asked?) = command, find(asked) == nil { throw unknown(asked, on: stage) }
    return (command, arguments)
  }

  /// What to say about a command that does not exist.
  static func unknown(_ name: String, on stage: Stage) -> UsageError {
    let names = all.flatMap { [$0.name] + $0.aliases }
    let nearest = NearestName.of(name, among: names)
    let help = stage == .commandLine ? "kvcli help" : "help"
    return UsageError(
      "there is no command \(Word(name).description)",
      advice: (nearest.map { "Did you mean \($0)? " } ?? "")
        + "All commands are listed by: \(help)")
  }

  /// Refuses what makes sense elsewhere only.
  private static func check(
    _ place: CommandDescription.Place, on stage: Stage
  ) throws(UsageError) {
    switch (place, stage) {
    case (.commandLine, .session), (.commandLine, .script):
      throw UsageError("this command is for the command line, not for a session")
    case (.script, .session): throw UsageError("this command is for scripts")
    case (.session, .commandLine), (.script, .commandLine):
      throw UsageError("this command is for sessions and scripts: kvcli batch, shell, script")
    default: return
    }
  }

  private static func check(
    _ arguments: ParsedArguments, for description: CommandDescription
  ) throws(UsageError) {
    let advice = "It is written: \(description.usage)"
    for option in Option.allCases where arguments.has(option) {
      guard Option.common.contains(option) || description.options.contains(option) else {
        throw UsageError("\(description.name) has no option \(option.spelling)", advice: advice)
      }
    }
    let count = arguments.operands.count
    if count < description.operandCount.lowerBound {
      let missing = description.operands.split(separator: " ").dropFirst(count).first ?? ""
      let name = missing.replacing("...", with: "")
      throw UsageError("\(description.name): \(name) is missing", advice: advice)
    }
    if count > description.operandCount.upperBound {
      let extra = arguments.operands[description.operandCount.upperBound].description
      throw UsageError(
        "\(description.name): there is one word too many: \(extra)",
        advice: advice + "; a word with spaces needs quotation marks.")
    }
  }
}
