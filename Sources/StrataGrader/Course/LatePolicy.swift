/// What becomes of what is handed in late.
///
///     due        2026-10-14T23:59+02:00
///     slip-days  2
///     late       24h 90%
///     late       72h 50%
///
/// Three days late with two slip days is one day late, and keeps 90 %. Slip days are spent first, because
/// nobody would want it otherwise; whether they last for several hand-ins is for the teacher to say, by an
/// `extension` of less.
public struct LatePolicy: Equatable, Sendable {
  /// How late, and what is kept.
  public struct Step: Equatable, Sendable {
    /// Up to so many seconds after the deadline.
    public var seconds: Int
    /// So much of the points counts.
    public var percent: Int

    /// A step of the table.
    public init(seconds: Int, percent: Int) {
      self.seconds = seconds
      self.percent = percent
    }
  }

  /// The deadline, in seconds since 1970; nil: there is none.
  public var due: Int?
  /// The table, the shortest first; later than the last step keeps nothing.
  public var steps: [Step] = []
  /// Days late that cost a student nothing.
  public var slipDays = 0
  /// Seconds by which the deadline is later for single students.
  public var extensions: [String: Int] = [:]

  /// A policy without a deadline.
  public init() {}

  /// What the policy says; nil when there is no deadline, or nobody knows when it was handed in.
  public func lateness(of student: String, submittedAt: Int?) -> Lateness? {
    guard let due, let submittedAt else { return nil }
    let late = submittedAt - (due + extensions[student, default: 0])
    guard late > 0 else { return Lateness(days: 0, slipDays: 0, keptPercent: 100) }
    let days = (late + 86_399) / 86_400
    let slip = min(days, slipDays)
    let rest = late - slip * 86_400
    let kept = rest <= 0 ? 100 : steps.first { rest <= $0.seconds }?.percent ?? 0
    return Lateness(days: days, slipDays: slip, keptPercent: kept)
  }
}

/// Moments as text: `2026-10-14T23:59:00+02:00` (RFC 3339), seconds may be missing.
public enum Timestamp {
  /// The moment in seconds since 1970; nil when the text is none.
  public static func parse(_ text: String) -> Int? {
    let pattern =
      /(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)? ?(?:Z|([+-])(\d\d):?(\d\d))/
    guard let match = text.wholeMatch(of: pattern) else { return nil }
    func number(_ digits: Substring?) -> Int { digits.flatMap { Int($0) } ?? 0 }
    let (month, day) = (number(match.2), number(match.3))
    let (hour, minute, second) = (number(match.4), number(match.5), number(match.6))
    guard (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
    else { return nil }
    let offset = number(match.8) * 3600 + number(match.9) * 60
    let local = days(number(match.1), month, day) * 86_400 + hour * 3600 + minute * 60 + second
    return local - (match.7 == "-" ? -offset : offset)
  }

  /// A moment as text, in Greenwich's time.
  public static func text(_ seconds: Int) -> String {
    let (day, rest) = (
      Int((Double(seconds) / 86_400).rounded(.down)), ((seconds % 86_400) + 86_400) % 86_400
    )
    // From the first of March of the year 0, in cycles of 400 years.
    let shifted = day + 719_468
    let cycle = shifted / 146_097
    let dayOfCycle = shifted % 146_097
    let year = (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
    let dayOfYear = dayOfCycle - (365 * year + year / 4 - year / 100)
    let march = (5 * dayOfYear + 2) / 153
    let (month, date) = (march < 10 ? march + 3 : march - 9, dayOfYear - (153 * march + 2) / 5 + 1)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let fullYear = cycle * 400 + year + (month <= 2 ? 1 : 0)
    return "\(fullYear)-\(two(month))-\(two(date))T\(two(rest / 3600)):\(two(rest / 60 % 60))"
      + ":\(two(rest % 60))Z"
  }

  /// Days since 1970, in the calendar of today.
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    // A year that begins in March has its odd day at the end.
    let (y, m) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719_468
  }
}
