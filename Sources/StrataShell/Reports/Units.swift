/// Numbers as people read them.
package enum Units {
  /// With commas between thousands: `34,931`.
  package static func count(_ number: Int) -> String {
    var groups: [String] = []
    var rest = number.magnitude
    while rest >= 1000 {
      let group = String(rest % 1000)
      groups.append(String(repeating: "0", count: 3 - group.count) + group)
      rest /= 1000
    }
    groups.append(String(rest))
    return (number < 0 ? "-" : "") + groups.reversed().joined(separator: ",")
  }

  /// A number and its noun: `1 segment`, `3 segments`, `2 entries`.
  package static func plural(_ number: Int, _ one: String, _ many: String? = nil) -> String {
    "\(count(number)) \(number == 1 ? one : many ?? one + "s")"
  }

  /// A size: `812 B`, `14.1 MiB`.
  static func bytes(_ number: Int) -> String {
    guard number >= 1024 else { return "\(number) B" }
    var amount = Double(number)
    var unit = 0
    while amount >= 1024, unit < 4 {
      amount /= 1024
      unit += 1
    }
    return "\(decimal(amount, 1)) \(["B", "KiB", "MiB", "GiB", "TiB"][unit])"
  }

  /// A short time: `740 ns`, `1.2 µs`, `31 ms`, `2.5 s`.
  static func nanoseconds(_ number: Double) -> String {
    switch number {
    case ..<1000: "\(decimal(number, 0)) ns"
    case ..<1_000_000: "\(decimal(number / 1000, number < 100_000 ? 1 : 0)) µs"
    case ..<1_000_000_000: "\(decimal(number / 1_000_000, number < 100_000_000 ? 1 : 0)) ms"
    default: "\(decimal(number / 1_000_000_000, 1)) s"
    }
  }

  /// A long time: `0:07`, `12:31`, `1:02:03`.
  static func clock(seconds: Double) -> String {
    let whole = Int(min(max(seconds, 0), 359_999))
    let (hours, minutes) = (whole / 3600, whole / 60 % 60)
    return hours > 0
      ? "\(hours):\(twoDigits(minutes)):\(twoDigits(whole % 60))"
      : "\(minutes):\(twoDigits(whole % 60))"
  }

  /// A number with so many digits behind the point, rounded.
  package static func decimal(_ number: Double, _ places: Int) -> String {
    guard number.isFinite, number.magnitude < 1e15 else { return "\(number)" }
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let scaled = Int((number.magnitude * scale).rounded())
    let sign = number < 0 && scaled > 0 ? "-" : ""
    guard places > 0 else { return "\(sign)\(scaled)" }
    let fraction = String(scaled % Int(scale))
    return
      "\(sign)\(scaled / Int(scale)).\(String(repeating: "0", count: places - fraction.count))\(fraction)"
  }

  /// A ratio with two digits; a dash when there is nothing to divide by.
  static func ratio(_ numerator: Int, _ denominator: Int) -> String {
    denominator == 0 ? "–" : decimal(Double(numerator) / Double(denominator), 2)
  }

  private static func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}
