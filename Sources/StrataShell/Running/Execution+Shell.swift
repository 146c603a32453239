import StrataCore

extension Execution {
  /// Reads commands from a person until the input ends; mistakes are explained and forgotten.
  func shell() throws(StoreError) -> Outcome {
    let execution = Execution(session: session, console: console, mode: .shell)
    guard Platform.isTerminal(Platform.input), output.isTerminal else {
      while let line = try console.input.next() {
        if Execution.asksToLeave(line) { break }
        try execution.runLine(line, isScripted: true)
        try output.flush()
      }
      return .done(printed: true)
    }
    try output.line(
      "\(Help.version). The store is \(session.settings.path). Type help, or exit to leave.")
    try output.flush()
    var editor = LineEditor(prompt: "kvcli> ", output: output)
    while let line = try editor.readLine() {
      if Execution.asksToLeave(Array(line.utf8)) { break }
      try execution.runLine(Array(line.utf8))
      try output.flush()
    }
    return .done(printed: true)
  }

  /// True for the lines that end a shell.
  ///
  /// They are no commands: nothing else can be ended by them.
  private static func asksToLeave(_ line: [UInt8]) -> Bool {
    let words = (try? Tokeniser.words(of: line)) ?? []
    return words.count == 1 && ["exit", "quit"].contains(words[0].description)
  }

  /// Carries out one line; throws only when the output fails, or when nobody sits there who could
  /// mend a store that cannot be opened.
  private func runLine(_ line: [UInt8], isScripted: Bool = false) throws(StoreError) {
    let command: Command
    do throws(UsageError) {
      let words = try Tokeniser.words(of: line)
      guard !words.isEmpty else { return }
      command = try CommandTable.sessionCommand(words)
    } catch {
      return console.report(error)
    }
    do throws(StoreError) {
      switch try run(command) {
      case .present: try output.line("(present)")
      case .absent: try output.line("(absent)")
      case .done, .damaged: break
      }
    } catch {
      if Platform.isClosedPipe(error) { throw error }
      if isScripted, let failure = session.openingFailure { throw endingAtOnce(failure) }
      console.report(error, session.settings)
    }
  }
}
