import StrataCore
import Testing

@testable import StrataShell

@Suite("A line becomes words")
struct TokeniserTests {
  private func words(_ line: String) throws -> [String] {
    try Tokeniser.words(of: Array(line.utf8)).map { String(decoding: $0.bytes, as: UTF8.self) }
  }

  @Test(
    "quotes and escapes",
    arguments: [
      ("put a 1", ["put", "a", "1"]),
      ("  put\ta   1  ", ["put", "a", "1"]),
      (#"put "a b" 'c d'"#, ["put", "a b", "c d"]),
      (#"put a" b "c 1"#, ["put", "a b c", "1"]),
      (#"put "" ''"#, ["put", "", ""]),
      (#"put a\tb "c\nd" 'e\tf'"#, ["put", "a\tb", "c\nd", #"e\tf"#]),
      (#"put a\ b \\ \" \'"#, ["put", "a b", #"\"#, "\"", "'"]),
      ("", []), ("   ", []), ("# a comment", []), ("get #1", ["get", "#1"]),
      ("put a 1\r", ["put", "a", "1"]),
    ])
  func splits(line: String, expected: [String]) throws {
    #expect(try words(line) == expected)
  }

  @Test("any byte can be written as an escape")
  func anyByte() throws {
    let everyByte = [UInt8](0...255)
    let line = everyByte.map { "\\x" + Escaping.hex($0) }.joined()
    #expect(try Tokeniser.words(of: Array(line.utf8)).map(\.bytes) == [everyByte])
  }

  @Test("what Escaping writes is read back", arguments: 0..<20)
  func roundTrip(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let bytes = (0..<50).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    let quoted = "\"" + Value(bytes).description.replacing("\"", with: "\\\"") + "\""
    #expect(try Tokeniser.words(of: Array(quoted.utf8)).map(\.bytes) == [bytes])
  }

  @Test(
    "mistakes are named", arguments: [#"get "a"#, "get 'a", #"get \q"#, #"get \x4"#, #"get \"#])
  func mistakes(line: String) {
    #expect(throws: UsageError.self) { try Tokeniser.words(of: Array(line.utf8)) }
  }

  @Test("a quoted word is no option and no hyphen")
  func literals() throws {
    let words = try Tokeniser.words(of: Array(#"put "--ttl" "-""#.utf8))
    let parsed = try #require(try CommandTable.parse(words))
    #expect(parsed.command == .put("--ttl", .bytes("-"), timeToLive: nil))
  }
}
