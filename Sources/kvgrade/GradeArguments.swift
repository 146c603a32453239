import StrataCourse

extension Array {
  /// The elements of these names; all of them when there are no names.
  func named(
    _ names: [String], what: String, by name: (Element) -> String
  ) throws -> [Element] {
    let known = map(name)
    if let unknown = names.first(where: { !known.contains($0) }) {
      throw GradeUsageError(
        "there is no \(what) \(unknown); there are \(known.joined(separator: ", ")).")
    }
    return names.isEmpty ? self : filter { names.contains(name($0)) }
  }
}

/// The words of a command, sorted into options and operands.
///
/// Options may stand anywhere; `--name value` and `--name=value` are the same; behind `--` nothing is an
/// option any more.
struct GradeArguments {
  private(set) var operands: [String] = []
  private var values: [String: [String]] = [:]

  init(_ words: [String], of command: GradeCommand) throws {
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        operands += rest
        break
      }
      guard word.hasPrefix("--") else {
        operands.append(word)
        continue
      }
      let parts = word.dropFirst(2).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      guard let option = command.options.first(where: { $0.name == name }) else {
        throw GradeUsageError("\(command.name) has no option --\(name). \(Self.usage(command))")
      }
      if option.operand == nil {
        guard parts.count == 1 else { throw GradeUsageError("--\(name) takes no value.") }
        values[name, default: []].append("")
      } else if parts.count == 2 {
        values[name, default: []].append(String(parts[1]))
      } else if let value = rest.popFirst() {
        values[name, default: []].append(value)
      } else {
        throw GradeUsageError("--\(name) needs a value: \(option.spelling).")
      }
    }
    guard command.operandCount.contains(operands.count) else {
      let what = operands.isEmpty ? "something is missing" : "there are too many or too few words"
      throw GradeUsageError("\(what). \(Self.usage(command))")
    }
  }

  private static func usage(_ command: GradeCommand) -> String { "Usage: kvgrade \(command.usage)" }

  /// True when the option was given.
  func has(_ name: String) -> Bool { values[name] != nil }

  /// What follows an option; the last one counts.
  func text(_ name: String) -> String? { values[name]?.last }

  /// What follows an option, each time that it was given.
  func texts(_ name: String) -> [String] { values[name] ?? [] }

  /// What follows an option, as a whole number.
  func count(_ name: String) throws -> Int? {
    guard let text = text(name) else { return nil }
    guard let number = Int(text), number >= 0 else {
      throw GradeUsageError("--\(name) expects a whole number, 0 or more, not \(text).")
    }
    return number
  }

  /// What follows an option, as a milestone's number.
  func milestone(_ name: String) throws -> Int? { try milestones(name).last }

  /// What follows an option, each time that it was given, as milestones' numbers.
  func milestones(_ name: String) throws -> [Int] {
    try texts(name).map { text in
      guard let number = Milestone.number(named: text) else {
        throw GradeUsageError(
          "--\(name) expects a milestone, 1 to \(Milestone.bonus - 1) or bonus, not \(text).")
      }
      return number
    }
  }
}
