import StrataCore

/// Where scans of clients go on: a number for them, a key for us.
///
/// The protocol has numbers, and clients check that. Keys are in order here, so that a scan that goes on
/// behind a key sees every key that was there all the time exactly once, whatever is written meanwhile.
///
/// - Invariant: at most `capacity` scans are remembered; the one that was asked for longest ago goes first,
///   and is told so when it comes back.
struct ScanCursors {
  static let capacity = 1024
  private var places: [Int: Key] = [:]
  /// The numbers in use, the oldest first.
  private var order: [Int] = []
  private var last: Int

  /// Numbers begin with the time, so that one from before a restart is not taken for another.
  init(now: UnixMilliseconds) { last = Int(clamping: now) }

  /// A number for going on at this key.
  mutating func remember(_ key: Key) -> Int {
    last += 1
    places[last] = key
    order.append(last)
    if order.count > ScanCursors.capacity { places[order.removeFirst()] = nil }
    return last
  }

  /// The key to go on at; nil when the number was never given or is forgotten.
  func place(_ cursor: Int) -> Key? { places[cursor] }
}
