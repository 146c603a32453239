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
  @exclusivity(unchecked) private var next = UnsafeMutableRawPointer(bitPattern: 64)
    .unsafelyUnwrapped
  @exclusivity(unchecked) private var left = 0

  private static let firstChunk = 16 << 10
  /// A chunk of this size is one large page, where the system has those: then one entry of the processor's
  /// page table cache leads to all of it, and it is handed out in one step and not in 512.
  private static let largestChunk = 2 << 20

  deinit { for chunk in chunks { chunk.deallocate() } }

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
    let isLargest = size == Self.largestChunk
    let chunk = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: isLargest ? size : 64)
    if isLargest {
      SystemCalls.preferLargePages(UnsafeMutableRawBufferPointer(start: chunk, count: size))
    }
    chunks.append(chunk)
    allocatedBytes += size
    return chunk
  }
}
