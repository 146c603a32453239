/// Random numbers that are the same in every run, on every machine.
///
/// Whatever is random in a test or a simulation comes from a seed, so that a failure can be repeated
/// from one number. The standard library's generator has no seed, and the order in which a
/// `Dictionary` or a `Set` is walked changes with every process: neither may decide anything here.
///
///     var random = SplitMix64(seed: 7)
///     random.below(10)     // the same digit always
///
/// This is SplitMix64 (Steele, Lea and Flood, 2014): a counter and a mixing function, so that every
/// seed is as good as any other, 0 included. Not cryptographic.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// A generator that this seed determines.
  public init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mix(state)
  }

  /// A number in `0 ..< bound`; 0 when there is nothing to choose from.
  public mutating func below(_ bound: Int) -> Int {
    bound < 2 ? 0 : Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// True once in `times` on average.
  public mutating func isOne(in times: Int) -> Bool { below(times) == 0 }

  /// The bits that belong to the `index`-th place of a sequence, without drawing those before it.
  static func bits(seed: UInt64, index: Int) -> UInt64 {
    mix(seed &+ UInt64(truncatingIfNeeded: index &+ 1) &* 0x9E37_79B9_7F4A_7C15)
  }

  private static func mix(_ state: UInt64) -> UInt64 {
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }
}
