import StrataCore

/// Random entries of which a few are asked for very often, as in real traffic.
///
/// The entry of rank r is chosen with a probability proportional to 1 / r^0.99, and the ranks are scattered
/// over all entries, so that popular ones are no neighbours. Of a million entries, the most popular one is
/// chosen about seven times in a hundred.
///
/// J. Gray et al., *Quickly generating billion-record synthetic databases*, 1994; scattered as the
/// benchmark YCSB does it.
enum Zipf {
  private static let skew = 0.99

  /// So many entries out of `entries`.
  ///
  /// - Complexity: O(entries + count): it is done before the clock runs.
  static func sequence(of count: Int, entries: Int, seed: UInt64) -> [Int] {
    let whole = (1...entries).reduce(0.0) { $0 + 1 / Platform.power(Double($1), skew) }
    let firstTwo = 1 + 1 / Platform.power(2, skew)
    let exponent = 1 / (1 - skew)
    let slope =
      (1 - Platform.power(2 / Double(entries), 1 - skew)) / (1 - firstTwo / whole)
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      let uniform = Double(random.next() >> 11) * 0x1p-53
      let rank: Int
      if uniform * whole < 1 {
        rank = 0
      } else if uniform * whole < 1 + Platform.power(0.5, skew) {
        rank = 1
      } else {
        let share = Platform.power(slope * uniform - slope + 1, exponent)
        rank = min(Int(Double(entries) * share), entries - 1)
      }
      return Int(BenchData.mix(UInt64(rank)) % UInt64(entries))
    }
  }
}
