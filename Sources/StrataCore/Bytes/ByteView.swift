/// A look at bytes that somebody else keeps alive.
///
/// Keys, values and records pass through the engine without being copied: from a caller's array,
/// from the memtable's arena, from a mapped segment. A `ByteView` is the one type they all have on
/// the way. It is two words, start and count.
///
///     let bytes: [UInt8] = [0x2A, 0, 0, 0, 0xFF]
///     ByteView.withBytes(of: bytes) { $0.uint32(at: 0) }     // 42
///
/// - Invariant: every access is within `0 ..< count`, checked in every build.
///
/// What the compiler does not check is *lifetime*: whoever makes a view promises that the bytes stay
/// where they are, unchanged, for as long as the view is used. Three owners make that promise in
/// Strata: an `[UInt8]` during `withBytes`, an arena until its memtable goes, and a
/// `FileContents` until it is released. Views are therefore never stored in anything that may
/// outlive its owner.
@frozen
public struct ByteView: @unchecked Sendable {
  /// Where the bytes start; meaningless when `count` is 0.
  public let start: UnsafeRawPointer
  /// How many bytes there are.
  public let count: Int

  /// A view of `count` bytes at `start`, which the caller keeps alive.
  @inlinable @inline(__always)
  public init(start: UnsafeRawPointer, count: Int) {
    precondition(count >= 0, "a view cannot have a negative length")
    self.start = start
    self.count = count
  }

  /// A view of a buffer, which the caller keeps alive.
  @inlinable @inline(__always)
  public init(_ buffer: UnsafeRawBufferPointer) {
    if let base = buffer.baseAddress {
      self.init(start: base, count: buffer.count)
    } else {
      self = .empty
    }
  }

  /// No bytes at all.
  @inlinable @inline(__always)
  public static var empty: ByteView {
    ByteView(start: UnsafeRawPointer(bitPattern: 8).unsafelyUnwrapped, count: 0)
  }

  /// Calls `body` with a view of the array, valid during the call only.
  @inlinable @inline(__always)
  public static func withBytes<Result, Failure: Error>(
    of bytes: [UInt8], _ body: (ByteView) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // `withUnsafeBytes` rethrows untyped; the detour through `Swift.Result` keeps the type.
    let result = bytes.withUnsafeBytes { buffer in
      Swift.Result { () throws(Failure) -> Result in try body(ByteView(buffer)) }
    }
    return try result.get()
  }

  /// True when there are no bytes.
  @inlinable @inline(__always)
  public var isEmpty: Bool { count == 0 }

  /// The byte at `offset`.
  @inlinable @inline(__always)
  public subscript(offset: Int) -> UInt8 {
    precondition(offset >= 0 && offset < count, "offset beyond the end of the view")
    return start.load(fromByteOffset: offset, as: UInt8.self)
  }

  /// The bytes in `offset ..< offset + count`.
  @inlinable @inline(__always)
  public func slice(at offset: Int, count: Int) -> ByteView {
    precondition(
      offset >= 0 && count >= 0 && offset <= self.count - count, "slice beyond the end of the view")
    return ByteView(start: start + offset, count: count)
  }

  /// The bytes from `offset` to the end.
  @inlinable @inline(__always)
  public func suffix(from offset: Int) -> ByteView { slice(at: offset, count: count - offset) }

  /// True when `offset ..< offset + count` lies within the view; never overflows.
  @inlinable @inline(__always)
  public func holds(_ count: Int, at offset: Int) -> Bool {
    offset >= 0 && count >= 0 && count <= self.count && offset <= self.count - count
  }

  /// The little-endian integer at `offset`.
  @inlinable @inline(__always)
  public func integer<I: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: I.Type) -> I
  {
    precondition(
      offset >= 0 && offset <= count - MemoryLayout<I>.size, "integer beyond the end of the view")
    return I(littleEndian: start.loadUnaligned(fromByteOffset: offset, as: I.self))
  }

  /// The little-endian 16-bit integer at `offset`.
  @inlinable @inline(__always)
  public func uint16(at offset: Int) -> UInt16 { integer(at: offset, as: UInt16.self) }

  /// The little-endian 32-bit integer at `offset`.
  @inlinable @inline(__always)
  public func uint32(at offset: Int) -> UInt32 { integer(at: offset, as: UInt32.self) }

  /// The little-endian 64-bit integer at `offset`.
  @inlinable @inline(__always)
  public func uint64(at offset: Int) -> UInt64 { integer(at: offset, as: UInt64.self) }

  /// True when any byte from `offset` on is not zero.
  ///
  /// - Complexity: O(n), eight bytes a step.
  public func hasContent(from offset: Int) -> Bool {
    var offset = offset
    while holds(8, at: offset) {
      if start.loadUnaligned(fromByteOffset: offset, as: UInt64.self) != 0 { return true }
      offset += 8
    }
    return (offset..<max(offset, count)).contains { self[$0] != 0 }
  }

  /// A copy of the bytes.
  ///
  /// An array made with `unsafeUninitializedCapacity` takes twice as long: the library looks up the
  /// type of its storage each time.
  @inlinable @inline(__always)
  public var array: [UInt8] { [UInt8](UnsafeRawBufferPointer(start: start, count: count)) }

  /// The bytes as the language's own span, for callers outside; valid as long as the view.
  @inlinable @inline(__always)
  public func withSpan<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeRawBufferPointer(start: start, count: count).bytes)
  }
}

extension ByteView: Comparable, Hashable {
  /// True when both hold the same bytes.
  @inlinable @inline(__always)
  public static func == (left: ByteView, right: ByteView) -> Bool {
    left.count == right.count && left.compare(to: right) == 0
  }

  /// Bytewise order, as of `memcmp`; a proper prefix comes first.
  @inlinable @inline(__always)
  public static func < (left: ByteView, right: ByteView) -> Bool { left.compare(to: right) < 0 }

  /// Negative, zero or positive as these bytes sort before, with or after the others.
  ///
  /// - Complexity: O(n) in the shorter length, eight bytes a step.
  @inlinable
  public func compare(to other: ByteView) -> Int {
    let shared = Swift.min(count, other.count)
    var offset = 0
    while offset &+ 8 <= shared {
      let mine = start.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      let theirs = other.start.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      if mine != theirs { return mine.bigEndian < theirs.bigEndian ? -1 : 1 }
      offset &+= 8
    }
    while offset < shared {
      let mine = start.load(fromByteOffset: offset, as: UInt8.self)
      let theirs = other.start.load(fromByteOffset: offset, as: UInt8.self)
      if mine != theirs { return mine < theirs ? -1 : 1 }
      offset &+= 1
    }
    return count &- other.count
  }

  /// The first eight bytes as one number that sorts as they do; missing bytes count as zero.
  ///
  /// Two keys with different prefixes sort as their prefixes; with equal ones, only a full
  /// comparison tells. It is what a tree node or an index keeps beside a pointer, so that most
  /// comparisons touch no other memory.
  @inlinable @inline(__always)
  public var sortingPrefix: UInt64 {
    if count >= 8 { return start.loadUnaligned(as: UInt64.self).bigEndian }
    var prefix: UInt64 = 0
    for offset in 0..<count { prefix |= UInt64(self[offset]) << UInt64(56 - 8 * offset) }
    return prefix
  }

  /// Feeds the bytes to the standard library's hasher; on disk, `KeyedHash` is used instead.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(bytes: UnsafeRawBufferPointer(start: start, count: count))
  }
}
