import StrataCore

/// The words of a command, sorted into options and operands.
///
/// Options may stand anywhere; `--name value` and `--name=value` are the same; behind `--` nothing is
/// an option any more, so that a key may begin with two hyphens.
struct ParsedArguments {
  private(set) var operands: [Word] = []
  private(set) var options: [Option: Word] = [:]

  init(_ words: [Word]) throws(UsageError) {
    var rest = words[...]
    while let word = rest.popFirst() {
      if !word.isLiteral, word.bytes == Array("--".utf8) {
        operands += rest.map { Word($0.bytes, isLiteral: true) }
        return
      }
      if !word.isLiteral, word.bytes == Array("-h".utf8) {
        options[.help] = Word("")
      } else if !word.isLiteral, word.bytes.starts(with: "--".utf8) {
        try addOption(word, &rest)
      } else {
        operands.append(word)
      }
    }
  }

  private mutating func addOption(
    _ word: Word, _ rest: inout ArraySlice<Word>
  ) throws(UsageError) {
    let parts = word.bytes.dropFirst(2).split(
      separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(decoding: parts[0], as: UTF8.self)
    guard let option = Option(rawValue: name) else {
      let nearest = NearestName.of(name, among: Option.allCases.map(\.rawValue))
      throw UsageError(
        "there is no option --\(Word(Array(parts[0])).description)",
        advice: nearest.map { "Did you mean --\($0)?" }
          ?? "To use it as a key or a value, put -- before it.")
    }
    guard let operand = option.operand else {
      guard parts.count == 1 else { throw UsageError("\(option.spelling) takes no value") }
      options[option] = Word("")
      return
    }
    if parts.count == 2 {
      options[option] = Word(Array(parts[1]))
    } else if let value = rest.popFirst() {
      options[option] = value
    } else {
      throw UsageError("\(option.spelling) needs a value: \(option.spelling) \(operand)")
    }
  }

  /// Takes the first operand away.
  mutating func popOperand() -> Word? { operands.isEmpty ? nil : operands.removeFirst() }

  // MARK: What commands ask for

  /// True when the option was given.
  func has(_ option: Option) -> Bool { options[option] != nil }

  /// An option's value as text.
  func text(_ option: Option) throws(UsageError) -> String? {
    guard let word = options[option] else { return nil }
    return try ParsedArguments.text(word, "the value of \(option.spelling)")
  }

  /// A word that must be text: a path, a name.
  static func text(_ word: Word, _ what: String) throws(UsageError) -> String {
    guard let text = String(validating: word.bytes, as: UTF8.self), !text.utf8.contains(0) else {
      throw UsageError("\(what) is not text: \(word.description)")
    }
    return text
  }

  /// An option's value as a key.
  func key(_ option: Option) -> Key? { options[option].map { Key($0.bytes) } }

  /// An option's value as a whole number.
  func count(_ option: Option) throws(UsageError) -> Int? {
    if let text = try text(option), !text.isEmpty, Quantities.count(text) == nil,
      text.allSatisfy({ $0.isASCII && $0.isNumber })
    {
      throw UsageError("\(option.spelling) expects at most \(Int.max), not \(text)")
    }
    return try converted(option, "a whole number, 0 or more", Quantities.count)
  }

  /// An option's value as a time.
  func milliseconds(_ option: Option) throws(UsageError) -> UInt64? {
    try converted(option, "a time such as 500ms, 30s, 5m, 2h or 1d", Quantities.milliseconds)
  }

  /// An option's value, converted; nil when it was not given.
  func converted<Value>(
    _ option: Option, _ expectation: String, _ convert: (String) -> Value?
  ) throws(UsageError) -> Value? {
    guard let text = try text(option) else { return nil }
    guard let value = convert(text) else {
      throw UsageError("\(option.spelling) expects \(expectation), not \(text)")
    }
    return value
  }

  /// The range chosen by `--from`, `--to` and `--prefix`.
  var range: KeyRange {
    let range = KeyRange(from: key(.from), to: key(.to))
    return key(.prefix).map { range.intersection(.prefix($0)) } ?? range
  }
}
