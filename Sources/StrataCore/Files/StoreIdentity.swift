/// 128 random bits, drawn when a store is created and written into each of its files.
///
/// A file of another store is recognised by it and never spliced in; and the hash functions of the
/// store's indexes are keyed by it, so that nobody who chooses keys can choose collisions.
public struct StoreIdentity: Hashable, Sendable, CustomStringConvertible {
  /// The first 64 bits.
  public let high: UInt64
  /// The other 64 bits.
  public let low: UInt64

  /// An identity that is given, for tests that must be repeatable.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// A new identity from the system's random numbers.
  public static func random() -> StoreIdentity {
    StoreIdentity(high: .random(in: 0 ... .max), low: .random(in: 0 ... .max))
  }

  /// The hash function of this store's indexes and filters.
  public var hash: KeyedHash { KeyedHash(seed: (high, low)) }

  /// 32 hexadecimal digits, in the order in which the bytes stand in a file.
  public var description: String {
    [high, low].map { word in
      (0..<8).map { Escaping.hex(UInt8(truncatingIfNeeded: word >> UInt64(8 * $0))) }.joined()
    }.joined()
  }
}
