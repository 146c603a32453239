import CIntrinsics

extension UnsafeRawPointer {
  /// Looks at sixteen numbers of four bytes at once: which of them have this highest byte, and which are zero.
  ///
  ///     0x2A000001, 0, 0x2A000007, 0x17000002, …     highest byte 0x2A: equal 0b0101, zero 0b0010
  ///
  /// A bit stands for a number, the lowest for the first. To look at one after the other would take more
  /// instructions, and the processor would have to guess which of them ends the search.
  @inlinable @inline(__always)
  public func compareSixteen(highestByte: UInt32) -> (equal: UInt32, zero: UInt32) {
    let answer = strata_sixteen(self, highestByte)
    return (answer & 0xFFFF, answer >> 16)
  }

  /// How many of the first `count` of sixteen numbers of eight bytes are below `limit`, without a guess.
  ///
  /// All 128 bytes are read, whatever the count; what stands behind it does not matter, and may change meanwhile.
  @inlinable @inline(__always)
  public func countBelow(_ limit: UInt64, ofFirst count: Int) -> Int {
    Int(strata_count_below(self, Int32(truncatingIfNeeded: count), limit))
  }

  /// The same, always one after the other.
  package func countBelowOneByOne(_ limit: UInt64, ofFirst count: Int) -> Int {
    Int(strata_below_one_by_one(self, Int32(truncatingIfNeeded: count), limit))
  }
}
