import StrataCore

/// "Certainly not here, or perhaps": ten bits for each key.
///
/// (Bloom, *Space/Time Trade-offs in Hash Coding with Allowable Errors*, CACM 1970.) A key sets six
/// bits; a key whose bits are not all set was never added. This one is *blocked*: all six lie in one
/// block of 64 bytes, so that a question costs one cache line (Putze, Sanders, Singler, *Cache-,
/// Hash- and Space-Efficient Bloom Filters*, 2007). About one absent key in a hundred passes.
///
/// - Invariant: a key that was added always passes.
/// - Complexity: O(1), one cache line.
enum BloomFilter {
  static let blockSize = 64
  static let bitsPerKey = 10
  static let probes = 6

  static func blockCount(for keys: Int) -> Int {
    max(1, (keys * bitsPerKey + 8 * blockSize - 1) / (8 * blockSize))
  }

  /// The block that a key's bits lie in.
  @inline(__always)
  static func block(_ hash: UInt64, blocks: Int) -> Int {
    let mixed = hash &* 0x9E37_79B9_7F4A_7C15  // other bits than those that the hash index uses
    return Int(
      truncatingIfNeeded: mixed.multipliedFullWidth(by: UInt64(truncatingIfNeeded: blocks)).high)
  }

  /// True when the key may have been added; `block` is the 64 bytes that `block(_:blocks:)` names.
  @inline(__always)
  static func mayContain(_ hash: UInt64, block: ByteView) -> Bool {
    var bits = hash
    for _ in 0..<probes {
      let bit = Int(truncatingIfNeeded: bits & 511)
      if block[bit >> 3] & (1 << UInt8(bit & 7)) == 0 { return false }
      bits >>= 9
    }
    return true
  }

  /// Appends the filter of these keys.
  static func build(hashes: [UInt64], into buffer: inout ByteBuffer) -> Int {
    let blocks = blockCount(for: hashes.count)
    let start = buffer.count
    buffer.appendZeros(blocks * blockSize)
    for hash in hashes {
      let first = start + blockSize * block(hash, blocks: blocks)
      var bits = hash
      for _ in 0..<probes {
        let bit = Int(truncatingIfNeeded: bits & 511)
        let offset = first + bit >> 3
        let old = buffer.integer(at: offset, as: UInt8.self)
        buffer.set(old | 1 << UInt8(bit & 7), at: offset)
        bits >>= 9
      }
    }
    return blocks
  }
}
