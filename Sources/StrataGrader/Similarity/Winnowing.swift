/// A few numbers that stand for a source, so chosen that any long enough passage that two sources share gives
/// both the same number (Schleimer, Wilkerson, Aiken: *Winnowing*, SIGMOD 2003).
///
///     tokens           t₁ t₂ t₃ t₄ t₅ t₆ …
///     runs of 16       h(t₁…t₁₆) h(t₂…t₁₇) h(t₃…t₁₈) …
///     windows of 8     of every eight neighbours the smallest is kept
///
/// A shared passage of 23 tokens is always found, one below 16 never.
struct Winnowing {
  /// Tokens in a run.
  static let run = 16
  /// Runs in a window.
  static let window = 8

  /// A number, and the lines of the run that it stands for.
  struct Mark: Hashable {
    let hash: UInt64
    let lines: ClosedRange<Int>
  }

  /// The marks of a source, in its order.
  static func marks(of source: String) -> [Mark] {
    let tokens = SwiftTokens(source)
    guard tokens.kinds.count >= run else { return [] }
    let runs = (0...tokens.kinds.count - run).map { start -> Mark in
      let hash = tokens.kinds[start..<start + run].reduce(UInt64(0x9E37_79B9_7F4A_7C15)) {
        var mixed = ($0 ^ $1) &* 0xFF51_AFD7_ED55_8CCD
        mixed ^= mixed >> 32
        return mixed
      }
      return Mark(hash: hash, lines: tokens.lines[start]...tokens.lines[start + run - 1])
    }
    var marks: [Mark] = []
    var last = -1
    for start in 0...max(0, runs.count - window) {
      let end = min(runs.count, start + window)
      // The last of equally small ones: so neighbouring windows agree.
      var smallest = start
      for index in start..<end where runs[index].hash <= runs[smallest].hash { smallest = index }
      if smallest != last { marks.append(runs[smallest]) }
      last = smallest
    }
    return marks
  }
}
