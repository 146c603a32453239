import StrataCore

/// Carries out commands, on one session, for one kind of listener.
struct Execution {
  /// Who listens: it decides how absence, values and reports are written, never what is done.
  enum Mode {
    case commandLine, batch, shell, script
  }

  let session: Session
  let console: Console
  let mode: Mode
  /// The clock of a script, which only commands move.
  var clock: ScriptClock?

  var output: Output { console.output }

  /// What a command came to, beside what it printed.
  enum Outcome: Equatable {
    /// Done; it may have printed something.
    case done(printed: Bool)
    /// The key holds something, and that was the question.
    case present
    /// The key holds nothing.
    case absent
    /// The answer is a finding of damage.
    case damaged
  }

  /// Carries out one command.
  func run(_ command: Command) throws(StoreError) -> Outcome {
    switch command {
    case .put(let key, let source, let timeToLive): try put(key, source, timeToLive)
    case .get(let key, let raw): try get(key, raw: raw)
    case .delete(let key): try delete(key)
    case .apply(let changes): try apply(changes)
    case .exists(let key):
      try session.storeForReading(expectingEntries: false).contains(key) ? .present : .absent
    case .scan(let request): try scan(request)
    case .count(let range): try count(range)
    case .importEntries(let path, let format): try importEntries(path, format)
    case .exportEntries(let range, let format):
      try scan(ScanRequest(range: range, format: format))
    case .convert(let source, let target, let engine):
      try convert(source, to: target, engine: engine)
    case .flush: try flush()
    case .compact: try compact()
    case .statistics(let format): try statistics(reportFormat(format))
    case .verify(let format): try verify(reportFormat(format))
    case .salvage(let source, let target, let format):
      try salvage(source, target, reportFormat(format))
    case .inspect(let file, let format): try inspect(file, reportFormat(format))
    case .checkpoint(let directory, let format):
      try checkpoint(directory, reportFormat(format))
    case .shape: try shape()
    case .reopen: try reopen()
    case .crash: try crash()
    case .advance(let milliseconds): try advance(milliseconds)
    case .echo(let text): try printed(text)
    case .help(let name): try printed(Help.text(name, style: output.style))
    case .version: try printed(Help.version)
    case .completions(let shell): try printed(Completions.text(for: shell))
    case .batch: try batch()
    case .shell: try shell()
    case .script(let paths, let recording): try scripts(paths, recording: recording)
    case .serve(let request): try serve(request)
    case .bench(let request): try bench(request)
    case .crashLab(let request): try crashLab(request)
    case .autopsy: try autopsy()
    case .tour(let keeping): try tour(keeping: keeping)
    }
  }

  /// Programs get JSON unless they ask for something else.
  private func reportFormat(_ asked: ReportFormat?) -> ReportFormat {
    asked ?? (mode == .batch ? .json : .text)
  }

  /// Prints a line as the answer.
  func printed(_ text: String) throws(StoreError) -> Outcome {
    try output.line(text)
    return .done(printed: true)
  }
}
