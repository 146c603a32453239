/// How two texts differ, line by line, in the form of `diff -u` without its headers.
struct LineDifference {
  /// What happened to a line.
  enum Change: Equatable {
    case same(String)
    case missing(String)
    case unexpected(String)
  }

  let changes: [Change]

  /// True when the texts are the same.
  var isEmpty: Bool {
    changes.allSatisfy {
      if case .same = $0 { true } else { false }
    }
  }

  /// Compares by the longest common subsequence; `isSame` is asked with an expected and an actual line.
  ///
  /// - Complexity: O(n · m), which scripts are short enough for.
  init(
    expected: [String], actual: [String], isSame: (String, String) -> Bool = { $0 == $1 }
  ) {
    var lengths = Array(
      repeating: Array(repeating: 0, count: actual.count + 1), count: expected.count + 1)
    for row in expected.indices.reversed() {
      for column in actual.indices.reversed() {
        lengths[row][column] =
          isSame(expected[row], actual[column])
          ? lengths[row + 1][column + 1] + 1
          : max(lengths[row + 1][column], lengths[row][column + 1])
      }
    }
    var changes: [Change] = []
    var (row, column) = (0, 0)
    while row < expected.count || column < actual.count {
      if row < expected.count, column < actual.count, isSame(expected[row], actual[column]) {
        changes.append(.same(expected[row]))
        row += 1
        column += 1
      } else if column == actual.count
        || (row < expected.count && lengths[row + 1][column] >= lengths[row][column + 1])
      {
        changes.append(.missing(expected[row]))
        row += 1
      } else {
        changes.append(.unexpected(actual[column]))
        column += 1
      }
    }
    self.changes = changes
  }

  /// The lines with ` `, `-` (expected, but missing) and `+` (not expected) before them.
  func lines(style: Style) -> [String] {
    changes.map { change in
      switch change {
      case .same(let line): "    \(line)"
      case .missing(let line): style.bad("  - \(line)")
      case .unexpected(let line): style.good("  + \(line)")
      }
    }
  }
}
