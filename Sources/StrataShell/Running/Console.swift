import StrataCore

/// What a run talks with: its input, its two outputs and its environment.
struct Console {
  let input: LineReader
  let output: Output
  let errors: Output
  let environment: (String) -> String?

  /// The streams and the environment of this process.
  static func ofProcess() -> Console {
    let allowsColour =
      (Platform.environment("NO_COLOR") ?? "").isEmpty
      && Platform.environment("TERM") != "dumb"
    return Console(
      input: LineReader(descriptor: Platform.input, name: "standard input"),
      output: Output(
        descriptor: Platform.output, name: Output.standardName, allowsColour: allowsColour),
      errors: Output(
        descriptor: Platform.errors, name: "standard error", allowsColour: allowsColour),
      environment: Platform.environment)
  }

  /// Streams in memory, for tests and scripts.
  static func inMemory(input: String = "", environment: [String: String] = [:]) -> Console {
    Console(
      input: LineReader(text: Array(input.utf8), name: "standard input"), output: Output(),
      errors: Output(), environment: { environment[$0] })
  }

  /// Says on standard error what went wrong and what to do; a full sentence each.
  func report(_ reason: String, advice: String?) {
    let sentence = reason.hasSuffix(".") ? reason : reason + "."
    let text = [sentence, advice].compactMap { $0 }.joined(separator: " ")
    tell("\(errors.style.bad("kvcli:")) \(text)")
  }

  /// Says on standard error what went wrong with the store that was to be opened so.
  func report(_ error: StoreError, _ settings: StoreSettings) {
    report(error.description, advice: Advice.on(error, settings))
  }

  /// Says on standard error how a command is written.
  func report(_ error: UsageError) { report(error.reason, advice: error.advice) }

  /// Writes a line to standard error, as far as anybody listens there.
  func tell(_ line: String) {
    do throws(StoreError) {
      // What was printed before it is to be seen before it.
      try? output.flush()
      try errors.line(line)
      try errors.flush()
    } catch {
      return  // with standard error gone there is nowhere left to say so
    }
  }
}
