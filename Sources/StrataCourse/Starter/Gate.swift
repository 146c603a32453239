/// How one build serves many variants of the engine: a body asks, when it is called, which one it is to be.
///
///     { if plantedDefect == 7 { …the body with defect 7… } else { …the body… } }
///
/// To build the engine anew for every variant would take a hundred times as long. What a process is to be
/// stands in its environment.
enum Gate {
  /// Names the missing body, by its number in the table.
  static let missing = "STRATA_MISSING"
  /// Names the defect, by its number among the variants.
  static let defect = "STRATA_DEFECT"

  /// What such bodies ask; a file of the module that all others import.
  static let file = (
    path: "Sources/StrataCore/Contract/Gate.swift",
    text: """
    #if canImport(Darwin)
      import Darwin
    #elseif canImport(Glibc)
      import Glibc
    #elseif canImport(Musl)
      import Musl
    #endif

    private func number(_ name: String) -> Int {
      getenv(name).flatMap { Int(String(cString: $0)) } ?? -1
    }

    /// The number of the body that is treated as missing; -1: none is.
    public let treatedAsMissing = number("\(missing)")
    /// The number of the defect that is planted; -1: none is.
    public let plantedDefect = number("\(defect)")

    """
  )

  /// The sources, changed, with the import that questions and calls of `notImplemented` need.
  static func withImport(_ text: String, of original: String) -> String {
    original.contains("import StrataCore\n") ? text : "import StrataCore\n\n" + text
  }

  /// A file that is each of these variants, by their numbers, or itself.
  ///
  /// - Throws: when a variant changes something outside of bodies.
  static func combine(
    _ text: String, _ variants: [(number: Int, name: String, text: String)]
  ) throws(StarterError) -> String {
    guard !variants.isEmpty else { return text }
    let source = SwiftText(text)
    let declarations = DeclarationScanner(source).found
    var bodies: [Int: [(number: Int, body: String)]] = [:]
    for variant in variants {
      let other = SwiftText(variant.text)
      let others = DeclarationScanner(other).found
      guard source.outside(declarations) == other.outside(others) else {
        throw StarterError(
          """
          The variant \(variant.name) changes something outside of the bodies of functions. Plant its defect \
          within them, so that one build serves for all variants.
          """)
      }
      for (index, pair) in zip(declarations, others).enumerated() {
        let body = other.text(pair.1.body)
        if source.text(pair.0.body) != body {
          bodies[index, default: []].append((variant.number, body))
        }
      }
    }
    var bytes = source.bytes
    for (index, alternatives) in bodies.sorted(by: { $0.key > $1.key }) {
      let place = declarations[index].body
      let questions = alternatives.map { "if plantedDefect == \($0.number) \($0.body) else " }
      let gated = "{ \(questions.joined())\(source.text(place)) }"
      bytes.replaceSubrange(place, with: gated.utf8)
    }
    return withImport(String(decoding: bytes, as: UTF8.self), of: text)
  }
}

extension SwiftText {
  /// What stands between the bodies.
  fileprivate func outside(_ declarations: [SwiftDeclaration]) -> [String] {
    var pieces: [String] = []
    var position = 0
    for declaration in declarations {
      pieces.append(text(position..<declaration.body.lowerBound))
      position = declaration.body.upperBound
    }
    return pieces + [text(position..<bytes.count)]
  }
}
