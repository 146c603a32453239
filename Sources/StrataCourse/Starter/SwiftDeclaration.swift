/// A function, initialiser, subscript or computed property of a source, and where its parts are.
struct SwiftDeclaration {
  /// As Swift names it, with the types around it: `MemTable.find(_:asOf:)`, `Record.key`.
  var name: String
  /// From its first attribute or modifier to the end of its body.
  var whole: Range<Int>
  /// From its first modifier up to its body.
  var head: Range<Int>
  /// Its body, braces included.
  var body: Range<Int>
}

/// Finds the declarations of a source that have bodies.
///
/// No parser: it knows where a declaration begins, what it is called, and which braces are its body. What is
/// within a body is passed over. It reads what `swift format` lays out; it is not made for anything else.
struct DeclarationScanner {
  private let text: SwiftText
  private var code: [UInt8] { text.code }
  private(set) var found: [SwiftDeclaration] = []

  private static let types: Set<String> = ["struct", "class", "enum", "actor", "extension"]
  private static let functions: Set<String> = ["func", "init", "subscript"]
  private static let properties: Set<String> = ["var", "let"]
  private static let others: Set<String> = ["case", "typealias", "associatedtype", "import"]

  init(_ text: SwiftText) {
    self.text = text
    scan(0..<text.code.count, within: [])
  }

  /// The declarations directly within a file or the braces of a type.
  private mutating func scan(_ region: Range<Int>, within context: [String]) {
    var position = region.lowerBound
    while true {
      position = skipSpace(position)
      guard position < region.upperBound else { return }
      if code[position] == UInt8(ascii: "#") {  // #if and its like: both branches are looked at
        position = endOfLine(position)
        continue
      }
      let next = declaration(at: position, within: context)
      position = max(next, position + 1)
    }
  }

  /// Reads one declaration; returns where it ends.
  private mutating func declaration(at start: Int, within context: [String]) -> Int {
    var position = start
    while position < code.count, code[position] == UInt8(ascii: "@") {
      position = skipSpace(skipParentheses(word(at: position + 1).end))
    }
    let head = position
    while position < code.count {
      let (word, end) = word(at: position)
      guard !word.isEmpty else { return position + 1 }
      let next = skipSpace(end)
      let isModifier = word == "class" && ["func", "var"].contains(self.word(at: next).word)
      if Self.types.contains(word), !isModifier { return type(at: next, within: context) }
      if word == "protocol" { return braces(from: next).upperBound }
      if word == "deinit" { return braces(from: end).upperBound }
      if Self.functions.contains(word) {
        return function(word, at: word == "func" ? next : end, start, head, context)
      }
      if Self.properties.contains(word) { return property(at: next, start, head, context) }
      if Self.others.contains(word) { return endOfStatement(next) }
      position = skipSpace(skipParentheses(end))
    }
    return position
  }

  private mutating func type(at position: Int, within context: [String]) -> Int {
    var end = position
    while end < code.count, isIdentifier(code[end]) || code[end] == UInt8(ascii: ".") { end += 1 }
    let body = braces(from: end)
    guard body.count > 1 else { return body.upperBound }
    let names = context + [text.text(position..<end)]
    scan(body.lowerBound + 1..<body.upperBound - 1, within: names)
    return body.upperBound
  }

  private mutating func function(
    _ keyword: String, at position: Int, _ start: Int, _ head: Int, _ context: [String]
  ) -> Int {
    guard let opening = code[position...].firstIndex(of: UInt8(ascii: "(")) else {
      return code.count
    }
    var base = keyword
    if keyword == "func" {
      let word = word(at: position).word  // empty for an operator
      base = word.isEmpty ? text.text(position..<opening).filter { !$0.isWhitespace } : word
    }
    let parameters = opening..<skipParentheses(opening)
    let body = braces(from: parameters.upperBound)
    let name = base + "(" + labels(of: parameters).map { $0 + ":" }.joined() + ")"
    add(context + [name], start, head, body)
    return body.upperBound
  }

  private mutating func property(
    at position: Int, _ start: Int, _ head: Int, _ context: [String]
  ) -> Int {
    let end = endOfStatement(position)
    let (name, nameEnd) = word(at: position)
    // Stored when it has an initial value, or no braces: then what braces there are belong to that value.
    let isStored = code[nameEnd..<end].prefix { $0 != UInt8(ascii: "{") }.contains {
      $0 == UInt8(ascii: "=")
    }
    let body = braces(from: nameEnd)
    if !name.isEmpty, !isStored, body.upperBound <= end, body.count > 1 {
      add(context + [name], start, head, body)
    }
    return end
  }

  private mutating func add(_ names: [String], _ start: Int, _ head: Int, _ body: Range<Int>) {
    guard body.count > 1 else { return }
    found.append(
      SwiftDeclaration(
        name: names.joined(separator: "."), whole: start..<body.upperBound,
        head: head..<body.lowerBound, body: body))
  }

  // MARK: Pieces

  /// The argument labels of a parameter list.
  private func labels(of parameters: Range<Int>) -> [String] {
    var labels: [String] = []
    var position = skipSpace(parameters.lowerBound + 1)
    while position < parameters.upperBound - 1 {
      labels.append(word(at: position).word)
      var depth = 0
      while position < parameters.upperBound - 1 {
        let byte = code[position]
        if "([{<".utf8.contains(byte) { depth += 1 }
        let isArrow = byte == UInt8(ascii: ">") && code[position - 1] == UInt8(ascii: "-")
        if ")]}>".utf8.contains(byte), !isArrow { depth -= 1 }
        position += 1
        if depth == 0, byte == UInt8(ascii: ",") { break }
      }
      position = skipSpace(position)
    }
    return labels
  }

  private func word(at position: Int) -> (word: String, end: Int) {
    var end = position
    while end < code.count, isIdentifier(code[end]) { end += 1 }
    return (text.text(position..<end), end)
  }

  private func isIdentifier(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }

  private func skipSpace(_ position: Int) -> Int {
    var position = position
    while position < code.count, " \n\t;".utf8.contains(code[position]) { position += 1 }
    return position
  }

  private func endOfLine(_ position: Int) -> Int {
    code[position...].firstIndex(of: UInt8(ascii: "\n")) ?? code.count
  }

  /// Behind the parentheses that begin here; here when none do.
  private func skipParentheses(_ position: Int) -> Int {
    guard position < code.count, code[position] == UInt8(ascii: "(") else { return position }
    return endOfBrackets(position)
  }

  /// Behind the bracket that closes the one here.
  private func endOfBrackets(_ start: Int) -> Int {
    var depth = 0
    for position in start..<code.count {
      if "([{".utf8.contains(code[position]) { depth += 1 }
      if ")]}".utf8.contains(code[position]) { depth -= 1 }
      if depth == 0 { return position + 1 }
    }
    return code.count
  }

  /// The first braces from here on that are not within other brackets.
  private func braces(from start: Int) -> Range<Int> {
    var position = start
    while position < code.count {
      switch code[position] {
      case UInt8(ascii: "{"): return position..<endOfBrackets(position)
      case UInt8(ascii: "("), UInt8(ascii: "["): position = endOfBrackets(position)
      case UInt8(ascii: "}"): return position..<position  // the type ended: there are none
      default: position += 1
      }
    }
    return code.count..<code.count
  }

  /// Where a statement ends: at a line's end outside of brackets that neither this line nor the next one
  /// carries over.
  private func endOfStatement(_ start: Int) -> Int {
    var position = start
    var last: UInt8 = 0
    while position < code.count {
      let byte = code[position]
      if "([{".utf8.contains(byte) {
        position = endOfBrackets(position)
        last = UInt8(ascii: ")")
        continue
      }
      if byte == UInt8(ascii: "}") { return position }
      if byte == UInt8(ascii: "\n") {
        let next = skipSpace(position)
        guard next < code.count,
          "=+-*/&|,".utf8.contains(last) || "=+-*/&|?:.{".utf8.contains(code[next])
        else { return position }
      } else if byte != UInt8(ascii: " ") {
        last = byte
      }
      position += 1
    }
    return position
  }
}
