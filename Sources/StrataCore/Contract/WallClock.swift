/// Milliseconds since 1970-01-01 00:00 UTC.
public typealias UnixMilliseconds = UInt64

/// What time it is, for time to live; tests set their own.
///
/// Nothing else in a store depends on the clock: the order of changes never comes from it.
public protocol WallClock: Sendable {
  /// The time now.
  var now: UnixMilliseconds { get }
}

/// The clock of this computer.
public struct SystemClock: WallClock {
  /// The clock; it has no state of its own.
  public init() {}

  /// The time now.
  public var now: UnixMilliseconds { SystemTime.unixMilliseconds }
}
