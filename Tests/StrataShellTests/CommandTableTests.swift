import StrataCore
import Testing

@testable import StrataShell

@Suite("Words become a command")
struct CommandTableTests {
  private func parse(_ line: String) throws(UsageError) -> Command? {
    try CommandTable.parse(
      line.split(separator: " ").map { Word(String($0)) }, on: .commandLine)?.command
  }

  @Test("options may stand anywhere, with a space or an equals sign")
  func options() throws {
    let expected = Command.put("a", .bytes("1"), timeToLive: 30_000)
    for line in ["put a 1 --ttl 30s", "--ttl=30s put a 1", "put --ttl 30s a 1"] {
      #expect(try parse(line) == expected)
    }
    let words = "--store x put --durability interval:5 a --engine lsm 1 --policy leveled"
      .split(separator: " ").map { Word(String($0)) }
    let parsed = try #require(try CommandTable.parse(words))
    let settings = try StoreSettings(parsed.arguments, environment: { _ in nil })
    #expect(settings.path == "x")
    #expect(settings.durability == .interval(milliseconds: 5))
    #expect(settings.policy == "leveled")
  }

  @Test("behind two hyphens nothing is an option")
  func endOfOptions() throws {
    #expect(try parse("get -- --raw") == .get("--raw", raw: false))
    #expect(try parse("put k -- -") == .put("k", .bytes("-"), timeToLive: nil))
    #expect(try parse("put k -") == .put("k", .standardInput, timeToLive: nil))
    #expect(try parse("get -5") == .get("-5", raw: false))
  }

  @Test(
    "aliases", arguments: [("set a 1", "put a 1"), ("del a", "delete a"), ("rm a", "delete a")])
  func aliases(alias: String, name: String) throws {
    #expect(try parse(alias) == parse(name))
  }

  @Test("a range is a prefix cut by from and to")
  func ranges() throws {
    #expect(try parse("count --from b --to d") == .count(KeyRange(from: "b", to: "d")))
    #expect(try parse("count --prefix b") == .count(.prefix("b")))
    #expect(
      try parse("count --prefix b --from bb") == .count(KeyRange(from: "bb", to: "c")))
  }

  @Test(
    "mistakes say what is wrong",
    arguments: [
      ("comapct", "there is no command comapct"),
      ("put a", "put: VALUE is missing"),
      ("put a b c", "put: there is one word too many: c"),
      ("get a --revers", "there is no option --revers"),
      ("get a --reverse", "get has no option --reverse"),
      ("scan --limit", "--limit needs a value: --limit N"),
      ("scan --limit -1", "--limit expects a whole number, 0 or more, not -1"),
      ("scan --format xml", "--format expects tsv, csv or json, not xml"),
      ("stats --format tsv", "--format expects text or json, not tsv"),
      ("put a 1 --ttl 0s", "--ttl expects a time above 0"),
      ("put a 1 --ttl 99999999999999999d", "--ttl expects a time such as 500ms"),
      ("get a --raw=yes", "--raw takes no value"),
      ("bench fillrandum", "there is no workload fillrandum"),
      ("completions tcsh", "completions are made for bash, zsh and fish, not for tcsh"),
      ("help comapct", "there is no command comapct"),
    ])
  func mistakes(line: String, reason: String) {
    let error = #expect(throws: UsageError.self) { try parse(line) }
    #expect(error?.reason.hasPrefix(reason) == true, "\(error?.reason ?? "")")
    #expect(error?.reason.hasSuffix(".") == false)
  }

  @Test(
    "the nearest name is suggested",
    arguments: [
      ("comapct", "compact"), ("gte", "get"), ("expotr", "export"), ("STATS", "stats"),
      ("delte", "delete"),
    ])
  func suggestions(written: String, meant: String) {
    #expect(CommandTable.unknown(written, on: .session).advice?.contains(meant) == true)
  }

  @Test("commands are refused where they make no sense")
  func stages() throws {
    func parse(_ line: String, on stage: Stage) throws {
      _ = try CommandTable.parse(line.split(separator: " ").map { Word(String($0)) }, on: stage)
    }
    #expect(throws: UsageError.self) { try parse("echo a", on: .commandLine) }
    #expect(throws: UsageError.self) { try parse("crash", on: .commandLine) }
    #expect(throws: UsageError.self) { try parse("crash", on: .session) }
    #expect(throws: UsageError.self) { try parse("tour", on: .session) }
    #expect(throws: UsageError.self) { try parse("shell", on: .script) }
    try parse("crash", on: .script)
    try parse("shape", on: .session)
    try parse("shell", on: .commandLine)
  }

  @Test("nothing is suggested where nothing is near")
  func noSuggestion() {
    #expect(CommandTable.unknown("frobnicate", on: .session).advice?.contains("mean") == false)
  }

  @Test(
    "wrong settings are refused",
    arguments: ["--engine x", "--durability fast", "--policy none", "--memtable 1", "--store="])
  func settings(option: String) throws {
    let words = option.split(separator: " ").map { Word(String($0)) } + [Word("count")]
    let parsed = try #require(try CommandTable.parse(words))
    #expect(throws: UsageError.self) {
      try StoreSettings(parsed.arguments, environment: { _ in nil })
    }
  }

  @Test("the store comes from the option, else from the environment, else it is ./kvdata")
  func storePath() throws {
    let environment = ["KVCLI_STORE": "from-environment"]
    let none = try ParsedArguments([])
    let given = try ParsedArguments([Word("--store=given")])
    #expect(try StoreSettings(none, environment: { _ in nil }).path == "./kvdata")
    #expect(try StoreSettings(none, environment: { environment[$0] }).path == "from-environment")
    #expect(try StoreSettings(given, environment: { environment[$0] }).path == "given")
  }

  @Test("numbers as people write them")
  func quantities() {
    #expect(Quantities.count("1,000_000") == 1_000_000)
    #expect(Quantities.count("") == nil)
    #expect(Quantities.count("٣") == nil)
    #expect(Quantities.bytes("64MiB") == 64 << 20)
    #expect(Quantities.bytes("64MB") == nil)
    #expect(Quantities.milliseconds("2h") == 7_200_000)
    #expect(Quantities.milliseconds("30") == nil)
  }
}
