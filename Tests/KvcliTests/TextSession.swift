import Foundation
import StrataCore
import StrataTestSupport
import Testing

@testable import StrataShell

/// A session at a shell, as text: what is typed, and what is seen.
///
///     $ kvcli get a          a command for `sh`, in a directory of its own, with kvcli in the PATH
///     1                      a line on standard output
///     ! Key not found.       a line on standard error
///     ? 1                    an exit status other than 0
///     …                      any number of lines, or any text within a line
///
/// The store is `./kvdata` unless the session says otherwise, so that no path differs between runs.
struct TextSession {
  /// Runs the commands of a session in a directory of its own, and compares everything that is seen with
  /// what it shows.
  static func run(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    try inDirectory { try run(text, in: $0) { _ in sourceLocation } }
  }

  /// Gives `body` an empty directory, which is gone afterwards.
  ///
  /// - Parameter hasFixtures: true: `Fixtures` lies in it, a copy of the project's.
  static func inDirectory(
    hasFixtures: Bool = false, _ body: (_ directory: String) throws -> Void
  ) throws {
    try withTemporaryDirectory { directory in
      if hasFixtures {
        try copyFiles(from: ProjectFiles.path("Fixtures"), to: "\(directory)/Fixtures")
      }
      try body(directory)
    }
  }

  /// Runs a session in a directory that is there.
  ///
  /// - Parameter place: where a difference is reported, when it begins at this line of the text, from 0.
  static func run(
    _ text: String, in directory: String, place: (_ line: Int) -> SourceLocation
  ) throws {
    guard let found = try difference(in: text, directory: directory) else { return }
    Issue.record(
      Comment(rawValue: found.lines.joined(separator: "\n")),
      sourceLocation: place(found.line))
  }

  /// How what is seen differs from what the session shows, and from which of its lines on; nil: not at all.
  static func difference(
    in text: String, directory: String
  ) throws -> (line: Int, lines: [String])? {
    let expected = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var actual: [String] = []
    for line in expected where line.hasPrefix("$ ") {
      actual.append(line)
      actual += try seen(after: String(line.dropFirst(2)), in: directory)
    }
    guard !matches(expected[...], actual[...]) else { return nil }
    let difference = LineDifference(expected: expected, actual: actual) { matches($1, $0) }
    let same = difference.changes.prefix { if case .same = $0 { true } else { false } }.count
    return (min(same, expected.count - 1), difference.lines(style: .plain))
  }

  /// The output, the errors and the status of one command.
  private static func seen(after command: String, in directory: String) throws -> [String] {
    let script = """
      unset KVCLI_STORE KVCLI_RECORD NO_COLOR
      PATH="\(binaries):$PATH"; cd '\(directory)' || exit 99
      { \(command)
      } > .output 2> .errors
      echo $?
      """
    let child = try Platform.spawn("/bin/sh", ["-c", script])
    Platform.closeFile(child.input)
    let status = try text(of: child.output).trimmed
    child.awaitEnd()
    var lines = try lines(of: "\(directory)/.output")
    lines += try self.lines(of: "\(directory)/.errors").map { "! \($0)" }
    if status != "0" { lines.append("? \(status)") }
    return lines
  }

  private static func lines(of path: String) throws -> [String] {
    let descriptor = try Platform.openForReading(path)
    var lines = try text(of: descriptor).split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last == "" { lines.removeLast() }
    return lines.map(String.init)
  }

  /// Everything there is to read; closes the descriptor.
  private static func text(of descriptor: Int32) throws -> String {
    defer { Platform.closeFile(descriptor) }
    let bytes = try LineReader(descriptor: descriptor, name: "a test").rest(limit: 64 << 20)
    return Escaping.printable(bytes ?? [])
  }

  /// The directory of the built programs, beside the test bundle.
  static let binaries: String = {
    let parts = Platform.executablePath.split(separator: "/").dropLast()
    let beside = "/" + parts.joined(separator: "/")
    // Darwin runs a bundle through a program of its own, which lies elsewhere.
    return Platform.exists("\(beside)/kvcli") ? beside : ProjectFiles.path(".build/debug")
  }()

  /// True when the lines are the expected ones, `…` standing for anything.
  static func matches(_ expected: ArraySlice<String>, _ actual: ArraySlice<String>) -> Bool {
    guard let pattern = expected.first else { return actual.isEmpty }
    if pattern == "…" {
      return (0...actual.count).contains {
        matches(expected.dropFirst(), actual.dropFirst($0))
      }
    }
    guard let line = actual.first, matches(line, pattern) else { return false }
    return matches(expected.dropFirst(), actual.dropFirst())
  }

  private static func matches(_ line: String, _ pattern: String) -> Bool {
    let parts = pattern.split(separator: "…", omittingEmptySubsequences: false).map(String.init)
    guard parts.count > 1, let first = parts.first, let last = parts.last else {
      return line == pattern
    }
    guard line.hasPrefix(first) else { return false }
    var rest = line.dropFirst(first.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let range = rest.firstRange(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return rest.hasSuffix(last)
  }
}

extension Escaping {
  /// Text as it is; other bytes escaped, tabs and newlines left alone.
  fileprivate static func printable(_ bytes: [UInt8]) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    return ByteView.withBytes(of: bytes) { escape($0) }.replacing("\\n", with: "\n")
      .replacing("\\t", with: "\t")
  }
}

extension String {
  fileprivate var trimmed: String { String(prefix { !$0.isNewline }) }
}

@Suite("Sessions as text")
struct TextSessionTests {
  @Test("an ellipsis stands for anything")
  func ellipsis() {
    #expect(TextSession.matches(["a", "…", "c"], ["a", "b", "b", "c"]))
    #expect(TextSession.matches(["a", "…"], ["a"]))
    #expect(TextSession.matches(["a … c … e"], ["a b c d e"]))
    #expect(!TextSession.matches(["a … c"], ["a b d"]))
    #expect(!TextSession.matches(["a"], ["a", "b"]))
  }

  @Test("a command hears its signals, whatever the thread that begins it blocks")
  func signals() throws {
    var term = sigset_t()
    var before = sigset_t()
    sigemptyset(&term)
    sigaddset(&term, SIGTERM)
    pthread_sigmask(SIG_BLOCK, &term, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try TextSession.run("$ trap 'echo heard' TERM; kill -TERM $$; echo end\nheard\nend")
  }

  @Test("the tests run the kvcli that was just built")
  func binary() { #expect(Platform.exists("\(TextSession.binaries)/kvcli")) }
}
