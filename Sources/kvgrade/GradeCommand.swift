/// Everything that is to be known about one command: help and parsing come from it.
struct GradeCommand: Sendable {
  let name: String
  /// What follows the name, as help writes it: `DIR`.
  var operands = ""
  var operandCount: ClosedRange<Int> = 0...0
  var options: [GradeOption] = []
  let summary: String
  /// Sentences for those who ask for help on it.
  let details: String
  /// Commands to type.
  let example: String
  /// Does it; returns the exit status.
  let run: @Sendable (GradeArguments) throws -> Int32

  /// All commands, in the order in which help lists them.
  static let all = [
    check, starter, proveStarter, zoo, proveTests, course, unpack, grade, batch, merge, similarity,
    export, sandbox, doctor, samples,
  ]

  /// The command that a command line asks for; nil when it asks for help.
  static func named(in words: [String]) throws -> GradeCommand? {
    guard let first = words.first else { return nil }
    if ["help", "--help", "-h"].contains(first) {
      guard words.count > 1 else { return nil }
      print(GradeHelp.page(of: try find(words[1])))
      return GradeCommand(
        name: "help", operandCount: 0...2, summary: "", details: "", example: "", run: { _ in 0 })
    }
    return try find(first)
  }

  private static func find(_ name: String) throws -> GradeCommand {
    if let command = all.first(where: { $0.name == name }) { return command }
    throw GradeUsageError(
      "there is no command \(name); there are \(all.map(\.name).joined(separator: ", ")).")
  }

  /// How it is written: `starter DIR [--from M]`.
  var usage: String {
    ([name, operands].filter { !$0.isEmpty } + options.map { "[\($0.spelling)]" })
      .joined(separator: " ")
  }
}

/// An option of a command.
struct GradeOption: Sendable, Hashable {
  let name: String
  /// What follows it, for help; nil when nothing does.
  var operand: String?
  let summary: String

  /// The option as it is written, with what follows it.
  var spelling: String { ["--\(name)", operand].compactMap { $0 }.joined(separator: " ") }

  static let source = GradeOption(
    name: "source", operand: "DIR",
    summary: "the project to work from (else where kvgrade was built, else the working directory)")
}

/// A command line that was written wrongly: what is wrong, and how it is written.
struct GradeUsageError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
