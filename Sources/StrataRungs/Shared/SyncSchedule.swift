import StrataCore

/// Brings what was appended to the disk when the store's durability says so.
///
/// | level | at every write | in between |
/// |---|---|---|
/// | `sync` | syncs | nothing is left |
/// | `interval` | wakes a worker | which syncs when the interval is over |
/// | `system` | nothing | the operating system writes when it likes |
///
/// With manual maintenance there is no worker; then the first write after an interval syncs.
///
/// - Invariant: used only under the lock that makes its store's writers take turns.
struct SyncSchedule {
  private let durability: Durability
  private let maintenance: Maintenance
  private let clock: any WallClock
  private var lastSync: UnixMilliseconds = 0
  private var lastWorkerSync: UInt64 = 0  // monotonic nanoseconds
  private var hasUnsynced = false

  init(_ durability: Durability, _ maintenance: Maintenance, _ clock: any WallClock) {
    self.durability = durability
    self.maintenance = maintenance
    self.clock = clock
  }

  /// True when a write has to be followed by a call of `synced` before it may be acknowledged.
  mutating func mustSyncNow() -> Bool {
    switch durability {
    case .sync: return true
    case .system: return false
    case .interval(let milliseconds):
      hasUnsynced = true
      guard maintenance == .manual else { return false }
      let now = clock.now
      // A clock that was set back ends the interval too.
      guard now < lastSync || now - lastSync >= UInt64(milliseconds) else { return false }
      lastSync = now
      return true
    }
  }

  /// True when the worker has to be woken because something waits to be synced.
  var needsWorker: Bool { hasUnsynced && maintenance == .background }

  /// Everything appended so far is on the disk.
  mutating func synced() {
    hasUnsynced = false
    lastWorkerSync = SystemTime.monotonicNanoseconds
  }

  /// What the worker is to do: sync now (0), wait so many milliseconds, or nothing (nil).
  var millisecondsLeft: Int? {
    guard case .interval(let milliseconds) = durability, hasUnsynced else { return nil }
    let elapsed = Int((SystemTime.monotonicNanoseconds - lastWorkerSync) / 1_000_000)
    return max(0, milliseconds - elapsed)
  }
}
