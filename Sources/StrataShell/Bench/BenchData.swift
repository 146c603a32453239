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
///
/// Keys and values are written into buffers that are used again and again: a fresh array for each call
/// would cost more than some of the operations that are to be measured.
struct BenchData: Sendable {
  /// Values are slices of the pool from a place in its first MiB.
  static let longestValue = 1 << 20
  /// Bytes in every key.
  static let keySize = 16

  /// Bytes in every value.
  let valueSize: Int
  private let pool: [UInt8]

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

  /// A key of the right size, to be written over.
  static var emptyKey: Key { Key([UInt8](repeating: 0, count: keySize)) }

  /// A value of the right size, to be written over.
  var emptyValue: Value { Value([UInt8](repeating: 0, count: valueSize)) }

  /// Turns `key` into a key in random order.
  @inline(__always)
  func write(_ index: Int, into key: inout Key) {
    BenchData.write(BenchData.mix(UInt64(truncatingIfNeeded: index)), into: &key.bytes)
  }

  /// Turns `key` into a key in ascending order.
  @inline(__always)
  func writeSequential(_ index: Int, into key: inout Key) {
    BenchData.write(UInt64(truncatingIfNeeded: index), into: &key.bytes)
  }

  /// Turns `value` into that of an entry after so many overwritings.
  @inline(__always)
  func write(_ index: Int, version: UInt64 = 0, into value: inout Value) {
    let place = place(index, version)
    value.bytes.withUnsafeMutableBytes { target in
      pool.withUnsafeBytes {
        target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[place..<place + valueSize]))
      }
    }
  }

  /// True when these bytes are the value of an entry.
  func isValue(_ bytes: [UInt8], of index: Int, version: UInt64 = 0) -> Bool {
    let place = place(index, version)
    return bytes.count == valueSize
      && bytes.elementsEqual(pool[place..<place + valueSize])
  }

  private func place(_ index: Int, _ version: UInt64) -> Int {
    Int(BenchData.mix(UInt64(index) ^ version << 40 ^ 0x5bd1_e995) & 0xF_FFFF)
  }

  /// Scrambles a number; different numbers give different ones.
  @inline(__always)
  static func mix(_ number: UInt64) -> UInt64 {
    var bits = number &+ 0x9E37_79B9_7F4A_7C15
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  /// Writes the sixteen hexadecimal digits in two stores of eight bytes.
  ///
  /// A processor can hand a store on to a load of the same size at once; of sixteen small stores, an
  /// engine that loads eight bytes would have to wait until they are in the cache.
  @inline(__always)
  private static func write(_ number: UInt64, into bytes: inout [UInt8]) {
    bytes.withUnsafeMutableBytes {
      $0.storeBytes(of: digits(UInt32(truncatingIfNeeded: number >> 32)), as: UInt64.self)
      $0.storeBytes(
        of: digits(UInt32(truncatingIfNeeded: number)), toByteOffset: 8, as: UInt64.self)
    }
  }

  /// Eight digits at once, as they lie in memory: every half byte becomes a byte, and that a character.
  @inline(__always)
  private static func digits(_ number: UInt32) -> UInt64 {
    var halves = UInt64(number)
    halves = (halves << 16 | halves) & 0x0000_FFFF_0000_FFFF
    halves = (halves << 8 | halves) & 0x00FF_00FF_00FF_00FF
    halves = (halves << 4 | halves) & 0x0F0F_0F0F_0F0F_0F0F
    let isLetter = (halves &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
    // "0" is 48; from 9 to "a" there are 39 more.
    return (halves &+ 0x3030_3030_3030_3030 &+ isLetter &* 39).bigEndian
  }
}

/// What one thread of a benchmark holds in its hands: random numbers, and buffers to use again.
struct BenchHand {
  var random: SplitMix64
  var key = BenchData.emptyKey
  var value: Value
  /// What a read found.
  var found: [UInt8] = []
  /// How many entries a walk may still look at.
  var left = 0
  /// Of bytes that were looked at, so that looking at them cannot be left out.
  var sum: UInt64 = 0

  init(_ data: BenchData, seed: UInt64) {
    random = SplitMix64(seed: seed)
    value = data.emptyValue
    found.reserveCapacity(data.valueSize)
  }

  /// Looks at the last byte of a key, and at the first and the last one of a value.
  @inline(__always)
  mutating func touch(_ key: RawSpan, _ value: RawSpan) {
    sum &+= UInt64(key.unsafeLoad(fromByteOffset: key.byteCount - 1, as: UInt8.self))
    touch(value)
  }

  /// Looks at the first and the last byte of a value.
  @inline(__always)
  mutating func touch(_ value: RawSpan) {
    guard !value.isEmpty else { return }
    sum &+= UInt64(value.unsafeLoad(fromByteOffset: 0, as: UInt8.self))
    sum &+= UInt64(value.unsafeLoad(fromByteOffset: value.byteCount - 1, as: UInt8.self))
  }
}
