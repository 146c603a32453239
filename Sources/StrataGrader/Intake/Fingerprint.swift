/// SHA-256 (FIPS 180-4) of bytes that come piece by piece.
///
///     Fingerprint.of("abc")      // "ba7816bf8f01cfea…"
///
/// It decides what need not be graded again, and nobody should be able to make two submissions that look alike
/// to it: so it is a cryptographic hash, and not the faster one of the stores.
struct Fingerprint {
  private var state: [UInt32] = [
    0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB,
    0x5BE0_CD19,
  ]
  private var pending: [UInt8] = []
  private var length: UInt64 = 0

  /// The first 32 bits behind the point of the cube roots of the first 64 primes.
  private static let constants: [UInt32] = {
    var primes: [Int] = []
    var candidate = 2
    while primes.count < 64 {
      if primes.allSatisfy({ candidate % $0 != 0 }) { primes.append(candidate) }
      candidate += 1
    }
    return primes.map { prime in
      // The largest whole number whose cube is at most the prime times 2⁹⁶, found bit by bit.
      var root: UInt64 = 0
      for bit in stride(from: UInt64(35), through: 0, by: -1) {
        let guess = root | 1 << bit
        let square = guess.multipliedFullWidth(by: guess)
        let low = square.low.multipliedFullWidth(by: guess)
        let high = square.high &* guess &+ low.high
        if high < UInt64(prime) << 32 || (high == UInt64(prime) << 32 && low.low == 0) {
          root = guess
        }
      }
      return UInt32(truncatingIfNeeded: root)
    }
  }()

  /// The fingerprint of a text, in hexadecimal.
  static func of(_ text: String) -> String {
    var fingerprint = Fingerprint()
    fingerprint.add(Array(text.utf8))
    return fingerprint.hexadecimal()
  }

  /// Takes in bytes.
  mutating func add(_ bytes: [UInt8]) {
    length += UInt64(bytes.count) * 8
    pending += bytes
    var start = 0
    while pending.count - start >= 64 {
      take(pending[start..<start + 64])
      start += 64
    }
    pending.removeFirst(start)
  }

  /// Takes in a named piece, so that no two lists of pieces look alike.
  mutating func add(name: String, _ bytes: [UInt8]) {
    add(Array("\(name.utf8.count) \(name) \(bytes.count) ".utf8))
    add(bytes)
  }

  /// The hash, in 64 hexadecimal digits.
  consuming func hexadecimal() -> String {
    let bits = length
    pending.append(0x80)
    while pending.count % 64 != 56 { pending.append(0) }
    for shift in stride(from: UInt64(56), through: 0, by: -8) {
      pending.append(UInt8(truncatingIfNeeded: bits >> shift))
    }
    let rest = pending
    for start in stride(from: 0, to: rest.count, by: 64) { take(rest[start..<start + 64]) }
    return state.map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  private mutating func take(_ block: ArraySlice<UInt8>) {
    func turned(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }
    var words = [UInt32](repeating: 0, count: 64)
    for (index, byte) in block.enumerated() {
      words[index / 4] = words[index / 4] << 8 | UInt32(byte)
    }
    for index in 16..<64 {
      let (early, late) = (words[index - 15], words[index - 2])
      let first = turned(early, 7) ^ turned(early, 18) ^ early >> 3
      let second = turned(late, 17) ^ turned(late, 19) ^ late >> 10
      words[index] = words[index - 16] &+ first &+ words[index - 7] &+ second
    }
    // The eight names of the standard; an array a round would take longer than all the rest.
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for index in 0..<64 {
      let sum = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)
      let choice = (e & f) ^ (~e & g)
      let first = h &+ sum &+ choice &+ Self.constants[index] &+ words[index]
      let other = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)
      let majority = (a & b) ^ (a & c) ^ (b & c)
      (h, g, f, e) = (g, f, e, d &+ first)
      (d, c, b, a) = (c, b, a, first &+ other &+ majority)
    }
    for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= word }
  }
}
