/// Everything that is to be known about one command: help, completions and parsing come from it.
struct CommandDescription: Sendable {
  /// Where a command can be used.
  enum Place: Sendable {
    /// On the command line, and in batch, shell and scripts.
    case everywhere
    /// Only as a command line of its own, because it reads standard input or runs other commands.
    case commandLine
    /// Only in batch, shell and scripts.
    case session
    /// Only in scripts.
    case script
  }

  /// The heading under which help lists it.
  enum Group: String, CaseIterable, Sendable {
    case entries = "Entries"
    case transfer = "Loading and saving"
    case upkeep = "Upkeep"
    case insight = "Looking inside"
    case running = "Running commands"
    case learning = "Getting started"
    case session = "In a session"
  }

  let name: String
  var aliases: [String] = []
  /// What follows the name, as help writes it: `KEY VALUE`.
  var operands = ""
  var operandCount: ClosedRange<Int> = 0...0
  var options: [Option] = []
  /// What `--format` may be, the default first, where it is among the options.
  var formats: [String] = []
  /// What completions offer for an operand; `nil` stands for file names.
  var choices: [String]? = []
  let group: Group
  var place = Place.everywhere
  let summary: String
  /// Sentences for those who ask for help on it.
  var details = ""
  /// Commands to type, with what they print.
  let example: String
  let parse: @Sendable (inout ParsedArguments) throws(UsageError) -> Command

  /// How it is written: `put KEY VALUE [--ttl DURATION]`.
  var usage: String {
    let parts = [name, operands].filter { !$0.isEmpty }
    return (parts + options.map { "[\(spelling(of: $0))]" }).joined(separator: " ")
  }

  /// An option of this command with what follows it: `--format text|json`.
  func spelling(of option: Option) -> String {
    let operand = option == .format ? formats.joined(separator: "|") : option.operand
    return [option.spelling, operand].compactMap { $0 }.joined(separator: " ")
  }
}
