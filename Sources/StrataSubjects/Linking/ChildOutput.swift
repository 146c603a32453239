import StrataCore

/// What a process printed: its beginning and its end, however much it was.
final class ChildOutput: @unchecked Sendable {
  /// Whoever prints more than this is ended.
  static let limit = 8 << 20
  /// So much is kept of the beginning, and so much of the end.
  private static let kept = 2 << 10

  private let lock = Lock()
  // Guarded by `lock`.
  private var beginning: [UInt8] = []
  private var end: [UInt8] = []
  private var total = 0

  /// True when more was printed than anybody may.
  var isTooMuch: Bool { lock.withLock { total > Self.limit } }

  /// Takes what was printed.
  func add(_ bytes: ArraySlice<UInt8>) {
    lock.withLock {
      total += bytes.count
      let room = max(0, Self.kept - beginning.count)
      beginning += bytes.prefix(room)
      end += bytes.dropFirst(room)
      if end.count > 2 * Self.kept { end.removeFirst(end.count - Self.kept) }
    }
  }

  /// Everything since the last call, with a mark where something was left out.
  func take() -> String {
    lock.withLock {
      let shown = beginning.count + min(end.count, Self.kept)
      var text = String(decoding: beginning, as: UTF8.self)
      if total > shown { text += "\n… \(total - shown) bytes left out …\n" }
      text += String(decoding: end.suffix(Self.kept), as: UTF8.self)
      (beginning, end) = ([], [])
      if total <= Self.limit { total = 0 }
      return text
    }
  }
}
