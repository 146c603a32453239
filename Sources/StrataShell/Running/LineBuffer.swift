/// A line being edited: its characters, the cursor, and the lines before it.
///
/// It knows nothing of terminals: keys go in, text and cursor come out.
struct LineBuffer {
  /// What a key asks for.
  enum Key: Equatable {
    case character(Character)
    case left, right, home, end, up, down
    case backspace, deleteForward
    case deleteToStart, deleteToEnd, deleteWord
    case enter, endOfInput, deleteOrEnd, interrupt, clearScreen
    case unknown
  }

  private(set) var characters: [Character] = []
  private(set) var cursor = 0
  private var history: [String] = []
  private var historyPosition = 0
  private var draft = ""  // the line as it was before history was walked

  var text: String { String(characters) }

  /// Remembers the line, unless it is blank or repeats the last one, and begins a new one.
  mutating func finishLine() -> String {
    let line = text
    if !line.allSatisfy(\.isWhitespace), history.last != line { history.append(line) }
    clear()
    return line
  }

  /// Begins a new line.
  mutating func clear() {
    characters = []
    cursor = 0
    draft = ""
    historyPosition = history.count
  }

  /// Applies a key that edits or moves.
  mutating func apply(_ key: Key) {
    switch key {
    case .character(let character):
      characters.insert(character, at: cursor)
      cursor += 1
    case .left: cursor = max(0, cursor - 1)
    case .right: cursor = min(characters.count, cursor + 1)
    case .home: cursor = 0
    case .end: cursor = characters.count
    case .backspace:
      guard cursor > 0 else { return }
      cursor -= 1
      characters.remove(at: cursor)
    case .deleteForward:
      if cursor < characters.count { characters.remove(at: cursor) }
    case .deleteToStart: deleteBack(to: 0)
    case .deleteToEnd: characters.removeSubrange(cursor...)
    case .deleteWord:
      let words = characters[..<cursor]
      let end = words.lastIndex { !$0.isWhitespace } ?? 0
      deleteBack(to: words[..<end].lastIndex { $0.isWhitespace }.map { $0 + 1 } ?? 0)
    case .up: recall(historyPosition - 1)
    case .down: recall(historyPosition + 1)
    case .enter, .endOfInput, .deleteOrEnd, .interrupt, .clearScreen, .unknown: break
    }
  }

  private mutating func deleteBack(to start: Int) {
    characters.removeSubrange(start..<cursor)
    cursor = start
  }

  private mutating func recall(_ position: Int) {
    guard (0...history.count).contains(position) else { return }
    if historyPosition == history.count { draft = text }
    historyPosition = position
    characters = Array(position == history.count ? draft : history[position])
    cursor = characters.count
  }
}
