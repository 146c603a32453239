/// How reports write numbers: the same on every machine, whatever its language.
public enum Numbers {
  /// Points: `3`, `2.5`, `0.33`.
  public static func points(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let sign = hundredths < 0 ? "-" : ""
    let (whole, rest) = abs(hundredths).quotientAndRemainder(dividingBy: 100)
    if rest == 0 { return "\(sign)\(whole)" }
    if rest % 10 == 0 { return "\(sign)\(whole).\(rest / 10)" }
    return "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
  }

  /// Seconds with one decimal: `4.2 s`; below a second in milliseconds: `310 ms`.
  static func seconds(_ value: Double) -> String {
    if value < 0.9995 { return "\(Int((value * 1000).rounded())) ms" }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) s"
  }

  /// A share in whole percent, rounded down: 100 only when nothing is missing.
  static func percent(_ part: Double, of whole: Double) -> Int {
    whole > 0 ? min(100, max(0, Int(part / whole * 100 + 1e-9))) : 0
  }

  /// `1 check`, `2 checks`.
  static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  /// How long something will take, as nobody can say exactly: `40 s`, `7 min`.
  static func roughly(_ seconds: Double) -> String {
    seconds < 100 ? "\(Int(seconds.rounded(.up))) s" : "\(Int((seconds / 60).rounded())) min"
  }

  /// The value in the middle, or the mean of the two that are; 0 of nothing.
  static func median(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return 0 }
    let sorted = values.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  /// The value below which so large a share of them lies; 0 of nothing.
  static func quantile(_ values: [Double], _ share: Double) -> Double {
    guard !values.isEmpty else { return 0 }
    return values.sorted()[min(values.count - 1, Int(Double(values.count) * share))]
  }
}
