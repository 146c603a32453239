import Synchronization

/// A file being appended to on this computer; owns one descriptor, and the room behind its end.
///
///     writing    append ─▶ pwrite
///     mapping    append ─▶ memcpy into the window        ┌──────── window ────────┐
///                          [ header │ frame │ frame │ frame │ 0 0 0 0 0 0 0 0 0 0 ]
///                                                           ▲ size                ▲ end of the room
///
/// A page of the window that is stored to becomes a dirty page of the file, as one that was written
/// does: it survives the process, and `fdatasync` brings it to the disk. When the window is full, the
/// next piece of the file is reserved, filled with zeros and mapped in its place, so that neither a short
/// log takes much room nor a long one much memory.
final class LocalWritableFile: WritableFile, @unchecked Sendable {
  private let path: String
  private let descriptor: Int32
  private let end: Atomic<Int>  // others may ask for the size while one appends
  private var isClosed = false

  // The appending thread's own.
  @exclusivity(unchecked) private var isMapping: Bool
  @exclusivity(unchecked) private var window = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  /// Where in the file the window begins; a multiple of the page size.
  @exclusivity(unchecked) private var windowStart = 0
  /// Where the file ends that the system knows, room included; 0: there is no room.
  private var roomEnd = 0

  private static let firstRoom = 64 << 10
  private static let largestRoom = 4 << 20
  /// Zeros are written in pieces of this size, at multiples of it.
  ///
  /// The system's cache then holds a window in a few large pages. Where the first store asks for them, it
  /// makes small ones, one after the other, and each takes four times as long.
  private static let zerosAtOnce = 256 << 10

  init(path: String, descriptor: Int32, size: Int, _ method: AppendMethod) {
    self.path = path
    self.descriptor = descriptor
    end = Atomic(size)
    isMapping = method == .mapping
  }

  deinit {
    closeWindow()
    if !isClosed { SystemCalls.closeQuietly(descriptor) }
  }

  var size: Int { end.load(ordering: .relaxed) }

  func append(_ bytes: ByteView) throws(StoreError) {
    let offset = size
    if isMapping {
      if offset + bytes.count > windowStart + window.count { try moveWindow(for: bytes.count) }
    }
    if isMapping, let window = window.baseAddress {
      (window + (offset - windowStart)).copyMemory(from: bytes.start, byteCount: bytes.count)
    } else {
      try SystemCalls.write(bytes, to: descriptor, at: offset, path: path)
    }
    end.store(offset + bytes.count, ordering: .relaxed)
  }

  /// Reserves room for so many bytes and more, and maps it.
  private func moveWindow(for count: Int) throws(StoreError) {
    closeWindow()
    let size = self.size
    let start = size & ~(SystemCalls.pageSize - 1)
    // As much again as there is: a log of a few records takes little room, a long one few calls.
    let wish = min(max(size, Self.firstRoom), Self.largestRoom)
    let roomEnd = (size + max(count, wish) + SystemCalls.pageSize - 1) & ~(SystemCalls.pageSize - 1)
    self.roomEnd = roomEnd
    do throws(StoreError) {
      if try SystemCalls.reserve(descriptor, size..<roomEnd, path: path) {
        try writeZeros(size..<roomEnd)
        window = try SystemCalls.mapForWriting(descriptor, start..<roomEnd, path: path)
        windowStart = start
        return
      }
    } catch {}
    // No room, or none of this size: a `write` may still go through, and says best why it does not.
    isMapping = false
    try truncate(to: size)
  }

  private func writeZeros(_ room: Range<Int>) throws(StoreError) {
    let zeros = [UInt8](repeating: 0, count: min(room.count, Self.zerosAtOnce))
    var offset = room.lowerBound
    while offset < room.upperBound {
      let rest = Self.zerosAtOnce - offset % Self.zerosAtOnce
      let count = min(rest, room.upperBound - offset)
      try ByteView.withBytes(of: zeros) { (zeros) throws(StoreError) in
        try SystemCalls.write(
          zeros.slice(at: 0, count: count), to: descriptor, at: offset, path: path)
      }
      offset += count
    }
  }

  private func closeWindow() {
    if !window.isEmpty { SystemCalls.unmap(ByteView(UnsafeRawBufferPointer(window))) }
    window = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    windowStart = 0
  }

  func truncate(to size: Int) throws(StoreError) {
    closeWindow()
    try SystemCalls.truncate(descriptor, to: size, path: path)
    roomEnd = 0
    end.store(size, ordering: .relaxed)
  }

  func writeAgain(_ range: Range<Int>) throws(StoreError) {
    let piece = UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(range.count, 1 << 20), alignment: 16)
    defer { piece.deallocate() }
    var offset = range.lowerBound
    while offset < range.upperBound {
      let part = UnsafeMutableRawBufferPointer(
        rebasing: piece.prefix(range.upperBound - offset))
      try SystemCalls.read(into: part, from: descriptor, at: offset, path: path)
      try SystemCalls.write(
        ByteView(UnsafeRawBufferPointer(part)), to: descriptor, at: offset, path: path)
      offset += part.count
    }
  }

  func sync() throws(StoreError) { try SystemCalls.syncData(descriptor, path: path) }

  func close() throws(StoreError) {
    guard !isClosed else { return }
    isClosed = true
    closeWindow()
    // Room that cannot be given back is a few zeros more, which every reader expects.
    if roomEnd > size { try? SystemCalls.truncate(descriptor, to: size, path: path) }
    try SystemCalls.closeFile(descriptor, path: path)
  }
}
