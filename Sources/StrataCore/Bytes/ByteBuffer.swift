/// Bytes being written: grows at the end, may be patched anywhere before it.
///
/// Whatever goes to a file is put together here: a log frame, a run of records, a manifest.
///
///     var buffer = ByteBuffer()
///     buffer.append(UInt32(7))
///     buffer.view.uint32(at: 0)     // 7
///
/// Unsafe inside, safe outside: the memory belongs to this value alone (it cannot be copied) and goes
/// with it. A view of it is valid until the next change.
public struct ByteBuffer: ~Copyable, @unchecked Sendable {
  @usableFromInline var start: UnsafeMutableRawPointer
  @usableFromInline var room: Int
  @usableFromInline var end = 0

  /// How many bytes were written.
  @inlinable public var count: Int { end }
  /// How many bytes it can hold before it takes more memory.
  @inlinable public var capacity: Int { room }

  /// An empty buffer with room for `capacity` bytes.
  @inlinable
  public init(capacity: Int = 256) {
    room = max(capacity, 16)
    start = .allocate(byteCount: room, alignment: 16)
  }

  deinit { start.deallocate() }

  /// What was written so far; valid until the buffer changes.
  @inlinable
  public var view: ByteView { ByteView(start: start, count: count) }

  /// Makes room for `more` bytes.
  @inlinable @inline(__always)
  public mutating func reserve(_ more: Int) {
    if end + more > room { grow(by: more) }
  }

  @usableFromInline @inline(never)
  mutating func grow(by more: Int) {
    room = max(room * 2, end + more)
    let larger = UnsafeMutableRawPointer.allocate(byteCount: room, alignment: 16)
    larger.copyMemory(from: start, byteCount: end)
    start.deallocate()
    start = larger
  }

  /// Appends an integer, little-endian.
  @inlinable @inline(__always)
  public mutating func append<I: FixedWidthInteger & BitwiseCopyable>(_ integer: I) {
    reserve(MemoryLayout<I>.size)
    start.storeBytes(of: integer.littleEndian, toByteOffset: count, as: I.self)
    end += MemoryLayout<I>.size
  }

  /// Appends bytes.
  @inlinable @inline(__always)
  public mutating func append(_ bytes: ByteView) {
    reserve(bytes.count)
    if bytes.count > 0 { (start + count).copyMemory(from: bytes.start, byteCount: bytes.count) }
    end += bytes.count
  }

  /// Appends zeros.
  @inlinable @inline(__always)
  public mutating func appendZeros(_ zeros: Int) {
    reserve(zeros)
    (start + count).initializeMemory(as: UInt8.self, repeating: 0, count: zeros)
    end += zeros
  }

  /// Appends zeros, and hands them out to be filled in any order, as integers in the machine's own order.
  ///
  /// The table is valid until the buffer changes. It must begin at a multiple of the integer's size.
  public mutating func appendTable<I: FixedWidthInteger & BitwiseCopyable>(
    of type: I.Type, count: Int
  ) -> UnsafeMutableBufferPointer<I> {
    let offset = self.count
    precondition(offset % MemoryLayout<I>.alignment == 0, "a table must be aligned")
    appendZeros(count * MemoryLayout<I>.size)
    return UnsafeMutableBufferPointer(
      start: (start + offset).bindMemory(to: type, capacity: count), count: count)
  }

  /// Overwrites an integer that was written before, little-endian.
  @inlinable @inline(__always)
  public mutating func set<I: FixedWidthInteger & BitwiseCopyable>(_ integer: I, at offset: Int) {
    precondition(
      offset >= 0 && offset <= count - MemoryLayout<I>.size, "patch beyond what was written")
    start.storeBytes(of: integer.littleEndian, toByteOffset: offset, as: I.self)
  }

  /// Reads back an integer that was written before, little-endian.
  @inlinable
  public func integer<I: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: I.Type) -> I
  {
    view.integer(at: offset, as: type)
  }

  /// Forgets the first bytes; what follows them moves to the front.
  public mutating func removeFirst(_ bytes: Int) {
    precondition(bytes >= 0 && bytes <= end, "only what was written can be removed")
    start.copyMemory(from: start + bytes, byteCount: end - bytes)
    end -= bytes
  }

  /// Forgets what was written and keeps the room.
  @inlinable
  public mutating func removeAll() { end = 0 }
}
