/// Durations, sizes and counts as people write them.
enum Quantities {
  /// The milliseconds in `500ms`, `30s`, `5m`, `2h`, `1d`; nil for anything else.
  static func milliseconds(_ text: String) -> UInt64? {
    number(text, units: ["ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000])
  }

  /// The bytes in `512`, `4KiB`, `64MiB`, `1GiB`; nil for anything else.
  static func bytes(_ text: String) -> Int? {
    let units: [String: UInt64] = ["": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30]
    return number(text, units: units).flatMap(Int.init(exactly:))
  }

  /// A whole number, zero or more, with `_` or `,` between digits where that reads better.
  static func count(_ text: String) -> Int? {
    let digits = text.filter { $0 != "_" && $0 != "," }
    guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
    return Int(digits)
  }

  private static func number(_ text: String, units: [String: UInt64]) -> UInt64? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let amount = UInt64(digits), let unit = units[String(text.dropFirst(digits.count))]
    else { return nil }
    let (product, overflows) = amount.multipliedReportingOverflow(by: unit)
    return overflows ? nil : product
  }
}
