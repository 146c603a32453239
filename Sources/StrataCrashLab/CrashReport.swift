import StrataCore

/// What an exploration did and found.
public struct CrashReport: Sendable {
  /// How much was tried.
  public let counts: CrashCounts
  /// What must not happen and did, each with as few operations as possible.
  public let violations: [CrashViolation]
  /// How long it took.
  public let seconds: Double
  /// Threads that explored at the same time.
  public let threads: Int
  /// The seeds of the workloads.
  public let seeds: ClosedRange<UInt64>

  /// Images a second and thread.
  public var rate: Int { Int(Double(counts.images) / max(seconds, 1e-9) / Double(threads)) }
}

extension CrashReport: CustomStringConvertible {
  /// The table by kind of call, the totals, and the violations.
  public var description: String {
    var lines = [row("call", "made", "images", "failed")]
    for kind in SimulatedCall.Kind.allCases where kind.isChanging {
      lines.append(
        row(
          "\(kind)", "\(counts.calls[kind])", "\(counts.imagesByCall[kind])",
          "\(counts.failures[kind])"))
    }
    lines += [
      "",
      "\(counts.workloads) workloads (seeds \(seeds.lowerBound) to \(seeds.upperBound)), run again "
        + "\(counts.failureRuns) times with a failing call",
      "\(counts.images) images recovered and compared: \(counts.kills) after a kill, the others after "
        + "a power cut;",
      "  \(counts.recoveryCrashes) crashed within a recovery, \(counts.laterCrashes) after writing on; "
        + "\(counts.checkpoints) checkpoints opened",
      "\(tenths(seconds)) s on \(threads) threads: \(rate) images a second and thread",
      violations.isEmpty ? "no violations" : "\(violations.count) violations",
    ]
    for violation in violations { lines += ["", "\(violation)"] }
    return lines.joined(separator: "\n")
  }

  private func row(_ name: String, _ numbers: String...) -> String {
    let padding = String(repeating: " ", count: max(0, 16 - name.count))
    return numbers.reduce(name + padding) { line, number in
      line + String(repeating: " ", count: max(1, 12 - number.count)) + number
    }
  }

  private func tenths(_ seconds: Double) -> String {
    let tenths = Int(seconds * 10)
    return "\(tenths / 10).\(tenths % 10)"
  }
}
