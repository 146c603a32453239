import StrataCore
import Testing

@testable import StrataShell

@Suite("Golden scripts")
struct ScriptTests {
  /// All scripts, by the names of their files.
  static let names: [String] = {
    do throws(StoreError) {
      return try LocalFileSystem().openDirectory(directory, creating: false).names()
        .filter { $0.hasSuffix(".script") }
    } catch {
      return []
    }
  }()

  static var directory: String {
    let package = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return "/\(package)/Fixtures/Scripts"
  }

  @Test("there are scripts")
  func scriptsExist() { #expect(ScriptTests.names.count >= 15) }

  @Test(
    "every script prints what it expects, under every policy", arguments: names,
    CompactionChoice.names)
  func scripts(name: String, policy: String) {
    let console = Console.inMemory()
    let arguments = ["script", "--policy", policy, "\(ScriptTests.directory)/\(name)"]
    let status = Shell(console: console).run(arguments.map { Array($0.utf8) })
    #expect(status == .success, "\(console.output.takeText())\(console.errors.takeText())")
  }

  @Test(
    "every script prints the same on the earlier rungs, where it is for them", arguments: names,
    ["bitcask", "append-log"])
  func rungs(name: String, engine: String) {
    let console = Console.inMemory()
    let arguments = ["script", "--engine", engine, "\(ScriptTests.directory)/\(name)"]
    let status = Shell(console: console).run(arguments.map { Array($0.utf8) })
    #expect(status == .success, "\(console.output.takeText())\(console.errors.takeText())")
  }

  @Test("a script may say for which engines it is")
  func engines() throws {
    let script = Script("# engines: lsm, bitcask\nshape\n---\n")
    #expect(script.engines == ["lsm", "bitcask"])
    #expect(script.runs(on: try #require(EngineTable.find("bitcask"))))
    #expect(!script.runs(on: try #require(EngineTable.find("append-log"))))
    #expect(Script("get a\n---\n").runs(on: try #require(EngineTable.find("append-log"))))
  }

  @Test(
    "the model in memory gives the same answers, where no files are looked at", arguments: names)
  func model(name: String) throws {
    let descriptor = try Platform.openForReading("\(ScriptTests.directory)/\(name)")
    defer { Platform.closeFile(descriptor) }
    let bytes = try LineReader(descriptor: descriptor, name: name).rest(limit: 1 << 20)
    let script = Script(String(decoding: bytes ?? [], as: UTF8.self))
    let aboutFiles = ["shape", "compact", "reopen", "crash"]
    guard !script.commands.contains(where: { aboutFiles.contains($0) }) else { return }
    var settings = StoreSettings()
    settings.engine = try #require(EngineTable.find("dictionary"))
    #expect(try script.run(in: "unused", settings: settings) == script.expected)
  }

  @Test("a difference is shown line by line")
  func difference() {
    let difference = LineDifference(expected: ["a", "b", "c"], actual: ["a", "x", "c", "d"])
    #expect(
      difference.changes == [
        .same("a"), .missing("b"), .unexpected("x"), .same("c"), .unexpected("d"),
      ])
    #expect(!difference.isEmpty)
    #expect(LineDifference(expected: ["a"], actual: ["a"]).isEmpty)
    #expect(
      LineDifference(expected: ["a"], actual: []).lines(style: .plain) == ["  - a"])
  }

  @Test("a script keeps its commands and comments when it is recorded")
  func recording() {
    let script = Script("# why\nput a 1\nget a\n---\nold\n")
    #expect(script.expected == ["old"])
    #expect(script.text(expecting: ["1"]) == "# why\nput a 1\nget a\n---\n1\n")
    #expect(Script("get a\n").expected == nil)
  }
}
