import StrataCore

/// Memory that is handed out piece by piece and given back all at once.
///
/// A memtable grows and is then dropped whole; it never frees a single record. An arena makes an
/// allocation an addition, keeps neighbours in time neighbours in memory, and its pieces never move,
/// so that a reader may look at them while the writer goes on.
///
/// Unsafe inside. What keeps it safe: a piece is valid as long as the arena, and the memtable that
/// owns the arena outlives every reader, because readers hold the version that names it.
final class Arena: @unchecked Sendable {
  /// Bytes handed out, and the ends of chunks that were too small for the next piece.
  var usedBytes: Int { allocatedBytes &- left }
  @exclusivity(unchecked) private var allocatedBytes = 0  // taken from the system
  private var chunks: [UnsafeMutableRawPointer] = []
  private var largeChunks: [UnsafeMutableRawPointer] = []
  @exclusivity(unchecked) private var next = UnsafeMutableRawPointer(bitPattern: 64)
    .unsafelyUnwrapped
  @exclusivity(unchecked) private var left = 0

  /// Where large chunks come from, and go when the arena does.
  let spare: SpareChunks

  private static let firstChunk = 16 << 10
  /// A chunk of this size is one large page, where the system has those: then one entry of the processor's
  /// page table cache leads to all of it, and it is handed out in one step and not in 512.
  fileprivate static let largestChunk = 2 << 20

  init(spare: SpareChunks = SpareChunks()) { self.spare = spare }

  deinit {
    for chunk in chunks { chunk.deallocate() }
    spare.give(largeChunks)
  }

  /// A piece of `count` bytes, aligned to `alignment` (a power of two, at most 64).
  @inline(__always)
  func allocate(_ count: Int, alignment: Int = 8) -> UnsafeMutableRawPointer {
    let padding = -Int(bitPattern: next) & (alignment &- 1)
    if count &+ padding <= left {
      let piece = next + padding
      next = piece + count
      left &-= count &+ padding
      return piece
    }
    return allocateFromNewChunk(count)
  }

  /// A large piece gets a chunk of its own and leaves the current one in use.
  private func allocateFromNewChunk(_ count: Int) -> UnsafeMutableRawPointer {
    let chunkSize = min(Self.largestChunk, max(Self.firstChunk, allocatedBytes))
    if count > chunkSize / 4 { return newChunk(count) }
    let chunk = newChunk(chunkSize)
    next = chunk + count
    left = chunkSize - count
    return chunk
  }

  private func newChunk(_ size: Int) -> UnsafeMutableRawPointer {
    allocatedBytes += size
    if size == Self.largestChunk {
      largeChunks.append(spare.take() ?? SpareChunks.fresh())
      return largeChunks[largeChunks.count - 1]
    }
    chunks.append(UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64))
    return chunks[chunks.count - 1]
  }
}

/// The large chunks of an arena that is gone, kept for the next one.
///
/// The system clears every page that it gives, and that takes longer than all that is written there
/// afterwards. So a memtable takes over what the one before its predecessor took.
///
/// - Invariant: it keeps no more than one arena had.
final class SpareChunks: @unchecked Sendable {
  private let lock = Lock()
  private var chunks: [UnsafeMutableRawPointer] = []  // guarded by `lock`

  deinit { for chunk in chunks { chunk.deallocate() } }

  var count: Int { lock.withLock { chunks.count } }

  func take() -> UnsafeMutableRawPointer? { lock.withLock { chunks.popLast() } }

  func give(_ given: [UnsafeMutableRawPointer]) {
    lock.withLock {
      for chunk in given {
        if chunks.count < given.count { chunks.append(chunk) } else { chunk.deallocate() }
      }
    }
  }

  static func fresh() -> UnsafeMutableRawPointer {
    let size = Arena.largestChunk
    let chunk = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: size)
    SystemCalls.preferLargePages(UnsafeMutableRawBufferPointer(start: chunk, count: size))
    return chunk
  }
}
