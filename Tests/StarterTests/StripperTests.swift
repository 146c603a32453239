import Testing

@testable import StrataCourse

@Suite("Taking bodies out")
struct StripperTests {
  private static let source = """
    import StrataCore

    struct Index {
      /// Finds.
      func find(_ key: Int) -> Int? { helper(key) }

      /// Helps.
      private func helper(_ key: Int) -> Int {
        key + 1
      }

      func count() -> Int { 0 }
    }

    """

  private func exercise(
    _ declaration: String = "Index.find(_:)", _ signature: String = "func find(_ key: Int) -> Int?",
    helpers: [String] = [], standIn: String? = nil
  ) -> Exercise {
    Exercise(
      "M/Index.swift", declaration, signature, points: 1, helpers: helpers, standIn: standIn,
      hints: [])
  }

  private func strip(
    _ exercise: Exercise, _ text: String = source, mode: Stripper.Mode = .replace
  ) throws -> String {
    try Stripper(mode: mode).strip(text, file: "M/Index.swift", of: [exercise])
  }

  @Test("a body becomes a call that says what is missing, and all else stays")
  func replacing() throws {
    let missing = "{\n    notImplemented(\"Index.find(_:)\", milestone: 0)\n  }"
    #expect(
      try strip(exercise()) == Self.source.replacing("{ helper(key) }", with: missing))
  }

  @Test("a helper goes with its body, and so does its comment")
  func helpers() throws {
    let stripped = try strip(exercise(helpers: ["Index.helper(_:)"]))
    #expect(!stripped.contains("helper"))
    #expect(!stripped.contains("Helps"))
    #expect(stripped.contains("  }\n\n  func count() -> Int { 0 }\n"))
  }

  @Test("what stands in a body's place keeps its lines")
  func standIn() throws {
    let stripped = try strip(exercise(standIn: "let one = 1\nreturn one"))
    #expect(
      stripped.contains(
        "-> Int? {\n    // To be written: Index.find(_:), milestone 0.\n    let one = 1\n    return one\n  }\n"
      ))
  }

  @Test("a gate keeps the body")
  func gate() throws {
    let gated = try strip(exercise(helpers: ["Index.helper(_:)"]), mode: .gate)
    #expect(gated.contains("{ if treatedAsMissing == 0 { notImplemented("))
    #expect(gated.contains("else { helper(key) } }"))
    #expect(gated.contains("private func helper"))
  }

  @Test("another signature, an unknown name, a name that is there twice: each says what to do")
  func errors() throws {
    #expect(throws: StarterError.self) { try strip(exercise("Index.find(_:)", "func find()")) }
    func message(_ exercise: Exercise, _ text: String = Self.source) -> String {
      do {
        _ = try strip(exercise, text)
        return ""
      } catch {
        return "\(error)"
      }
    }
    let changed = message(exercise("Index.find(_:)", "func find(_ key: Int)"))
    #expect(changed.contains("engine: func find(_ key: Int) -> Int?"))
    #expect(changed.contains("table:  func find(_ key: Int)\n"))
    #expect(changed.contains("kvgrade starter --record"))
    #expect(message(exercise("Index.seek(_:)")).contains("has no Index.seek(_:) with a body"))
    #expect(
      message(exercise(helpers: ["Index.gone()"])).contains(
        "0 declarations of the name Index.gone()")
    )
    let twice = Self.source + "extension Index { func find(_ key: UInt) -> Int? { 1 } }\n"
    #expect(message(exercise(), twice) == "")
    let same = Self.source + "extension Index { func find(_ key: Int) -> Int? { 1 } }\n"
    #expect(message(exercise(), same).contains("2 declarations of the name"))
  }
}
