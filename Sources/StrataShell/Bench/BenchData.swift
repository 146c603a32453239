import StrataCore

/// The keys and values of the benchmarks: the same bytes on every machine, in every language.
///
/// | what | is |
/// |---|---|
/// | `mix(x)` | the finaliser of splitmix64 applied to x + 0x9E3779B97F4A7C15 |
/// | key i | the 16 hexadecimal digits of mix(i): random order, all different, because mix is a bijection |
/// | sequential key i | the 16 hexadecimal digits of i |
/// | pool | 2 MiB + 64 KiB from splitmix64 with seed 42: incompressible |
/// | value i, version v | so many bytes of the pool from mix(i ^ v << 40 ^ 0x5bd1e995) & 0xFFFFF on |
///
/// splitmix64: G. Steele, D. Lea, C. Flood, *Fast splittable pseudorandom number generators*, 2014.
struct BenchData {
  /// Values are slices of the pool from a place in its first MiB.
  static let longestValue = 1 << 20

  private let pool: [UInt8]
  private let valueSize: Int

  init(valueSize: Int) {
    precondition(valueSize <= BenchData.longestValue, "the pool holds no such value")
    self.valueSize = valueSize
    var random = SplitMix64(seed: 42)
    var pool: [UInt8] = []
    pool.reserveCapacity(2 << 20 + 64 << 10)
    while pool.count < (2 << 20) + (64 << 10) {
      withUnsafeBytes(of: random.next().littleEndian) { pool += $0 }
    }
    self.pool = pool
  }

  /// A key in random order.
  func key(_ index: Int) -> Key { Key(BenchData.hexadecimal(BenchData.mix(UInt64(index)))) }

  /// A key in ascending order.
  func sequentialKey(_ index: Int) -> Key { Key(BenchData.hexadecimal(UInt64(index))) }

  /// The value of an entry after so many overwritings.
  func value(_ index: Int, version: UInt64 = 0) -> Value {
    let place = BenchData.mix(UInt64(index) ^ version << 40 ^ 0x5bd1_e995) & 0xF_FFFF
    return Value(Array(pool[Int(place)..<(Int(place) + valueSize)]))
  }

  /// Scrambles a number; different numbers give different ones.
  private static func mix(_ number: UInt64) -> UInt64 {
    var random = SplitMix64(seed: number)
    return random.next()
  }

  private static let digits = Array("0123456789abcdef".utf8)

  private static func hexadecimal(_ number: UInt64) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 16) { buffer, count in
      for place in 0..<16 {
        buffer[place] = digits[Int(number >> UInt64(60 - 4 * place) & 15)]
      }
      count = 16
    }
  }
}
