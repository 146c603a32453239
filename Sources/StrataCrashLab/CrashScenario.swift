import StrataCore

/// One seed's whole exploration: a workload, its crashes and its failures.
struct CrashScenario: Sendable {
  let subject: any CrashSubject
  let personality: SimulatedDisk.Personality
  let seed: UInt64
  let operationCount: Int
  /// How many calls are made to fail, at most.
  let failures: Int

  private var alphabet: CrashAlphabet {
    // Room for the values of the workload, of five changes a batch, and for those written later.
    CrashAlphabet(seed: seed, values: CrashAlphabet.firstValue + operationCount * 5 + 40)
  }

  /// The workload that the seed draws.
  var operations: [CrashOperation] {
    var random = SplitMix64(seed: seed)
    return CrashOperation.workload(
      of: operationCount, alphabet, firstValue: CrashAlphabet.firstValue, using: &random)
  }

  /// Explores these operations; the same ones always give the same answer.
  func explore(
    _ operations: [CrashOperation]
  ) -> (counts: CrashCounts, violation: CrashViolation?) {
    let explorer = CrashExplorer(
      subject, personality, alphabet, operations, seed: seed ^ 0x0000_C4A5_4000_0000)
    let calls = explorer.exploreCrashes()
    if explorer.violation == nil { explorer.exploreFailures(calls: calls, atMost: failures) }
    return (explorer.counts, explorer.violation)
  }

  /// Leaves out operations for as long as something still goes wrong, at most `attempts` times.
  ///
  /// What goes wrong may become something else on the way; a short failure is worth more than a
  /// faithful one.
  func shrink(_ violation: CrashViolation, attempts: Int = 300) -> CrashViolation {
    var shortest = violation
    var operations = Array(self.operations.prefix(violation.step + 1))
    if let same = explore(operations).violation {
      shortest = same
    } else {
      operations = self.operations
    }
    var left = attempts
    var size = max(1, operations.count / 2)
    while size > 0 {
      var start = 0
      var becameShorter = false
      while start < operations.count, left > 0 {
        left -= 1
        var fewer = operations
        fewer.removeSubrange(start..<min(start + size, operations.count))
        if let found = explore(fewer).violation {
          shortest = found
          operations = fewer
          becameShorter = true
        } else {
          start += size
        }
      }
      if left == 0 { break }
      if size > 1 || !becameShorter { size /= 2 }
    }
    return shortest
  }
}
