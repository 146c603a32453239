import StrataCore

extension Execution {
  /// Reads a command a line and answers each before reading the next.
  func batch() throws(StoreError) -> Outcome {
    let execution = Execution(session: session, console: console, mode: .batch)
    var refusal: StoreError?
    while let line = try console.input.next() {
      if let error = try execution.answer(line), case .readOnly = error { refusal = error }
      try output.flush()
      // What comes next would fail as well, and nobody may ever look at the answers.
      if let failure = session.openingFailure { throw endingAtOnce(failure) }
    }
    // Whoever does not read the answers learns it from the exit status.
    if let refusal { throw refusal }
    return .done(printed: true)
  }

  /// Says that no more lines are read, and returns the failure that is to end the process.
  func endingAtOnce(_ failure: StoreError) -> StoreError {
    console.tell(
      "kvcli: the store cannot be opened; line \(console.input.lineNumber) was the last one read.")
    return failure
  }

  /// Carries out a line and prints its answer, an error included; throws only when the output fails.
  ///
  /// - Returns: what the store answered instead of carrying it out; nil otherwise.
  @discardableResult
  func answer(_ line: [UInt8]) throws(StoreError) -> StoreError? {
    let command: Command
    do throws(UsageError) {
      let words = try Tokeniser.words(of: line)
      guard !words.isEmpty else { return nil }
      command = try CommandTable.sessionCommand(words, on: mode == .script ? .script : .session)
    } catch {
      try output.line("ERROR usage: \(Execution.oneLine(error.reason))")
      return nil
    }
    let outcome: Outcome
    do throws(StoreError) {
      outcome = try run(command)
    } catch {
      if Platform.isClosedPipe(error) { throw error }
      try output.line("ERROR \(error.kind): \(Execution.oneLine(error.description))")
      return error
    }
    switch outcome {
    case .done(let printed): if mode == .batch, !printed { try output.line("OK") }
    case .present: try output.line(mode == .batch ? "OK" : "(present)")
    case .absent: try output.line("(absent)")
    case .damaged: break
    }
    return nil
  }

  /// A message without the newlines that names may hold.
  private static func oneLine(_ text: String) -> String {
    String(text.map { $0.isNewline ? " " : $0 })
  }
}

extension CommandTable {
  /// Understands a line of a session or a script, where the store is chosen already.
  static func sessionCommand(
    _ words: [Word], on stage: Stage = .session
  ) throws(UsageError) -> Command {
    guard let (command, arguments) = try parse(words, on: stage) else {
      throw UsageError("there is no command")
    }
    for option in Option.common where arguments.has(option) {
      throw UsageError("\(option.spelling) is chosen when the session is started")
    }
    return command
  }
}
