/// A file being read on this computer, at any place, by any thread; owns one descriptor.
final class LocalReadableFile: ReadableFile, Sendable {
  let path: String
  private let descriptor: Int32

  init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit { SystemCalls.closeQuietly(descriptor) }

  func size() throws(StoreError) -> Int {
    try SystemCalls.status(of: descriptor, path: path).size
  }

  func read(at offset: Int, count: Int) throws(StoreError) -> [UInt8] {
    // A small piece costs less than asking first; a large one may be a damaged length.
    if count > Self.smallCount { try checkEnd(offset, count) }
    guard count > 0 else {
      // All empty arrays share one storage, and the call below would write its count into it.
      try checkEnd(offset, count)
      return []
    }
    var failure: StoreError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      do throws(StoreError) {
        try SystemCalls.read(
          into: UnsafeMutableRawBufferPointer(
            rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]),
          from: descriptor, at: offset, path: path)
        initializedCount = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  private static let smallCount = 64 << 10

  private func checkEnd(_ offset: Int, _ count: Int) throws(StoreError) {
    let size = try size()
    guard offset <= size, count >= 0, count <= size - offset else {
      throw .corrupt(
        file: path, offset: size, reason: "the file ends here, within what was asked for")
    }
  }
}
