import StrataCore

/// Where an entry lies in the log: its byte offset, and how many bytes it has.
public struct LogPlace: Hashable, Sendable {
  /// The offset of the entry's opening brace.
  public var offset: Int
  /// The bytes up to and with its closing brace.
  public var length: Int

  /// A place.
  public init(offset: Int, length: Int) {
    self.offset = offset
    self.length = length
  }
}

/// One entry of the log: what a key holds from here on.
public struct LogEntry: Hashable, Sendable {
  /// Where it lies.
  public var place: LogPlace
  /// The key.
  public var key: Key
  /// What it holds; nil: it was deleted, the entry is a tombstone.
  public var value: Value?
  /// From then on the key holds nothing; nil: for ever.
  public var expiresAt: UnixMilliseconds?

  /// The byte offset in the log.
  public var offset: Int { place.offset }

  /// True when the key holds nothing, because of a deletion or of time.
  func isDead(at now: UnixMilliseconds) -> Bool {
    value == nil || expiresAt.map { $0 <= now } ?? false
  }
}
