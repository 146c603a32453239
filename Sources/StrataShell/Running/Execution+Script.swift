import StrataCore

extension Execution {
  /// Runs golden scripts, each on every engine that it is for; all of them, even when an early one differs.
  func scripts(_ paths: [String], recording: Bool) throws(StoreError) -> Outcome {
    let isRecording = recording || console.environment("KVCLI_RECORD") == "1"
    let engines = scriptEngines
    var differing = 0
    var run = 0
    for path in paths {
      let script = Script(try text(of: path))
      let meant = engines.filter(script.runs(on:))
      guard let first = meant.first else {
        let names = engines.map(\.name).joined(separator: " or ")
        try output.line("\(path): not for the engine \(names).")
        continue
      }
      run += 1
      if isRecording { try record(script, path, on: first) }
      let isSame = try compare(isRecording ? Script(try text(of: path)) : script, path, on: meant)
      if !isSame { differing += 1 }
      try output.flush()
    }
    let summary = Units.plural(run, "script")
    guard differing > 0 else {
      try output.line(output.style.good("\(summary) \(isRecording ? "recorded" : "passed")."))
      return .done(printed: true)
    }
    try output.line(
      output.style.bad("\(differing) of \(summary) \(differing == 1 ? "differs" : "differ")."))
    return .absent
  }

  /// The engine that was named; else all that there are and that have the options that were given.
  private var scriptEngines: [Engine] {
    let settings = session.settings
    if settings.isEngineNamed { return [settings.engine] }
    let given = [Option.policy: settings.policy != nil, .memtable: settings.memTableBytes != nil]
    return EngineTable.all.filter { engine in
      engine.isPublic && given.allSatisfy { !$0.value || engine.options.contains($0.key) }
    }
  }

  /// Writes what an engine prints into the script.
  private func record(_ script: Script, _ path: String, on engine: Engine) throws(StoreError) {
    let actual = try lines(of: script, on: engine)
    let descriptor = try Platform.openForWriting(path)
    defer { Platform.closeFile(descriptor) }
    try Platform.writeAll(
      Array(script.text(expecting: actual).utf8)[...], to: descriptor, path: path)
  }

  /// Runs a script and shows how the output of engines differs; false when it does.
  private func compare(
    _ script: Script, _ path: String, on engines: [Engine]
  ) throws(StoreError) -> Bool {
    guard let expected = script.expected else {
      throw .invalidArgument(
        "\(path): there is no line --- with the expected output behind it; --record writes it")
    }
    // Most mistakes are everybody's: what several engines print is shown once.
    var answers: [(lines: [String], engines: [String])] = []
    for engine in engines {
      let actual = try lines(of: script, on: engine)
      guard actual != expected else { continue }
      if let same = answers.firstIndex(where: { $0.lines == actual }) {
        answers[same].engines.append(engine.name)
      } else {
        answers.append((actual, [engine.name]))
      }
    }
    for (actual, names) in answers {
      let who = names.joined(separator: ", ")
      try output.line(output.style.bold("\(path) differs on \(who) (- expected, + printed):"))
      let difference = LineDifference(expected: expected, actual: actual)
      for line in difference.lines(style: output.style) { try output.line(line) }
    }
    return answers.isEmpty
  }

  /// What a script prints on an engine, in a store of its own.
  private func lines(of script: Script, on engine: Engine) throws(StoreError) -> [String] {
    let directory = try Platform.makeTemporaryDirectory("kvcli-script")
    defer { Platform.removeTree(directory) }
    var settings = session.settings
    settings.engine = engine
    return try script.run(in: "\(directory)/store", settings: settings)
  }

  private func text(of path: String) throws(StoreError) -> String {
    let descriptor = try Platform.openForReading(path)
    defer { Platform.closeFile(descriptor) }
    let reader = LineReader(descriptor: descriptor, name: path)
    guard let bytes = try reader.rest(limit: 16 << 20),
      let text = String(validating: bytes, as: UTF8.self)
    else { throw .invalidArgument("\(path): this is not a script: not text, or too large") }
    return text
  }
}
