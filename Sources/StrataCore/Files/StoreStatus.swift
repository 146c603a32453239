import Synchronization

/// Whether a store may be read and written; shared with the scans and snapshots that outlive a call.
///
///     open ──failed write──▶ read-only ──▶ closed
///       └──────────────────────────────────▲
///
/// There is no way back: after a failed write nobody knows what is on the disk, and only recovery, at
/// the next opening, finds out.
package final class StoreStatus: @unchecked Sendable {
  @usableFromInline package let state = Atomic<UInt8>(0)  // 0 open, 1 read-only, 2 closed
  private let lock = Lock()
  private var cause: StoreError?  // guarded by `lock`

  /// The status of a store that was just opened.
  package init() {}

  /// Throws when the store was closed.
  @inlinable @inline(__always)
  package func checkReadable() throws(StoreError) {
    if state.load(ordering: .relaxed) == 2 { throw .closed }
  }

  /// Throws when the store was closed or refuses writes.
  @inlinable @inline(__always)
  package func checkWritable() throws(StoreError) {
    if state.load(ordering: .acquiring) != 0 { throw refusal }
  }

  /// Why writes are refused.
  @usableFromInline package var refusal: StoreError {
    if state.load(ordering: .acquiring) == 2 { return .closed }
    return .readOnly(cause: lock.withLock { cause } ?? .closed)
  }

  /// True when a write failed, whether the store was closed since or not.
  package var hasFailed: Bool { lock.withLock { cause != nil } }

  /// True while writes are accepted.
  package var isWritable: Bool { state.load(ordering: .acquiring) == 0 }

  /// Refuses writes from now on; true when this was the first failure.
  package func becomeReadOnly(_ error: StoreError) -> Bool {
    let isFirst = lock.withLock {
      guard cause == nil else { return false }
      cause = error
      return true
    }
    _ = state.compareExchange(expected: 0, desired: 1, ordering: .acquiringAndReleasing)
    return isFirst
  }

  /// Refuses everything from now on; true when it was not closed before.
  package func close() -> Bool { state.exchange(2, ordering: .acquiringAndReleasing) != 2 }
}
