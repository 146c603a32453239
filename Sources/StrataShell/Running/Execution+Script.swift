import StrataCore

extension Execution {
  /// Runs golden scripts; all of them, even when an early one differs.
  func scripts(_ paths: [String], recording: Bool) throws(StoreError) -> Outcome {
    let isRecording = recording || console.environment("KVCLI_RECORD") == "1"
    var differing = 0
    var run = 0
    for path in paths {
      let script = Script(try text(of: path))
      guard script.runs(on: session.settings.engine) else {
        try output.line("\(path): not for the engine \(session.settings.engine.name).")
        continue
      }
      run += 1
      if try !runScript(script, path, recording: isRecording) { differing += 1 }
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

  /// Runs one script; false when its output is not what it expects.
  private func runScript(
    _ script: Script, _ path: String, recording: Bool
  ) throws(StoreError) -> Bool {
    let directory = try Platform.makeTemporaryDirectory("kvcli-script")
    defer { Platform.removeTree(directory) }
    let actual = try script.run(in: "\(directory)/store", settings: session.settings)
    if recording {
      let descriptor = try Platform.openForWriting(path)
      defer { Platform.closeFile(descriptor) }
      try Platform.writeAll(
        Array(script.text(expecting: actual).utf8)[...], to: descriptor, path: path)
      return true
    }
    guard let expected = script.expected else {
      throw .invalidArgument(
        "\(path): there is no line --- with the expected output behind it; --record writes it")
    }
    let difference = LineDifference(expected: expected, actual: actual)
    if difference.isEmpty { return true }
    try output.line(output.style.bold("\(path) differs (- expected, + printed):"))
    for line in difference.lines(style: output.style) { try output.line(line) }
    return false
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
