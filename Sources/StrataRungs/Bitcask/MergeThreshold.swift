/// How large the data files may become before they are merged.
///
/// It begins at a given size. A merge that reclaims little leaves much behind, and with a fixed threshold
/// the next write would begin another one, which again reclaims little: a store of 10 MiB of living
/// records with a threshold of 1 MiB would do nothing but merge. So it grows to twice of what is alive, and
/// falls again when that becomes less:
///
///     living bytes   0.2 MiB   3 MiB   10 MiB   1 MiB
///     threshold      1 MiB     6 MiB   20 MiB   2 MiB
///
/// - Invariant: between two merges at least as many bytes are written as are alive, so that merging costs
///   each written byte at most one more.
struct MergeThreshold: Sendable {
  private let smallest: Int
  private(set) var bytes: Int

  init(smallest: Int, living: Int) {
    self.smallest = smallest
    bytes = smallest
    adapt(living: living)
  }

  /// Learns how much a merge, or an opening, found alive.
  mutating func adapt(living: Int) { bytes = max(smallest, 2 * living) }

  /// True when data files of this size are to be merged.
  func isReached(_ total: Int) -> Bool { total >= bytes }
}
