import Synchronization

/// The right to write, as one word: whether somebody has it, and whether somebody waits for it.
///
///     free ──tryTake──▶ taken ──tryGiveBack──▶ free      one atomic instruction each
///        └─ while somebody waits, both fail: then the queue decides, under its lock
///
/// What is not marked as quick may be called only under that lock.
struct Turn: ~Copyable {
  private let word = Atomic<UInt8>(0)

  private static let taken: UInt8 = 1
  private static let wanted: UInt8 = 2

  /// Quick: whether somebody has it, at this moment.
  var isTaken: Bool { word.load(ordering: .relaxed) & Self.taken != 0 }

  /// Quick: whether somebody waits for it; then it is of no use to look again.
  var isWanted: Bool { word.load(ordering: .relaxed) & Self.wanted != 0 }

  /// Quick: takes it, if nobody has it and nobody waits.
  @inline(__always)
  func tryTake() -> Bool {
    word.compareExchange(
      expected: 0, desired: Self.taken, successOrdering: .acquiring, failureOrdering: .relaxed
    ).exchanged
  }

  /// Quick: gives it back, unless somebody waits, who must be told.
  @inline(__always)
  func tryGiveBack() -> Bool {
    word.compareExchange(
      expected: Self.taken, desired: 0, successOrdering: .releasing, failureOrdering: .relaxed
    ).exchanged
  }

  /// Takes it for one of those who wait.
  func take() { word.bitwiseOr(Self.taken, ordering: .acquiring) }

  /// Gives it back.
  func giveBack() { word.bitwiseAnd(~Self.taken, ordering: .releasing) }

  /// Says whether somebody waits: if so, only those who hold the lock can take it, or give it back.
  func setWanted(_ isWanted: Bool) {
    if isWanted {
      word.bitwiseOr(Self.wanted, ordering: .relaxed)
    } else {
      word.bitwiseAnd(~Self.wanted, ordering: .relaxed)
    }
  }
}
