/// How often which time was measured, in buckets that grow with the time.
///
/// Every power of two is divided into 32 buckets, so a percentile is at most 3 % too large, whatever its
/// size, and a million measurements take no more room than ten.
///
///     bucket   0 1 2 … 31 │ 32 … 63    │ 64 … 95        │ …
///     from     0 1 2 … 31 │ 32 … 63    │ 64, 66 … 126   │ 128, 132 …
struct Histogram: Sendable {
  private static let bits = 5  // 32 buckets for each power of two

  private var counts: [Int] = []
  private(set) var count = 0
  private(set) var maximum: UInt64 = 0

  /// Adds a measurement.
  mutating func add(_ value: UInt64) {
    let bucket = Histogram.bucket(of: value)
    if bucket >= counts.count {
      counts += Array(repeating: 0, count: bucket + 1 - counts.count)
    }
    counts[bucket] += 1
    count += 1
    maximum = max(maximum, value)
  }

  /// Adds the measurements of another thread.
  mutating func add(_ other: Histogram) {
    if other.counts.count > counts.count {
      counts += Array(repeating: 0, count: other.counts.count - counts.count)
    }
    for (bucket, measured) in other.counts.enumerated() { counts[bucket] += measured }
    count += other.count
    maximum = max(maximum, other.maximum)
  }

  /// The value that so large a share of the measurements does not exceed, from 0 to 1.
  func percentile(_ share: Double) -> UInt64 {
    var rest = max(1, Int((share * Double(count)).rounded(.up)))
    for (bucket, measured) in counts.enumerated() {
      rest -= measured
      if rest <= 0 { return min(maximum, Histogram.lastValue(in: bucket)) }
    }
    return maximum
  }

  static func bucket(of value: UInt64) -> Int {
    guard value >= 1 << UInt64(bits) else { return Int(value) }
    let shift = 63 - value.leadingZeroBitCount - bits
    return (shift << bits) + Int(value >> UInt64(shift))
  }

  /// The largest value that falls into a bucket.
  static func lastValue(in bucket: Int) -> UInt64 {
    guard bucket >= 1 << (bits + 1) else { return UInt64(bucket) }
    let shift = (bucket >> bits) - 1
    let top = UInt64(bucket - shift << bits)
    return top << UInt64(shift) + (1 << UInt64(shift) - 1)
  }
}
