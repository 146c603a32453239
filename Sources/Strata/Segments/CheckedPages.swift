import StrataCore
import Synchronization

/// Mapped bytes with a checksum for each page, checked when a page is first looked at.
///
/// An index must not be trusted blindly: a flipped bit in it would make a key that is there look absent.
/// But to read a whole index at opening, for the sake of one `get`, would be a waste. So each page of
/// 4,096 bytes has its own checksum, and one bit in memory remembers that it was found sound.
final class CheckedPages: @unchecked Sendable {
  let bytes: ByteView
  private let checksums: ByteView
  private let path: String
  private let fileOffset: Int
  /// One bit for each page.
  let soundPages: UnsafeMutablePointer<Atomic<UInt64>>
  private let wordCount: Int

  /// - Parameters:
  ///   - bytes: the pages; the last one may be shorter.
  ///   - checksums: four bytes for each page, checked already.
  ///   - fileOffset: where in the file the pages begin, for messages.
  init(_ bytes: ByteView, checksums: ByteView, path: String, fileOffset: Int) {
    self.bytes = bytes
    self.checksums = checksums
    self.path = path
    self.fileOffset = fileOffset
    wordCount = checksums.count / 4 / 64 + 1
    soundPages = .allocate(capacity: wordCount)
    for word in 0..<wordCount { (soundPages + word).initialize(to: Atomic(0)) }
  }

  deinit {
    soundPages.deinitialize(count: wordCount)
    soundPages.deallocate()
  }

  /// The bytes at `offset`, all in one page, after their page was checked.
  @inline(__always)
  func view(at offset: Int, count: Int) throws(StoreError) -> ByteView {
    let page = offset / SegmentFooter.pageSize
    let bit: UInt64 = 1 << UInt64(page & 63)
    if (soundPages + page >> 6).pointee.load(ordering: .relaxed) & bit == 0 { try check(page) }
    return bytes.slice(at: offset, count: count)
  }

  /// Checks one page, whatever is remembered about it.
  func check(_ page: Int) throws(StoreError) {
    let start = page * SegmentFooter.pageSize
    let length = min(SegmentFooter.pageSize, bytes.count - start)
    let checksum = CRC32C.checksum(of: bytes.slice(at: start, count: length))
    guard checksum == checksums.uint32(at: 4 * page) else {
      throw .corrupt(
        file: path, offset: fileOffset + start,
        reason: "the checksum of a page of the index does not match")
    }
    (soundPages + page >> 6).pointee.bitwiseOr(1 << UInt64(page & 63), ordering: .relaxed)
  }
}
