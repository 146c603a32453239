import StrataCore

/// Makes a failing list of operations as short as it gets.
///
/// Delta debugging (Zeller and Hildebrandt, 2002): take away halves, quarters, eighths … and keep every
/// shorter list that still fails; then make what is left smaller, one operation at a time. Any failure
/// will do, not only the first one's: the shortest way to *a* wrong answer is what a person wants.
public struct Shrinking {
  private let fails: ([Operation]) throws -> Bool
  private var attemptsLeft: Int

  /// The shortest failing list that was found within so many attempts.
  public static func shortest(
    _ operations: [Operation], attempts: Int = 3_000, while fails: ([Operation]) throws -> Bool
  ) throws -> [Operation] {
    try withoutActuallyEscaping(fails) { fails in
      var shrinking = Shrinking(fails: fails, attemptsLeft: attempts)
      var shortest = operations
      while true {
        let before = shortest
        shortest = try shrinking.withoutNeedless(shortest)
        shortest = try shrinking.simplified(shortest)
        if shortest == before || shrinking.attemptsLeft <= 0 { return shortest }
      }
    }
  }

  private mutating func stillFails(_ operations: [Operation]) throws -> Bool {
    guard attemptsLeft > 0 else { return false }
    attemptsLeft -= 1
    return try fails(operations)
  }

  private mutating func withoutNeedless(_ operations: [Operation]) throws -> [Operation] {
    var kept = operations
    var size = max(1, kept.count / 2)
    while true {
      // From the end, because the end is where most of what is needless lies.
      var end = kept.count
      while end > 0 {
        let start = max(0, end - size)
        let shorter = Array(kept[..<start] + kept[end...])
        if try stillFails(shorter) { kept = shorter }
        end = start
      }
      if size == 1 { return kept }
      size = max(1, size / 2)
    }
  }

  private mutating func simplified(_ operations: [Operation]) throws -> [Operation] {
    var kept = operations
    for index in kept.indices {
      for simpler in kept[index].simplerOnes {
        var candidate = kept
        candidate[index] = simpler
        if try stillFails(candidate) {
          kept = candidate
          break
        }
      }
    }
    return kept
  }
}

extension Operation {
  /// Smaller operations that might show the same, simplest first.
  fileprivate var simplerOnes: [Operation] {
    switch self {
    case .put(let key, let value, let lifetime):
      var simpler = value.simplerOnes.map { Operation.put(key, $0, lifetime: lifetime) }
      if lifetime != nil { simpler.insert(.put(key, value, lifetime: nil), at: 0) }
      return simpler
    case .batch(let changes):
      return changes.indices.map { index in
        var fewer = changes
        fewer.remove(at: index)
        return .batch(fewer)
      } + (changes.count == 1 ? changes.map(\.alone) : [])
    case .scan(let range, let direction, let limit):
      guard range != .all || limit != nil else { return [] }
      return [.scan(.all, direction, limit: nil), .scan(.all, direction, limit: limit)]
        .filter { $0 != self }
    case .kill: return [.reopen]
    default: return []
    }
  }
}

extension Operation.Change {
  fileprivate var alone: Operation {
    switch self {
    case .put(let key, let value, let lifetime): .put(key, value, lifetime: lifetime)
    case .delete(let key): .delete(key)
    }
  }
}

extension Value {
  /// A short value, then half of this one.
  fileprivate var simplerOnes: [Value] {
    let lengths = [8, bytes.count / 2].filter { $0 < bytes.count }
    return lengths.map { Value(Array(bytes.prefix($0))) }
  }
}
