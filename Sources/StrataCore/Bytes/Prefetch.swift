import CIntrinsics

extension UnsafeRawPointer {
  /// Asks memory for the cache line at this address, and does not wait for it.
  ///
  /// A read that needs two lines which are not in the cache waits for one after the other, unless both
  /// were asked for first. The address may be any; nothing is read as far as the program can tell.
  @inlinable @inline(__always)
  public func prefetch() { strata_prefetch(self) }

  /// The same for so many lines from this address on.
  @inlinable @inline(__always)
  public func prefetch(lines: Int) {
    for line in 0..<lines { (self + 64 &* line).prefetch() }
  }
}
