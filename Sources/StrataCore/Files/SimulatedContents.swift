import Synchronization

/// The bytes of a simulated file at one moment; never changes, and costs two words to keep.
///
/// A file that is only appended to has many contents over time, each a beginning of the next. They
/// share one buffer and differ in how much of it they see:
///
///     buffer    [ r e c o r d 1 r e c o r d 2 . . . . ]
///     durable     ───────────►                            count 7
///     current     ─────────────────────────►              count 14
///
/// So a sync copies nothing, a crash image copies nothing, and a reader gets the buffer itself.
///
/// Whoever holds the contents that end where the buffer's used part ends may append in place; a
/// compare-and-exchange decides between two who try, even from two disks in two threads, and the
/// loser copies. What anyone can see is therefore never written again.
///
/// - Complexity: appending O(bytes appended), amortised; O(n) after a truncation or in a copy of a
///   disk, once.
struct SimulatedContents: Sendable {
  private final class Buffer: @unchecked Sendable {
    let start: UnsafeMutableRawPointer
    let capacity: Int
    let used: Atomic<Int>

    init(capacity: Int, used: Int) {
      start = .allocate(byteCount: capacity, alignment: 16)
      self.capacity = capacity
      self.used = Atomic(used)
    }

    deinit { start.deallocate() }
  }

  private let buffer: Buffer
  let count: Int

  /// No bytes.
  static let empty = SimulatedContents(buffer: Buffer(capacity: 16, used: 16), count: 0)

  private init(buffer: Buffer, count: Int) {
    self.buffer = buffer
    self.count = count
  }

  /// A copy of these bytes.
  init(copying bytes: ByteView) { self = SimulatedContents.empty.appending(bytes) }

  /// The bytes; valid while these contents are kept.
  var view: ByteView { ByteView(start: buffer.start, count: count) }

  /// The bytes without a copy, kept alive by the answer.
  func contents(path: String) -> FileContents {
    FileContents(path: path, bytes: view) { [buffer] in withExtendedLifetime(buffer) {} }
  }

  /// The first bytes, `length` of them.
  func prefix(_ length: Int) -> SimulatedContents {
    precondition(length >= 0 && length <= count, "a prefix cannot be longer than the whole")
    return SimulatedContents(buffer: buffer, count: length)
  }

  /// These bytes with zeros up to the end of a sector, and a sector more: the room behind an end.
  var withRoom: SimulatedContents {
    appendingZeros(2 * SimulatedFile.sectorBytes - count % SimulatedFile.sectorBytes)
  }

  /// These bytes with zeros behind them.
  func appendingZeros(_ zeros: Int) -> SimulatedContents {
    var bytes = ByteBuffer(capacity: zeros)
    bytes.appendZeros(zeros)
    return appending(bytes.view)
  }

  /// These bytes with others behind them.
  func appending(_ bytes: ByteView) -> SimulatedContents {
    guard !bytes.isEmpty else { return self }
    let total = count + bytes.count
    if total <= buffer.capacity,
      buffer.used.compareExchange(expected: count, desired: total, ordering: .relaxed).exchanged
    {
      (buffer.start + count).copyMemory(from: bytes.start, byteCount: bytes.count)
      return SimulatedContents(buffer: buffer, count: total)
    }
    let copy = Buffer(capacity: max(64, total + total / 2), used: total)
    copy.start.copyMemory(from: buffer.start, byteCount: count)
    (copy.start + count).copyMemory(from: bytes.start, byteCount: bytes.count)
    return SimulatedContents(buffer: copy, count: total)
  }
}
