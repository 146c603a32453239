import StrataCore

/// The way down, taken ahead of an insertion, for several keys side by side.
///
/// A search waits for memory once a level: where the next node lies is known only when the last one is
/// there. But searches for different keys need not wait for each other. So before the records of a batch
/// are inserted one by one, their keys go down together, level by level, and each asks for its next node
/// as it leaves the last:
///
///     one after the other   a ─wait─▶ ─wait─▶ ─wait─▶ leaf   b ─wait─▶ ─wait─▶ …
///     side by side          a b c ─wait─▶ a b c ─wait─▶ a b c ─wait─▶ leaves
///
/// Where a search ends is remembered, with the sequence number of its record; the insertion of that record
/// begins there.
///
/// - Invariant: a leaf that is remembered, and has room, is still where its key belongs. Only a full leaf
///   is ever split, and it stays full.
extension SortedTree {
  /// A search on its way down, and then where it ended.
  struct Search {
    let sequence: UInt64
    let key: ByteView  // not looked at any more when the search has ended
    let prefix: UInt64
    var node: TreeNode
  }

  /// So many searches go down together: a processor can wait for some twenty cache lines at once.
  static let sideBySide = 8

  /// True when the record of this number is the next of those whose leaves are known.
  @inline(__always)
  func isExpected(_ sequence: UInt64) -> Bool {
    !expected.isEmpty && searches[expected.lowerBound].sequence == sequence
  }

  /// The leaf for the next version that is expected, if it is this one; nil also when the leaf is full, since
  /// it may have been split.
  @inline(__always)
  func takeExpectedLeaf(for version: KeyVersion) -> TreeNode? {
    guard isExpected(version.sequence) else { return nil }
    let leaf = searches[expected.lowerBound].node
    expected = expected.lowerBound &+ 1..<expected.upperBound
    return leaf.used < TreeNode.capacity ? leaf : nil
  }

  /// Looks for the leaves of the first of these records, which lie one behind the other, as in the log, and
  /// will be inserted in this order.
  func expect(_ records: ByteView) {
    var count = 0
    var offset = 0
    while offset < records.count, count < Self.sideBySide {
      let record = RecordCodec.trusted(at: records.start + offset)
      begin(record, as: count)
      count &+= 1
      offset &+= RecordCodec.size(of: record)
    }
    goDown(count)
  }

  /// Looks for the leaves of the first of these records, which will be inserted in this order.
  func expect(_ records: ArraySlice<Record>) {
    var count = 0
    for record in records.prefix(Self.sideBySide) {
      begin(record, as: count)
      count &+= 1
    }
    goDown(count)
  }

  @inline(__always)
  private func begin(_ record: Record, as index: Int) {
    let key = record.key
    searches[index] = Search(
      sequence: record.sequence, key: key, prefix: key.sortingPrefix, node: root)
  }

  @inline(__always)
  private func goDown(_ count: Int) {
    expected = 0..<count
    while count > 0, !searches[0].node.isLeaf { stepDown() }  // all leaves are equally deep
    if count > 1 { prefetchVersions() }
  }

  private func stepDown() {
    for index in expected {
      let (node, key, prefix) = (searches[index].node, searches[index].key, searches[index].prefix)
      let order = node.order
      searches[index].node = node.child(order[Self.childPosition(node, order, key, prefix)])
    }
  }

  /// Asks memory for versions that the keys may have already: only a look at the whole key tells.
  private func prefetchVersions() {
    for index in expected {
      let leaf = searches[index].node
      let order = leaf.order
      let alike = leaf.positions(of: searches[index].prefix, in: order)
      if alike.isEmpty { continue }
      let middle = (alike.lowerBound &+ alike.upperBound) / 2  // where the binary search begins
      UnsafeRawPointer(bitPattern: leaf.pointer(order[middle]))?.prefetch()
    }
  }
}
