import StrataCore

/// A random sequence that failed, told as the shortest script that still fails.
public enum FailureReport {
  /// Runs the sequence of a seed; nil when every answer was right, else the whole story.
  public static func ofRandomOperations(
    _ count: Int, seed: UInt64, on row: StoreUnderTest, ground: TestGround.Kind
  ) throws -> String? {
    let operations = OperationGenerator.operations(count, seed: seed)
    guard let first = try OperationRun.failure(of: operations, on: row, ground: ground) else {
      return nil
    }
    // What comes after the first difference cannot have caused it.
    let enough = Array(operations.prefix(first.position + 1))
    let stillFails = try OperationRun.failure(of: enough, on: row, ground: ground) != nil
    guard stillFails else {
      return """
        \(row.name), seed \(seed): after \(first.position) operations: \(first.complaint)
        It did not happen again with the same operations: look for a race.
        """
    }
    let shortest = try Shrinking.shortest(enough) {
      try OperationRun.failure(of: $0, on: row, ground: ground) != nil
    }
    let last = try OperationRun.failure(of: shortest, on: row, ground: ground) ?? first
    return """
      # \(row.name), seed \(seed), \(shortest.count) of \(enough.count) operations:
      # after \(last.position): \(last.complaint)
      \(shortest.map(\.description).joined(separator: "\n"))
      """
  }
}
