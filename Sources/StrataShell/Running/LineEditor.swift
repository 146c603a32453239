import StrataCore

/// Reads lines from a terminal and lets them be edited.
///
/// Arrow keys, home and end, history, and the control keys that shells share: A and E go to the ends, U,
/// K and W delete, C gives the line up, D at an empty line ends the input, L clears the screen.
struct LineEditor {
  private let prompt: String
  private let output: Output
  private var buffer = LineBuffer()
  private var keys = KeyReader(Platform.input)

  init(prompt: String, output: Output) {
    self.prompt = prompt
    self.output = output
  }

  /// The next line; nil when the input ends.
  mutating func readLine() throws(StoreError) -> String? {
    // The terminal is raw only while a line is typed: while a command runs, control-C ends it.
    var editor = self
    let line = try Platform.withRawTerminal { () throws(StoreError) in
      try editor.editLine()
    }
    self = editor
    try output.write("\r\n")
    try output.flush()
    return line
  }

  private mutating func editLine() throws(StoreError) -> String? {
    try draw()
    while true {
      switch try keys.next() {
      case .enter: return buffer.finishLine()
      case .endOfInput: return nil
      case .deleteOrEnd:
        if buffer.characters.isEmpty { return nil }
        buffer.apply(.deleteForward)
      case .interrupt:
        try output.write("^C\r\n")
        buffer.clear()
      case .clearScreen: try output.write("\u{1B}[2J\u{1B}[H")
      case let key: buffer.apply(key)
      }
      try draw()
    }
  }

  /// Writes the line anew; one wider than the terminal is shown from where the cursor is in sight.
  private func draw() throws(StoreError) {
    let room = max(1, output.width - prompt.count - 1)
    let start = max(0, buffer.cursor - room)
    let shown = buffer.characters[start...].prefix(room)
    let column = prompt.count + buffer.cursor - start
    try output.write("\r\(output.style.bold(prompt))\(String(shown))\u{1B}[K\r\u{1B}[\(column)C")
    try output.flush()
  }
}
