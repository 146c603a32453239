import StrataCore
import StrataServe
import StrataTestSupport
import StrataWire
import Testing

/// A session of a client as text: what is typed, and what redis-cli would show.
///
///     > SET city Zürich
///     OK
///     > advance 10s           the clock goes on; no command of the server
///
/// The sessions in `Docs/Serving.md` are run like this, and so are those in the tests.
struct Transcript {
  private let steps: [(typed: String, shown: [String])]

  init(_ text: String) {
    var steps: [(typed: String, shown: [String])] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line.hasPrefix("> ") {
        steps.append((String(line.dropFirst(2)), []))
      } else if !steps.isEmpty, !line.isEmpty {
        steps[steps.count - 1].shown.append(line)
      }
    }
    self.steps = steps
  }

  /// Runs a session with a server of its own.
  static func run(
    _ session: String, options: ServerOptions = ServerOptions(),
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let clock = ManualClock(1_000_000)
    try TestServer.run(DictionaryStore(clock: clock), options: options, clock: clock) {
      try Transcript(session).run($0, sourceLocation)
    }
  }

  /// Types each line, and compares each answer.
  private func run(_ server: TestServer, _ sourceLocation: SourceLocation) throws {
    let client = try server.connect()
    for step in steps {
      if step.typed.hasPrefix("advance ") {
        let seconds = try #require(Int(step.typed.dropFirst(8).dropLast()))
        server.clock.advance(milliseconds: seconds * 1000)
        continue
      }
      client.send(bytes: Array("\(step.typed)\r\n".utf8))
      let answer = try #require(try client.receive(), "\(step.typed): the connection ended")
      let shown = Transcript.lines(answer)
      #expect(shown == step.shown, "\(step.typed)", sourceLocation: sourceLocation)
    }
  }

  /// A value as redis-cli shows it.
  static func lines(_ value: WireValue) -> [String] {
    switch value {
    case .simple(let text): [text]
    case .error(let text): ["(error) \(text)"]
    case .integer(let number): ["(integer) \(number)"]
    case .bulk(let bytes), .verbatim(_, let bytes):
      ["\"\(ByteView.withBytes(of: bytes) { Escaping.escape($0) })\""]
    case .null: ["(nil)"]
    case .boolean(let truth): ["(\(truth))"]
    case .double(let number): ["(double) \(number)"]
    case .bigNumber(let digits): [digits]
    case .array(let values), .push(let values), .set(let values):
      values.isEmpty ? ["(empty array)"] : numbered(values.map(lines))
    case .map(let pairs):
      pairs.isEmpty
        ? ["(empty hash)"]
        : pairs.enumerated().map { index, pair in
          "\(index + 1)# \(lines(pair.key).joined()) => \(lines(pair.value).joined(separator: " "))"
        }
    }
  }

  private static func numbered(_ items: [[String]]) -> [String] {
    items.enumerated().flatMap { index, lines in
      lines.enumerated().map { $0.offset == 0 ? "\(index + 1)) \($0.element)" : "   \($0.element)" }
    }
  }
}
