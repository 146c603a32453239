import StrataCore
import Synchronization

/// The place where the current version is published, and where readers pin it without a lock.
///
/// To count references would be simpler, but every reader on every core would then write to the same
/// count, and they would spend their time passing that cache line around. Here a reader writes to a
/// slot of its own instead (hazard pointers: Michael, *Hazard Pointers: Safe Memory Reclamation for
/// Lock-Free Objects*, IEEE TPDS 2004):
///
///     reader                                  publisher
///     1  put the version's address in a slot  1  make the new version current
///     2  still current? then it is safe       2  keep the old one until no slot holds its address
///        else begin again
///
/// Whoever looks longer than for one `get` (a scan, a snapshot) takes a real reference with `retain`.
///
/// Lock order: `publishing` is taken last, and nothing is called while it is held.
final class CurrentVersion: @unchecked Sendable {
  private let address: Atomic<UInt>
  private let slots: UnsafeMutablePointer<ReaderSlot>
  private let publishing = Lock()
  private var owner: Version  // guarded by `publishing`
  private var retired: [Version] = []  // guarded by `publishing`

  private static let slotCount = 128

  init(_ version: Version) {
    owner = version
    address = Atomic(Self.address(of: version))
    slots = .allocate(capacity: Self.slotCount)
    for slot in 0..<Self.slotCount { (slots + slot).initialize(to: ReaderSlot()) }
  }

  deinit {
    slots.deinitialize(count: Self.slotCount)
    slots.deallocate()
  }

  /// Calls `body` with the current version, which stays valid during the call.
  @inline(__always)
  func read<Result, Failure: Error>(
    _ body: (Version, UnsafeMutablePointer<ReaderSlot>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let (slot, pinned) = pin()
    defer { slot.pointee.pinned.store(0, ordering: .releasing) }
    let version = Unmanaged<Version>.fromOpaque(
      UnsafeRawPointer(bitPattern: pinned).unsafelyUnwrapped)
    return try withUncounted(version) { version throws(Failure) in try body(version, slot) }
  }

  /// The current version, kept alive by the reference.
  func retain() -> Version { publishing.withLock { owner } }

  /// Replaces the current version by what `change` makes of it.
  func update(_ change: (Version) -> Version) {
    publishing.lock()
    let old = owner
    owner = change(old)
    address.store(Self.address(of: owner), ordering: .sequentiallyConsistent)
    retired.append(old)
    let free = takeUnpinned()
    publishing.unlock()
    withExtendedLifetime(free) {}  // released outside the lock: that may free a whole memtable
  }

  /// Lets go of versions that a reader still looked at when they were replaced.
  func releaseRetired() {
    let free = publishing.withLock { takeUnpinned() }
    withExtendedLifetime(free) {}
  }

  /// What readers did since the store was opened.
  var readTotals: StoreStatistics.ReadTotals {
    var totals = StoreStatistics.ReadTotals()
    for slot in 0..<Self.slotCount { slots[slot].add(to: &totals) }
    return totals
  }

  @inline(__always)
  private func pin() -> (UnsafeMutablePointer<ReaderSlot>, UInt) {
    var index = Int(
      truncatingIfNeeded: (WorkerThread.currentIdentifier &* 0x9E37_79B9_7F4A_7C15) >> 57)
    while true {
      let slot = slots + index
      let candidate = address.load(ordering: .acquiring)
      let (isMine, _) = slot.pointee.pinned.compareExchange(
        expected: 0, desired: candidate, ordering: .sequentiallyConsistent)
      if isMine {
        if address.load(ordering: .sequentiallyConsistent) == candidate { return (slot, candidate) }
        slot.pointee.pinned.store(0, ordering: .releasing)
      } else {
        index = (index &+ 1) & (Self.slotCount &- 1)
      }
    }
  }

  private func takeUnpinned() -> [Version] {
    var pinned: Set<UInt> = []
    for slot in 0..<Self.slotCount {
      pinned.insert(slots[slot].pinned.load(ordering: .sequentiallyConsistent))
    }
    let free = retired.filter { !pinned.contains(Self.address(of: $0)) }
    retired.removeAll { !pinned.contains(Self.address(of: $0)) }
    return free
  }

  private static func address(of version: Version) -> UInt {
    UInt(bitPattern: Unmanaged.passUnretained(version).toOpaque())
  }
}

/// One reader's place: what it looks at, and what it has counted.
///
/// It has 128 bytes, so that neighbours do not share a cache line.
///
/// The counters belong to whoever holds the slot; a load and a store are enough to add to them.
struct ReaderSlot: ~Copyable {
  fileprivate let pinned = Atomic<UInt>(0)
  private let gets = Atomic<Int>(0)
  private let memTableHits = Atomic<Int>(0)
  private let segmentsAsked = Atomic<Int>(0)
  private let filteredOut = Atomic<Int>(0)
  private let falsePositives = Atomic<Int>(0)
  private let recordsRead = Atomic<Int>(0)
  private let padding: (Int, Int, Int, Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0, 0, 0, 0)

  /// Counts one `get`.
  @inline(__always)
  func count(_ totals: StoreStatistics.ReadTotals) {
    Self.add(1, to: gets)
    Self.add(totals.memTableHits, to: memTableHits)
    Self.add(totals.segmentsAsked, to: segmentsAsked)
    Self.add(totals.filteredOut, to: filteredOut)
    Self.add(totals.falsePositives, to: falsePositives)
    Self.add(totals.recordsRead, to: recordsRead)
  }

  fileprivate func add(to totals: inout StoreStatistics.ReadTotals) {
    totals.gets += gets.load(ordering: .relaxed)
    totals.memTableHits += memTableHits.load(ordering: .relaxed)
    totals.segmentsAsked += segmentsAsked.load(ordering: .relaxed)
    totals.filteredOut += filteredOut.load(ordering: .relaxed)
    totals.falsePositives += falsePositives.load(ordering: .relaxed)
    totals.recordsRead += recordsRead.load(ordering: .relaxed)
  }

  @inline(__always)
  private static func add(_ amount: Int, to counter: borrowing Atomic<Int>) {
    if amount == 0 { return }
    counter.store(counter.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
  }
}
