import StrataCore
import Synchronization

/// One batch on its way into the store, and what became of it.
final class Commit {
  var frame = FrameEncoder()
  let needsSync: Bool
  fileprivate(set) var isDone = false
  fileprivate(set) var error: StoreError?

  init(needsSync: Bool) { self.needsSync = needsSync }
}

/// Writers wait here for their turn; whoever's turn it is writes for all who wait (group commit).
///
/// A sync takes as long for one record as for a thousand. So the first writer to come becomes the
/// *leader*; those who come while it is busy queue up, and the next leader takes all of them along: one
/// append, one sync. A writer who finds nobody else needs none of this: it takes the turn,
/// writes, and gives it back.
///
/// Where nothing is synced, a turn takes a microsecond, and to fall asleep and be woken takes forty. A writer
/// who comes meanwhile therefore looks again for a few microseconds before it queues up.
///
/// Having the turn is also what makes a thread *the writer*: only it may touch the active memtable, the
/// active log and the next sequence number. Those are declared in `LogStructuredStore` with that remark.
final class CommitQueue: @unchecked Sendable {
  private let lock = Lock()
  private let turnIsFree: Condition
  private let turn = Turn()
  private var waiting: [Commit] = [] {  // guarded by `lock`
    didSet { noteWishes() }
  }
  private var sleepers = 0  // guarded by `lock`
  /// How many wait for the turn without a commit: for a flush, a checkpoint.
  ///
  /// They go first, or a writer who comes back at once would never let them have it.
  private var turnsWanted = 0 {  // guarded by `lock`
    didSet { noteWishes() }
  }
  /// How many commits the last group had: so many writers may be about to come back.
  private var lastGroup = 1  // guarded by `lock`

  /// A group is not made larger than this, so that nobody waits for ever for a neighbour.
  private static let groupBytes = 1 << 20

  /// How often a writer looks at a turn that is taken: some ten microseconds, if there is another processor
  /// on which its holder can go on.
  private static let patience = WorkerThread.processorCount > 1 ? 400 : 0

  init() { turnIsFree = Condition(of: lock) }

  private func noteWishes() { turn.setWanted(!waiting.isEmpty || turnsWanted > 0) }

  /// Takes the turn if nobody has it and nobody waits; who gets it must call `endTurn`.
  ///
  /// - Parameter patiently: when somebody has it, looks again for a few microseconds. Who is going to sync
  ///   is not patient: it would rather wait for the writers of the last group.
  @inline(__always)
  func tryTurn(patiently: Bool) -> Bool {
    if patiently { return turn.tryTake() || lookAgain() }
    return lock.withLock { lastGroup == 1 && turn.tryTake() }
  }

  private func lookAgain() -> Bool {
    var looks = Self.patience
    while looks > 0, !turn.isWanted {
      if !turn.isTaken, turn.tryTake() { return true }
      WorkerThread.pause()
      looks -= 1
    }
    return false
  }

  @inline(__always)
  func endTurn() {
    if turn.tryGiveBack() { return }
    lock.withLock { freeTurn() }
  }

  /// Has `commit` written, by this thread's turn or another's, and waits until it is.
  ///
  /// - Parameter write: writes a group, as the leader; returns the group's error.
  func submit(
    _ commit: Commit, write: ([Commit]) -> StoreError?
  ) throws(StoreError) {
    lock.lock()
    waiting.append(commit)
    while !commit.isDone {
      if turn.isTaken || turnsWanted > 0 {
        waitForTurn()
        continue
      }
      turn.take()
      if commit.needsSync { awaitCompanions() }
      let group = takeGroup()
      lastGroup = group.count
      lock.unlock()
      let error = write(group)
      lock.lock()
      for commit in group {
        commit.error = error
        commit.isDone = true
      }
      freeTurn()
    }
    lock.unlock()
    if let error = commit.error { throw error }
  }

  /// Runs `body` as the writer, between commits.
  func withTurn<Result>(_ body: () throws(StoreError) -> Result) throws(StoreError) -> Result {
    lock.lock()
    turnsWanted += 1
    while turn.isTaken { waitForTurn() }
    turn.take()
    turnsWanted -= 1
    lock.unlock()
    defer { endTurn() }
    return try body()
  }

  /// Lets the writers of the last group come back, so that they go along.
  ///
  /// They were woken a moment ago, and most are not running yet. Without this, whoever is first syncs for
  /// itself alone while all others queue up behind it, and every second sync serves one writer. It waits for
  /// a fraction of what a sync takes, and each writer that goes along saves most of one.
  private func awaitCompanions() {
    guard lastGroup > 1 else { return }
    let end = SystemTime.monotonicNanoseconds + Self.companionPatience
    while waiting.count < lastGroup, turnsWanted == 0,
      SystemTime.monotonicNanoseconds < end
    {
      lock.unlock()
      WorkerThread.yield()
      lock.lock()
    }
  }

  /// Nanoseconds.
  private static let companionPatience: UInt64 = 60_000

  private func waitForTurn() {
    sleepers += 1
    turnIsFree.wait()
    sleepers -= 1
  }

  private func freeTurn() {
    turn.giveBack()
    if sleepers > 0 { turnIsFree.notifyAll() }
  }

  /// The first who wait, up to the size of a group.
  ///
  /// The leader's own commit may only come with the next one; then it leads or waits once more.
  private func takeGroup() -> [Commit] {
    var bytes = 0
    let end = waiting.firstIndex { commit in
      bytes += commit.frame.size
      return bytes > Self.groupBytes
    }
    let count = max(1, end ?? waiting.count)
    let group = Array(waiting.prefix(count))
    waiting.removeFirst(count)
    return group
  }
}
