import StrataCore

/// "Certainly not here, or perhaps": seven bits for each key.
///
/// (Bloom, *Space/Time Trade-offs in Hash Coding with Allowable Errors*, CACM 1970.) A key sets five
/// bits; a key whose bits are not all set was never added. This one is *blocked*: all five lie in one
/// block of 64 bytes, so that a question costs one cache line (Putze, Sanders, Singler, *Cache-,
/// Hash- and Space-Efficient Bloom Filters*, 2007). About one absent key in twenty-seven passes; with ten bits
/// it would be one in a hundred, but the index behind it answers nearly as quickly, and each bit counts.
///
/// - Invariant: a key that was added always passes.
/// - Complexity: O(1), one cache line.
package enum BloomFilter {
  /// Bytes in a block.
  package static let blockSize = 64
  static let bitsPerKey = 7
  static let probes = 5

  static func blockCount(for keys: Int) -> Int {
    max(1, (keys * bitsPerKey + 8 * blockSize - 1) / (8 * blockSize))
  }

  /// The block that a key's bits lie in: given by the highest bits of its hash, as its index slot is.
  @inline(__always)
  package static func block(_ hash: UInt64, blocks: Int) -> Int {
    Int(
      truncatingIfNeeded: hash.multipliedFullWidth(by: UInt64(truncatingIfNeeded: blocks)).high)
  }

  /// True when the key may have been added; `block` leads to the 64 bytes that `block(_:blocks:)` names.
  ///
  /// All bits are looked at, whatever the first ones say: they lie in one cache line, and a processor
  /// that cannot guess which of them ends the search loses more than it could save.
  @inline(__always)
  package static func mayContain(_ hash: UInt64, block: UnsafeRawPointer) -> Bool {
    var bits = hash
    var all: UInt8 = 1
    for _ in 0..<probes {
      let bit = Int(truncatingIfNeeded: bits & 511)
      all &= block.load(fromByteOffset: bit >> 3, as: UInt8.self) >> UInt8(bit & 7)
      bits >>= 9
    }
    return all == 1
  }

  /// Appends the filter of these keys; returns how many blocks it has.
  package static func build(
    _ entries: borrowing IndexEntries, into buffer: inout ByteBuffer
  ) -> Int {
    let blocks = blockCount(for: entries.count)
    let bytes = buffer.appendTable(of: UInt8.self, count: blocks * blockSize)
    entries.forEach { entry in
      let first = blockSize &* block(entry.hash, blocks: blocks)
      var bits = entry.hash
      for _ in 0..<probes {
        let bit = Int(truncatingIfNeeded: bits & 511)
        bytes[first &+ bit >> 3] |= 1 << UInt8(bit & 7)
        bits >>= 9
      }
    }
    return blocks
  }
}
