import StrataCore

/// One command, understood: what the words meant.
enum Command: Equatable, Sendable {
  case put(Key, ValueSource, timeToLive: UInt64?)
  case get(Key, raw: Bool)
  case delete(Key)
  case apply([BatchChange])
  case exists(Key)
  case scan(ScanRequest)
  case count(KeyRange)
  case importEntries(path: String, EntryFormat?)
  case exportEntries(KeyRange, EntryFormat)
  case convert(source: String, target: String, engine: String)

  case flush
  case compact
  case statistics(ReportFormat?)
  case verify(ReportFormat?)
  case salvage(source: String, target: String, ReportFormat?)
  case inspect(file: String?, ReportFormat?)
  case checkpoint(directory: String, ReportFormat?)
  case shape

  case batch
  case shell
  case script(paths: [String], recording: Bool)
  case serve(ServeRequest)
  case bench(BenchRequest)
  case crashLab(CrashLabRequest)
  case tour(keeping: Bool)
  case autopsy

  /// Script only: close the store and open it again.
  case reopen
  /// Script only: drop the store as a killed process does, and open it again.
  case crash
  /// Script only: let the script's clock advance.
  case advance(milliseconds: UInt64)
  /// Prints its words: a mark in the output of a batch or a script.
  case echo(String)

  case help(String?)
  case version
  case completions(CompletionShell)
}

/// Where the value of a put comes from.
enum ValueSource: Equatable, Sendable {
  case bytes(Value)
  case standardInput
}

/// One change of a batch.
struct BatchChange: Equatable, Sendable {
  var key: Key
  /// Nil: a deletion.
  var value: Value?
  var timeToLive: UInt64?
}

/// Which entries a scan prints, and how.
struct ScanRequest: Equatable, Sendable {
  var range = KeyRange.all
  var limit: Int?
  var direction = ScanDirection.forward
  var keysOnly = false
  var format = EntryFormat.tsv
}

/// For people or for programs.
enum ReportFormat: String, CaseIterable, Sendable {
  case text, json
}

/// The shells for which completions can be made.
enum CompletionShell: String, CaseIterable, Sendable {
  case bash, zsh, fish
}
