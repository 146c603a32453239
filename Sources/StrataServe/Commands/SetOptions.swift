import StrataCore

/// What may stand behind `SET key value`.
struct SetOptions {
  enum Condition { case absent, present }

  /// The value is set only if this holds of the key.
  var condition: Condition?
  /// The answer is what the key held before.
  var returnsOld = false
  /// The key's time to live stays as it is.
  var keepsExpiry = false
  var expiresAt: UnixMilliseconds?

  /// True when it matters what the key held.
  var needsOld: Bool { condition != nil || returnsOld || keepsExpiry }

  init(_ call: Call) throws(Refusal) {
    var index = 3
    while index < call.words.count {
      let option = call.option(index)
      switch option {
      case "NX" where condition == nil: condition = .absent
      case "XX" where condition == nil: condition = .present
      case "GET": returnsOld = true
      case "KEEPTTL" where expiresAt == nil: keepsExpiry = true
      case "EX", "PX", "EXAT", "PXAT":
        guard let time = ExpiryTime(option), expiresAt == nil, !keepsExpiry,
          index + 1 < call.words.count
        else { throw .syntax }
        index += 1
        let number = try call.number(index)
        guard number > 0 else { throw ExpiryTime.invalid(call.name) }
        expiresAt = try time.moment(number, now: call.keyspace.now, for: call.name)
      default: throw .syntax
      }
      index += 1
    }
  }
}

/// A way to say when a key expires: in seconds or milliseconds, from now or since 1970.
struct ExpiryTime {
  let unit: Int
  let isAbsolute: Bool

  static let seconds = ExpiryTime(unit: 1000, isAbsolute: false)
  static let milliseconds = ExpiryTime(unit: 1, isAbsolute: false)

  init(unit: Int, isAbsolute: Bool) {
    self.unit = unit
    self.isAbsolute = isAbsolute
  }

  init?(_ option: String) {
    switch option {
    case "EX": self = .seconds
    case "PX": self = .milliseconds
    case "EXAT": self.init(unit: 1000, isAbsolute: true)
    case "PXAT": self.init(unit: 1, isAbsolute: true)
    default: return nil
    }
  }

  /// The moment that a number means; 0 for one before 1970.
  func moment(
    _ number: Int, now: UnixMilliseconds, for command: String
  ) throws(Refusal) -> UnixMilliseconds {
    let (milliseconds, isTooLarge) = number.multipliedReportingOverflow(by: unit)
    let (moment, isTooFar) = milliseconds.addingReportingOverflow(
      isAbsolute ? 0 : Int(clamping: now))
    guard !isTooLarge, !isTooFar else { throw ExpiryTime.invalid(command) }
    return UnixMilliseconds(max(0, moment))
  }

  static func invalid(_ command: String) -> Refusal {
    Refusal("invalid expire time in '\(command)' command")
  }
}
