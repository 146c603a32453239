import StrataCore

/// A value that several threads use, one at a time.
///
/// What the standard library's `Mutex` is, on the lock that the thread sanitizer understands: of that one it
/// sees neither taking nor giving back, and reports a race at every use.
final class Guarded<Value>: @unchecked Sendable {
  private let lock = Lock()
  private var value: Value  // guarded by `lock`

  init(_ value: Value) { self.value = value }

  /// Shows the value to `body`, and to nobody else meanwhile.
  func withLock<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    lock.lock()
    defer { lock.unlock() }
    return try body(&value)
  }
}
