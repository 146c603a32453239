import StrataCore

/// Something that must not happen and did: what, where, and how to see it again.
public struct CrashViolation: Sendable {
  /// What is wrong.
  public let finding: CrashFinding
  /// The number of the operation that was under way, from 0.
  public let step: Int
  /// What happened to the disk, from the outermost crash to the innermost, each with the unsynced
  /// changes and what became of them.
  public let circumstances: [String]
  /// The disk on which it was found, as it is then.
  public let found: SimulatedDisk
  /// The files of the store there, explained as far as the subject can.
  public let files: [String]
  /// The operations of the workload, one line each.
  public let operations: [String]
  /// The arguments that find it again, before it was made shorter.
  public internal(set) var reproduction = ""
}

extension CrashViolation: CustomStringConvertible {
  /// The whole report.
  public var description: String {
    var lines = ["VIOLATION (\(finding.kind)): \(finding.text)", "", "operations:"]
    if operations.isEmpty { lines.append("  none are needed") }
    for (index, operation) in operations.enumerated() {
      lines.append("  \(index + 1)  \(operation)\(index == step ? "    <- under way" : "")")
    }
    lines += ["", "what happened:"]
    for circumstance in circumstances { lines.append("  \(circumstance)") }
    lines += ["", "the files afterwards:"]
    lines += files.map { "  \($0)" }
    if !reproduction.isEmpty { lines += ["", "to see it again: \(reproduction)"] }
    return lines.joined(separator: "\n")
  }
}
