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
  /// Where the last line that counts begins.
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
    let last = try LastLine(of: file, upTo: size)
    guard last.isTorn else {
      end = size
      tornBytes = 0
      needsNewline = !last.isTerminated && size > 0
      lastLine = last.start
      return
    }
    end = last.start
    tornBytes = size - last.start
    needsNewline = false
    lastLine = try file.startOfLine(endingAt: max(0, end - 1))
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

/// The last line of a log, and what can be made of it.
private struct LastLine {
  /// Where it begins.
  let start: Int
  /// True when its newline is there.
  let isTerminated: Bool
  /// True when it is the beginning of a line only.
  let isTorn: Bool

  init(of file: any ReadableFile, upTo size: Int) throws(StoreError) {
    isTerminated = try file.read(at: max(0, size - 1), count: min(1, size)) == [newline]
    let textEnd = isTerminated ? size - 1 : size
    start = try file.startOfLine(endingAt: textEnd)
    let line = LogLines.Line(
      offset: start, bytes: try file.read(at: start, count: textEnd - start),
      isTerminated: isTerminated)
    do throws(StoreError) {
      _ = try line.entries(in: file.path)
      isTorn = false
    } catch {
      if isTerminated { throw error }
      isTorn = true
    }
  }
}

private let newline = UInt8(ascii: "\n")

extension ReadableFile {
  /// Where the line begins whose text ends at `end`: behind the newline before it, or at the very front.
  ///
  /// Looks backwards, in pieces of which each is twice as long as the one behind it.
  fileprivate func startOfLine(endingAt end: Int) throws(StoreError) -> Int {
    var upper = end
    var length = 4 << 10
    while upper > 0 {
      let lower = max(0, upper - length)
      let piece = try read(at: lower, count: upper - lower)
      if let index = piece.lastIndex(of: newline) { return lower + index + 1 }
      upper = lower
      length *= 2
    }
    return 0
  }
}
