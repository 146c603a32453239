/// What came of one hostile submission in one tier.
public struct DoctorFinding: Equatable, Sendable {
  /// The submission.
  public var name: String
  /// What it tries.
  public var purpose: String
  /// The tier.
  public var tier: SandboxTier
  /// What did not hold, as sentences; empty when all did.
  public var problems: [String]
  /// What did not hold and need not, because only a sandbox holds it.
  public var open: [String]
  /// Seconds of wall clock.
  public var seconds: Double

  /// What came of it, in a word.
  public var word: String { problems.isEmpty ? open.isEmpty ? "held" : "open" : "BROKEN" }

  /// The finding on one line.
  public var line: String {
    let details = problems + open
    let reasons = details.isEmpty ? "" : ": \(details.joined(separator: " "))"
    return VisibleText.of(
      "\(tier.rawValue)  \(name)  \(word)\(reasons)  (\(Numbers.seconds(seconds)))")
  }

  /// A table: a row for each submission, a column for each tier.
  public static func table(_ findings: [DoctorFinding]) -> String {
    let tiers = SandboxTier.allCases.filter { tier in findings.contains { $0.tier == tier } }
    let names = Set(findings.map(\.name)).sorted()
    let width = names.map(\.count).max() ?? 0
    func cell(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count) + 2)
    }
    var lines = [cell("", width) + tiers.map { cell($0.rawValue, 10) }.joined() + "what it tries"]
    for name in names {
      let own = findings.filter { $0.name == name }
      let words = tiers.map { tier in own.first { $0.tier == tier }?.word ?? "-" }
      lines.append(
        cell(name, width) + words.map { cell($0, 10) }.joined() + (own.first?.purpose ?? ""))
    }
    return lines.joined(separator: "\n")
  }
}
