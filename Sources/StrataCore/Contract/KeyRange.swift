/// The keys from `lower`, included, up to `upper`, left out.
///
///     KeyRange.prefix("ab")                  // "ab" ..< "ac"
///     KeyRange(from: "b", to: "d")           // b, c, czzz, but not d
///     KeyRange.all
public struct KeyRange: Hashable, Sendable {
  /// The first key in the range; nil: from the very first.
  public var lower: Key?
  /// The first key behind the range; nil: to the very last.
  public var upper: Key?

  /// The keys from `lower` up to but not including `upper`.
  public init(from lower: Key? = nil, to upper: Key? = nil) {
    self.lower = lower
    self.upper = upper
  }

  /// Every key.
  public static let all = KeyRange()

  /// The keys that begin with these bytes.
  public static func prefix(_ prefix: Key) -> KeyRange {
    KeyRange(from: prefix, to: prefix.firstKeyBehindPrefix)
  }

  /// True when the key lies in the range.
  public func contains(_ key: Key) -> Bool {
    if let lower, key < lower { return false }
    if let upper, !(key < upper) { return false }
    return true
  }

  /// The keys that lie in both ranges.
  public func intersection(_ other: KeyRange) -> KeyRange {
    KeyRange(
      from: [lower, other.lower].compactMap { $0 }.max(),
      to: [upper, other.upper].compactMap { $0 }.min())
  }
}

extension Key {
  /// The smallest key that does not begin with this one and sorts behind all that do.
  fileprivate var firstKeyBehindPrefix: Key? {
    var bytes = bytes
    while let last = bytes.popLast() {
      if last < 0xFF { return Key(bytes + [last + 1]) }
    }
    return nil  // nothing but 0xFF: every key behind begins with it
  }
}

/// The way a scan walks.
public enum ScanDirection: Sendable, CaseIterable {
  /// From the smallest key to the largest.
  case forward
  /// From the largest key to the smallest.
  case reverse
}
