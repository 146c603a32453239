import Strata
import StrataCore

/// kvcli from its arguments to its exit status.
///
///     argv → words → CommandTable.parse → Command → Execution.run → outcome → exit status
public struct Shell {
  private let console: Console

  init(console: Console) { self.console = console }

  /// Runs this process as kvcli and ends it.
  public static func runProcess() -> Never {
    Platform.ignoreSignals()
    Platform.occupyStandardDescriptors()
    let status = Shell(console: .ofProcess()).run(Platform.arguments)
    Platform.endProcess(status.rawValue)
  }

  /// Runs one command line.
  func run(_ arguments: [[UInt8]]) -> ExitStatus {
    let command: Command
    let session: Session
    do throws(UsageError) {
      let words = arguments.map { Word($0) }
      if let parsed = try CommandTable.parse(words, on: .commandLine) {
        command = parsed.command
        session = Session(
          settings: try StoreSettings(parsed.arguments, environment: console.environment))
      } else {
        // No command: a person at a terminal gets the shell, everybody else an explanation.
        guard console.output.isTerminal, Platform.isTerminal(Platform.input) else {
          throw UsageError("there is no command", advice: "All commands: kvcli help")
        }
        command = .shell
        session = Session(
          settings: try StoreSettings(
            try ParsedArguments(words), environment: console.environment))
      }
    } catch {
      console.report(error)
      return .usage
    }
    session.reportRecovery = { [console] in Shell.report($0, on: console) }
    session.reportMissing = { [console] path in
      console.tell("kvcli: \(path): there is no store here; a first put creates one.")
    }
    return run(command, in: session)
  }

  private func run(_ command: Command, in session: Session) -> ExitStatus {
    do throws(StoreError) {
      let outcome = try Execution(session: session, console: console, mode: .commandLine)
        .run(command)
      try session.close()
      try console.output.flush()
      switch outcome {
      case .done, .present: return .success
      case .damaged: return .corrupt
      case .absent:
        if case .get = command { console.tell("Key not found.") }
        return .absent
      }
    } catch {
      if Platform.isClosedPipe(error) { return .success }
      console.report(error, session.settings)
      return ExitStatus(error)
    }
  }

  /// Says what recovery found when it was more than a clean end.
  static func report(_ recovery: RecoveryReport, on console: Console) {
    for warning in recovery.warnings {
      console.tell("\(console.errors.style.note("kvcli:")) \(warning)")
    }
  }
}
