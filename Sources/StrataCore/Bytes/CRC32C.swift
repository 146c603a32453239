import CIntrinsics

/// CRC-32C (Castagnoli), the checksum of every record, page and header in Strata.
///
/// It finds every error of up to 32 neighbouring bits, and every error of up to 5 single bits in a
/// record of our sizes. It is no protection against someone who *wants* a collision.
///
///     CRC32C.checksum(of: "123456789")     // 0xE306_9283, the check value of RFC 3720, B.4
///
/// Two ways lead to the same number: the processor's own instruction where there is one, and a
/// table-driven loop ("slicing by 16": sixteen tables, sixteen bytes a step), which is the readable
/// truth. A test holds the two together.
///
/// - Complexity: O(n); with the instruction about 10 bytes a nanosecond, by table about 3.
public enum CRC32C {
  /// The checksum of `bytes`, or of what an earlier call saw followed by `bytes`.
  @inlinable @inline(__always)
  public static func checksum(of bytes: ByteView, continuing earlier: UInt32 = 0) -> UInt32 {
    if isAccelerated {
      return ~strata_crc32c_update(~earlier, bytes.start, bytes.count)
    }
    return ~updateByTable(~earlier, bytes)
  }

  /// The checksums of two views; quicker than one after the other.
  @inlinable @inline(__always)
  public static func checksums(_ first: ByteView, _ second: ByteView) -> (UInt32, UInt32) {
    guard isAccelerated else { return (checksum(of: first), checksum(of: second)) }
    let pair = strata_crc32c_pair(first.start, first.count, second.start, second.count)
    return (UInt32(truncatingIfNeeded: pair), UInt32(truncatingIfNeeded: pair >> 32))
  }

  /// True when four neighbours in memory are all sound, each of which begins with the checksum, four bytes,
  /// of the rest of it.
  ///
  /// Each step of a checksum waits for the one before; four side by side need not wait for each other.
  /// False may also mean that this processor has no instruction for it: look at one after the other then.
  ///
  /// - Parameters:
  ///   - start: where the first begins.
  ///   - ends: where each of them ends, at least four bytes behind the end of the one before.
  @inlinable @inline(__always)
  public static func fourMatch(
    from start: UnsafeRawPointer,
    ends: (UnsafeRawPointer, UnsafeRawPointer, UnsafeRawPointer, UnsafeRawPointer)
  ) -> Bool {
    isAccelerated && strata_crc32c_four_match(start, ends.0, ends.1, ends.2, ends.3) != 0
  }

  /// The checksum of a text's UTF-8 bytes.
  public static func checksum(of text: String) -> UInt32 {
    ByteView.withBytes(of: Array(text.utf8)) { checksum(of: $0) }
  }

  /// The same checksum, always by table.
  public static func checksumByTable(of bytes: ByteView) -> UInt32 { ~updateByTable(~0, bytes) }

  @inlinable @inline(__always)
  static var isAccelerated: Bool { strata_crc32c_is_available() != 0 }

  /// `tables[k][b]` is the CRC of byte `b` followed by `k` zero bytes.
  private static let tables: [[UInt32]] = {
    let polynomial: UInt32 = 0x82F6_3B78  // 0x1EDC6F41 with its bits reversed
    var tables = [[UInt32]](repeating: [UInt32](repeating: 0, count: 256), count: 16)
    for byte in 0..<256 {
      var crc = UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ polynomial : crc >> 1 }
      tables[0][byte] = crc
    }
    for k in 1..<16 {
      for byte in 0..<256 {
        let previous = tables[k - 1][byte]
        tables[k][byte] = (previous >> 8) ^ tables[0][Int(previous & 0xFF)]
      }
    }
    return tables
  }()

  @usableFromInline
  static func updateByTable(_ start: UInt32, _ bytes: ByteView) -> UInt32 {
    let tables = self.tables
    var crc = start
    var offset = 0
    while bytes.count - offset >= 16 {
      let first = bytes.uint32(at: offset) ^ crc
      var next: UInt32 = 0
      for lane in 0..<4 {
        let word = lane == 0 ? first : bytes.uint32(at: offset + 4 * lane)
        for byte in 0..<4 {
          next ^= tables[15 - 4 * lane - byte][Int((word >> UInt32(8 * byte)) & 0xFF)]
        }
      }
      crc = next
      offset += 16
    }
    while offset < bytes.count {
      crc = (crc >> 8) ^ tables[0][Int((crc ^ UInt32(bytes[offset])) & 0xFF)]
      offset += 1
    }
    return crc
  }
}
