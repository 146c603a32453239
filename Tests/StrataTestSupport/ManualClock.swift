import StrataCore
import Synchronization

/// A clock that stands still until a test moves it, forward or back.
public final class ManualClock: WallClock {
  private let time: Mutex<UnixMilliseconds>

  /// A clock that shows this time.
  public init(_ start: UnixMilliseconds = 1_000_000) { time = Mutex(start) }

  /// The time it shows.
  public var now: UnixMilliseconds { time.withLock { $0 } }

  /// Moves it; a negative number sets it back.
  public func advance(milliseconds: Int) {
    time.withLock { $0 = UnixMilliseconds(max(0, Int($0) + milliseconds)) }
  }
}
