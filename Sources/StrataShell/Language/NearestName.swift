/// Finds what somebody meant who wrote something else.
enum NearestName {
  /// The name closest to `written`; nil when none is close enough to be meant.
  ///
  /// A name that begins with it was surely meant, if it is long enough to mean anything.
  ///
  ///     NearestName.of("comapct", among: ["compact", "count"])     // "compact"
  ///     NearestName.of("form", among: ["from", "format"])          // "format"
  static func of(_ written: String, among names: [String]) -> String? {
    let begun = written.count < 3 ? [] : names.filter { $0.hasPrefix(written.lowercased()) }
    if let shortest = begun.min(by: { $0.count < $1.count }) { return shortest }
    let limit = max(1, min(3, written.count / 2))
    let ranked = names.map { (name: $0, distance: distance(from: written, to: $0)) }
    let best = ranked.min { $0.distance < $1.distance }
    return best.flatMap { $0.distance <= limit ? $0.name : nil }
  }

  /// How many letters must be changed, added, removed or swapped with their neighbour.
  ///
  /// The restricted Damerau–Levenshtein distance, three rows of its table at a time.
  ///
  /// - Complexity: O(n · m).
  static func distance(from source: String, to target: String) -> Int {
    let source = Array(source.lowercased())
    let target = Array(target.lowercased())
    var beforeLast: [Int] = []
    var last = Array(0...target.count)
    for row in 0..<source.count {
      var current = [row + 1]
      for column in 0..<target.count {
        let change = last[column] + (source[row] == target[column] ? 0 : 1)
        var best = min(change, last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, source[row] == target[column - 1],
          source[row - 1] == target[column]
        {
          best = min(best, beforeLast[column - 1] + 1)
        }
        current.append(best)
      }
      beforeLast = last
      last = current
    }
    return last[target.count]
  }
}
