import StrataCore

/// Where scans of clients go on: a number for them, a key for us.
///
/// The protocol has numbers, and clients check that. Keys are in order here, so that a scan that goes on
/// behind a key sees every key that was there all the time exactly once, whatever is written meanwhile.
///
/// - Invariant: at most `capacity` numbers are remembered; the one that was given longest ago goes first, and
///   whoever comes back with it is told.
struct ScanCursors {
  static let capacity = 1024
  private var places: [Int: Key] = [:]
  private var last: Int

  /// Numbers begin with the time, so that one from before a restart is not taken for another.
  init(now: UnixMilliseconds) { last = Int(clamping: now) }

  /// A number for going on at this key.
  mutating func remember(_ key: Key) -> Int {
    last += 1
    places[last] = key
    places[last - ScanCursors.capacity] = nil
    return last
  }

  /// The key to go on at; nil when the number was never given or is forgotten.
  func place(_ cursor: Int) -> Key? { places[cursor] }
}
