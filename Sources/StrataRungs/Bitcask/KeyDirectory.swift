import StrataCore

/// Where the newest record of a key lies: file, offset, length; and what to know without reading it.
struct RecordPlace: Hashable, Sendable {
  var file: UInt32
  /// Of the whole record.
  var length: UInt32
  var offset: Int
  var timestamp: UnixMilliseconds
  /// `.max`: never.
  var expiresAt: UnixMilliseconds

  /// From when on the key holds nothing; nil: never.
  var end: UnixMilliseconds? { expiresAt == .max ? nil : expiresAt }

  func isAlive(at now: UnixMilliseconds) -> Bool { expiresAt > now || expiresAt == .max }
}

/// All keys that hold something, in memory, each with the place of its record: the *keydir* of Bitcask.
///
///     get  ──▶ key directory ──▶ file 3, offset 4711, 98 bytes ──▶ one read
///
/// - Complexity: O(1) each. A key of 16 bytes costs about 175 bytes of memory: the place, the array that
///   holds the key, and the slots that a hash table keeps free.
/// - Invariant: `liveBytes` is the sum of the lengths of all places.
struct KeyDirectory: Sendable {
  private(set) var places: [Key: RecordPlace] = [:]
  /// The bytes of all records that are somebody's newest.
  private(set) var liveBytes = 0
  /// How many of them have a time after which they hold nothing.
  private(set) var expiringCount = 0

  subscript(key: Key) -> RecordPlace? { places[key] }

  mutating func set(_ key: Key, _ place: RecordPlace) {
    note(places.updateValue(place, forKey: key), -1)
    note(place, 1)
  }

  mutating func remove(_ key: Key) { note(places.removeValue(forKey: key), -1) }

  private mutating func note(_ place: RecordPlace?, _ sign: Int) {
    guard let place else { return }
    liveBytes += sign * Int(place.length)
    if place.expiresAt != .max { expiringCount += sign }
  }

  /// Makes room for so many keys, where there is less.
  mutating func reserve(_ count: Int) {
    if places.capacity < count { places.reserveCapacity(count) }
  }
}
