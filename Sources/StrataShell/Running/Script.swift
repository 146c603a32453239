import StrataCore
import Synchronization

/// A golden script: commands, a line `---`, and the output that they should have.
///
///     # A tombstone hides every older value of its key.
///     put a 1
///     flush
///     delete a
///     get a
///     ---
///     (absent)
///
/// A comment `# engines: lsm, bitcask` names the engines on which the script makes sense; without one it
/// runs on all.
///
/// What prints nothing on the command line prints nothing here. A get prints the value on one line,
/// `(absent)` when there is none; an error is `ERROR kind: reason`, with `STORE` for the directory.
struct Script {
  /// The line between commands and output.
  private static let separator = "---"

  /// Commands and comments, as they were written; the first comment is the rule that the script shows.
  let commands: [String]
  /// The expected lines; nil when there is no separator.
  let expected: [String]?

  init(_ text: String) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    if let separator = lines.firstIndex(of: Script.separator) {
      commands = Array(lines[..<separator])
      expected = Array(lines[(separator + 1)...])
    } else {
      commands = lines
      expected = nil
    }
  }

  /// The engines that it names; nil: all.
  var engines: [String]? {
    let mark = "# engines: "
    guard let line = commands.first(where: { $0.hasPrefix(mark) }) else { return nil }
    return line.dropFirst(mark.count).split(separator: ",").map {
      String($0.drop { $0 == " " })
    }
  }

  /// True when it makes sense on the engine.
  func runs(on engine: Engine) -> Bool { engines?.contains(engine.name) ?? true }

  /// The script with other output.
  func text(expecting output: [String]) -> String {
    (commands + [Script.separator] + output).map { $0 + "\n" }.joined()
  }

  /// Runs the commands in an empty store in `directory`; returns what they printed.
  func run(in directory: String, settings: StoreSettings) throws(StoreError) -> [String] {
    let clock = ScriptClock()
    var settings = settings
    settings.path = directory
    settings.clock = clock
    settings.maintenance = .manual
    let console = Console.inMemory()
    settings.isEngineNamed = true
    let session = Session(settings: settings)
    _ = try session.storeForWriting()
    let execution = Execution(session: session, console: console, mode: .script, clock: clock)
    for command in commands { try execution.answer(Array(command.utf8)) }
    try session.close()
    let text = console.output.takeText().replacing(directory, with: "STORE")
    return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }
}

/// The time of a script: it begins on 2001-01-01 and only the command `advance` moves it.
final class ScriptClock: WallClock {
  private let time = Mutex<UnixMilliseconds>(978_307_200_000)

  var now: UnixMilliseconds { time.withLock { $0 } }

  func advance(_ milliseconds: UInt64) { time.withLock { $0 += milliseconds } }
}
