import StrataCore

/// Reads lines from a terminal and lets them be edited: arrow keys, home and end, history, and the
/// control keys that shells share (A, E, U, K, W, C, D, L).
struct LineEditor {
  private let prompt: String
  private let output: Output
  private var buffer = LineBuffer()
  private var pending: [UInt8] = []

  init(prompt: String, output: Output) {
    self.prompt = prompt
    self.output = output
  }

  /// The next line; nil when the input ends.
  mutating func readLine() throws(StoreError) -> String? {
    // The terminal is raw only while a line is typed, so that control-C ends a long command.
    let saved = self
    var editor = saved
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
      switch try nextKey() {
      case .enter: return buffer.finishLine()
      case .endOfInput: if buffer.characters.isEmpty { return nil }
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

  // MARK: Keys

  private mutating func nextKey() throws(StoreError) -> LineBuffer.Key {
    guard let byte = try nextByte() else { return .endOfInput }
    switch byte {
    case 0x0D, 0x0A: return .enter
    case 0x7F, 0x08: return .backspace
    case 0x1B: return try escapeSequence()
    case 0x01: return .home
    case 0x02: return .left
    case 0x03: return .interrupt
    case 0x04: return buffer.characters.isEmpty ? .endOfInput : .deleteForward
    case 0x05: return .end
    case 0x06: return .right
    case 0x0B: return .deleteToEnd
    case 0x0C: return .clearScreen
    case 0x0E: return .down
    case 0x10: return .up
    case 0x15: return .deleteToStart
    case 0x17: return .deleteWord
    case 0x20...0x7E: return .character(Character(Unicode.Scalar(byte)))
    case 0xC2...: return try character(startingWith: byte)
    default: return .unknown
    }
  }

  /// The rest of a character of several bytes.
  private mutating func character(startingWith lead: UInt8) throws(StoreError) -> LineBuffer.Key {
    var bytes = [lead]
    let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
    while bytes.count < length, let byte = try nextByte() { bytes.append(byte) }
    guard let text = String(validating: bytes, as: UTF8.self), let character = text.first else {
      return .unknown
    }
    return .character(character)
  }

  /// What follows an escape character: `[A`, `OA`, `[3~`, `[1;5C` and the like.
  private mutating func escapeSequence() throws(StoreError) -> LineBuffer.Key {
    guard let introducer = try nextByte(),
      [UInt8(ascii: "["), UInt8(ascii: "O")].contains(introducer)
    else { return .unknown }
    var parameters: [UInt8] = []
    while let byte = try nextByte() {
      guard byte >= 0x40 else {
        parameters.append(byte)
        continue
      }
      switch byte {
      case UInt8(ascii: "A"): return .up
      case UInt8(ascii: "B"): return .down
      case UInt8(ascii: "C"): return .right
      case UInt8(ascii: "D"): return .left
      case UInt8(ascii: "H"): return .home
      case UInt8(ascii: "F"): return .end
      case UInt8(ascii: "~"):
        switch parameters.first {
        case UInt8(ascii: "1"), UInt8(ascii: "7"): return .home
        case UInt8(ascii: "4"), UInt8(ascii: "8"): return .end
        case UInt8(ascii: "3"): return .deleteForward
        default: return .unknown
        }
      default: return .unknown
      }
    }
    return .endOfInput
  }

  private mutating func nextByte() throws(StoreError) -> UInt8? {
    if pending.isEmpty {
      var chunk = [UInt8](repeating: 0, count: 256)
      let count = try Platform.readSome(Platform.input, into: &chunk, path: "standard input")
      pending = chunk[..<count].reversed()
    }
    return pending.popLast()
  }
}
