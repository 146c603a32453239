import StrataCore
import StrataTestSupport
import Testing

@testable import StrataShell

@Suite("Golden scripts")
struct ScriptTests {
  @Test(
    "every script prints what it expects, on every engine that it is for", arguments: GoldenCase.all
  )
  func scripts(golden: GoldenCase) {
    let console = Console.inMemory()
    var arguments = ["script", "--engine", golden.engine, ProjectFiles.path(golden.path)]
    if let policy = golden.policy { arguments += ["--policy", policy] }
    let status = Shell(console: console).run(arguments.map { Array($0.utf8) })
    #expect(status == .success, "\(console.output.takeText())\(console.errors.takeText())")
  }

  @Test(
    "the model in memory gives the same answers, where no files are looked at",
    arguments: GoldenCase.paths)
  func model(path: String) throws {
    let script = Script(try ProjectFiles.text(path))
    let aboutFiles = ["shape", "compact", "reopen", "crash", "checkpoint"]
    guard
      !script.commands.contains(where: { line in aboutFiles.contains { line.hasPrefix($0) } })
    else { return }
    var settings = StoreSettings()
    settings.engine = try #require(EngineTable.find("dictionary"))
    #expect(try script.run(in: "unused", settings: settings) == script.expected)
  }

  @Test("there are scripts on every topic, and nothing else lies beside them")
  func presence() {
    #expect(GoldenCase.paths.count >= 60)
    #expect(GoldenCase.paths == ProjectFiles.files(in: "Fixtures/Scripts"))
    var topics: [Substring: Int] = [:]
    for path in GoldenCase.paths {
      #expect(path.wholeMatch(of: /Fixtures\/Scripts\/[a-z]+\/[a-z\-]+\.kv/) != nil, "\(path)")
      topics[path.split(separator: "/")[2], default: 0] += 1
    }
    #expect(topics.values.allSatisfy { $0 >= 5 }, "\(topics)")
    #expect(topics.count >= 11)
  }

  @Test(
    "every script begins with the rule that it shows, in one sentence, and no two with the same")
  func rules() throws {
    var rules: Set<String> = []
    for path in GoldenCase.paths {
      let script = Script(try ProjectFiles.text(path))
      let rule = try #require(script.commands.first)
      #expect(rule.wholeMatch(of: /# [^.]+\./) != nil, "\(path): \(rule)")
      #expect(rules.insert(rule).inserted, "\(path)")
      #expect(script.expected?.isEmpty == false, "\(path)")
    }
  }

  @Test("a script may say for which engines it is")
  func engines() throws {
    let script = Script("# engines: lsm, bitcask\nshape\n---\n")
    #expect(script.engines == ["lsm", "bitcask"])
    #expect(script.runs(on: try #require(EngineTable.find("bitcask"))))
    #expect(!script.runs(on: try #require(EngineTable.find("append-log"))))
    #expect(Script("get a\n---\n").runs(on: try #require(EngineTable.find("append-log"))))
  }

  @Test("a script for an engine that does not exist would never run, so there is none")
  func engineNames() throws {
    for path in GoldenCase.paths {
      for name in Script(try ProjectFiles.text(path)).engines ?? [] {
        #expect(EngineTable.publicNames.contains(name), "\(path): \(name)")
      }
    }
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

/// One script on one engine, and of Strata's under one policy.
struct GoldenCase: CustomTestStringConvertible, Sendable {
  let path: String
  let engine: String
  var policy: String?

  var testDescription: String {
    let name = path.split(separator: "/").dropFirst(2).joined(separator: "/")
    return "\(name) on \(engine)\(policy.map { ", \($0)" } ?? "")"
  }

  /// All scripts, from the root of the project.
  static let paths = ProjectFiles.files(in: "Fixtures/Scripts", suffix: ".kv")

  static let all: [GoldenCase] = paths.flatMap { path in
    let script = Script((try? ProjectFiles.text(path)) ?? "")
    return EngineTable.all.filter { $0.isPublic && script.runs(on: $0) }.flatMap { engine in
      let policies =
        engine.options.contains(.policy) ? CompactionChoice.names.map(Optional.some) : [nil]
      return policies.map { GoldenCase(path: path, engine: engine.name, policy: $0) }
    }
  }
}
