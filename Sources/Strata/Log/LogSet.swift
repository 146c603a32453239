import StrataCore
import Synchronization

/// The logs that memory depends on: one for each memtable, the last one open for appending.
///
/// It knows how far they are synced. Logs are synced oldest first, so that what is on the disk is always
/// a prefix of what was written.
///
/// Appending and rotating belong to the one writer; `sync` may be called by anyone, beside them.
package final class LogSet: @unchecked Sendable {
  /// Every change up to this one is in the operating system's hands.
  private let appended: Atomic<UInt64>
  /// Every change up to this one survives a power cut.
  private let synced: Atomic<UInt64>
  private let syncing = Lock()  // taken before anything else here; held during a sync
  /// Guarded by `syncing` for everyone but the writer.
  @exclusivity(unchecked) private var active: WriteAheadLog
  private var frozen: [WriteAheadLog]  // oldest first; guarded by `syncing`
  private var unsyncedFrozen: [WriteAheadLog]  // guarded by `syncing`

  /// What went wrong first: nobody knows then what is on the disk, so nothing is ever tried again.
  private var failure: StoreError?  // guarded by `syncing`

  private let directory: any Directory
  private var areNamesDurable = false  // guarded by `syncing`
  /// False before the first change of this opening; the writer's own.
  @exclusivity(unchecked) private(set) var hasAppended = false
  /// The highest mark in any frame; the writer's own.
  @exclusivity(unchecked) private var mark: UInt64

  /// The logs as recovery left them, oldest first; the last one is appended to.
  ///
  /// - Parameters:
  ///   - appended: the last change in them.
  ///   - synced: the last change that their own marks vouch for.
  package init(
    frozen: [WriteAheadLog], active: WriteAheadLog, appended: UInt64, synced: UInt64,
    in directory: any Directory
  ) {
    self.directory = directory
    self.frozen = frozen
    self.active = active
    unsyncedFrozen = frozen
    self.appended = Atomic(appended)
    self.synced = Atomic(synced)
    mark = synced
  }

  /// Every change up to this one survives a power cut.
  package var syncedSequence: UInt64 { synced.load(ordering: .acquiring) }

  /// True when there is something that a power cut may lose.
  var hasUnsynced: Bool { synced.load(ordering: .relaxed) < appended.load(ordering: .relaxed) }

  // MARK: The writer's

  var activeIdentity: LogIdentity { active.identity }
  var activeSize: Int { active.size }

  /// Appends sealed frames, which end with the change `last` and carry this mark.
  package func append(_ frames: ByteView, last: UInt64, mark: UInt64) throws(StoreError) {
    if !hasAppended {
      try whileSound { () throws(StoreError) in try makeNamesDurable() }
      hasAppended = true
    }
    do throws(StoreError) {
      // Only the writer replaces `active`.
      try withUncounted(Unmanaged.passUnretained(active)) { log throws(StoreError) in
        try log.append(frames)
      }
    } catch {
      try whileSound { () throws(StoreError) in throw error }
    }
    self.mark = mark
    appended.store(last, ordering: .releasing)
  }

  /// From now on, `log`, which is durable, is appended to; the one before says that it goes on there.
  func rotate(to log: WriteAheadLog) throws(StoreError) {
    try whileSound { () throws(StoreError) in
      var buffer = ByteBuffer(capacity: LogFrame.headerSize)
      LogFrame.sealEmpty(
        &buffer, after: appended.load(ordering: .acquiring), syncedSequence: syncedSequence,
        nextLog: log.number, log: active.identity)
      try active.append(buffer.view)
      frozen.append(active)
      unsyncedFrozen.append(active)
      active = log
    }
  }

  // MARK: Anyone's

  /// Returns when everything appended before the call survives a power cut.
  ///
  /// - Returns: the log synced last and the change up to which all is safe; nil: there was nothing to do.
  @discardableResult
  package func sync() throws(StoreError) -> (log: UInt32, sequence: UInt64)? {
    try whileSound { () throws(StoreError) -> (log: UInt32, sequence: UInt64)? in
      let target = appended.load(ordering: .acquiring)
      guard synced.load(ordering: .relaxed) < target else { return nil }
      try makeNamesDurable()
      while let oldest = unsyncedFrozen.first {
        try oldest.sync()
        unsyncedFrozen.removeFirst()
      }
      try active.sync()
      synced.store(target, ordering: .releasing)
      return (active.number, target)
    }
  }

  /// Runs `body` under `syncing`, unless something failed before; remembers when it fails.
  private func whileSound<Result>(
    _ body: () throws(StoreError) -> Result
  ) throws(StoreError) -> Result {
    try syncing.withLock { () throws(StoreError) -> Result in
      if let failure { throw failure }
      do throws(StoreError) {
        return try body()
      } catch {
        failure = error
        throw error
      }
    }
  }

  /// The size of a log whose memtable is frozen.
  func size(of number: UInt32) -> Int {
    syncing.withLock { frozen.first { $0.number == number }?.size ?? 0 }
  }

  /// Lets go of a log whose changes are all in segments.
  func drop(_ number: UInt32, flushed sequence: UInt64) {
    syncing.withLock {
      guard let index = frozen.firstIndex(where: { $0.number == number }) else { return }
      let log = frozen.remove(at: index)
      unsyncedFrozen.removeAll { $0.number == number }
      if synced.load(ordering: .relaxed) < sequence { synced.store(sequence, ordering: .releasing) }
      try? log.close()  // nothing in it is needed any more
    }
  }

  /// Syncs the directory, once.
  ///
  /// The names that recovery found, the manifest's among them, may be known to the system's cache only,
  /// when their writer was killed at once. Nothing may be built on them before they are on the disk.
  private func makeNamesDurable() throws(StoreError) {
    if areNamesDurable { return }
    try directory.sync()
    areNamesDurable = true
  }

  /// Sizes of all logs together.
  var bytes: Int { syncing.withLock { frozen.reduce(active.size) { $0 + $1.size } } }

  /// Syncs and closes all logs.
  ///
  /// A frame vouches for those before it. After the last one comes one more, of no records: it tells the
  /// next opening that everything is on the disk, and that whatever is damaged from now on was.
  func close() throws(StoreError) {
    try sync()
    let last = appended.load(ordering: .acquiring)
    if mark < last {
      var buffer = ByteBuffer(capacity: LogFrame.headerSize)
      LogFrame.sealEmpty(
        &buffer, after: last, syncedSequence: last, log: active.identity)
      // Where there is no room for it, the next opening doubts what it need not doubt; that is all.
      active.appendIfPossible(buffer.view)
    }
    for log in frozen { try log.close() }
    try active.close()
  }
}
