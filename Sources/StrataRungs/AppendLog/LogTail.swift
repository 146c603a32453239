import StrataCore

/// The end of a log as an earlier process left it, and what has to be done before anything is appended.
///
///     … {"key":"a","value":"1"}⏎{"key":"b","va
///                               └─ the last line, torn: it does not count and is cut off
///
/// A crash leaves the beginning of what was appended last, and no beginning of a line has a newline. So a
/// last line that cannot be read and has none was never acknowledged; any other line that cannot be read is
/// damage. A whole last line that lacks nothing but its newline counts, and gets it.
struct LogTail {
  /// Up to here the log counts.
  let end: Int
  /// The bytes behind it, of a torn line.
  let tornBytes: Int
  /// True when the last line that counts has no newline yet.
  let needsNewline: Bool
  /// Where the last line begins, torn or not: with the durability `sync`, a line was begun only when the one
  /// before it was on the disk.
  private let lastLine: Int

  /// So much at the end is doubted, and the whole last line where that is longer: with the durability
  /// `sync`, a failed sync can have been about one line only.
  private static let doubtfulBytes = 1 << 20

  /// Looks at the last line of a log.
  ///
  /// - Throws: `corrupt` when it has its newline and cannot be read.
  /// - Complexity: O(length of the last line).
  init(of file: any ReadableFile) throws(StoreError) {
    let size = try file.size()
    let start = try LogTail.lastLine(of: file, size: size)
    var lines = LogLines(file, upTo: size)
    lines.skip(to: start)
    guard let line = try lines.next() else {
      (end, tornBytes, needsNewline, lastLine) = (0, 0, false, 0)
      return
    }
    do throws(JSONError) {
      _ = try line.entries()
      end = size
      needsNewline = !line.isTerminated
    } catch {
      guard !line.isTerminated else {
        throw .corrupt(file: file.path, offset: start, reason: error.reason)
      }
      end = start
      needsNewline = false
    }
    tornBytes = size - end
    lastLine = start
  }

  /// Where the last line begins: behind the last newline but one at the very end.
  private static func lastLine(
    of file: any ReadableFile, size: Int
  ) throws(StoreError) -> Int {
    var length = 4 << 10
    while true {
      let start = max(0, size - length)
      let bytes = try file.read(at: start, count: size - start)
      if let newline = bytes.dropLast().lastIndex(of: UInt8(ascii: "\n")) {
        return start + newline + 1
      }
      if start == 0 { return 0 }
      length *= 4
    }
  }

  /// Makes the log end where it counts, and makes that durable; to be called before anything is appended,
  /// and before anything that was found is promised to last.
  ///
  /// What is cut off must be gone for good, or it could come back behind what is written next. And what an
  /// earlier process wrote may be in memory only, if its sync failed: the system takes such pages for
  /// written. So the part that one failed sync can have been about is written again.
  func settle(_ file: any WritableFile, in directory: any Directory) throws(StoreError) {
    if tornBytes > 0 { try file.truncate(to: end) }
    if end > 0 { try file.writeAgain(max(0, min(end - LogTail.doubtfulBytes, lastLine))..<end) }
    try file.sync()
    try directory.sync()
  }
}
