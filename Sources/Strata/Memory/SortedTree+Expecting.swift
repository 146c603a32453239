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
/// begins there. And where keys come in order there is nothing to look for: what is above the last key of the
/// last leaf belongs into that leaf.
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
    var isAtEnd = true  // it went down by last children only
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
    return leaf.order.count < TreeNode.capacity ? leaf : nil
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
    if count == 1, isAboveAll(searches[0]) {
      searches[0].node = lastLeaf
      return
    }
    // All leaves are equally deep. To ask a node whether it is one would be to wait until it has come.
    for _ in 0..<height { stepDown() }
    if count == 1, searches[0].isAtEnd { lastLeaf = searches[0].node }
    if count > 1 { prefetchVersions() }
  }

  /// True when the last leaf has room for the key, which lies above all that are there.
  ///
  /// That leaf may have been split since it was noted; then it is full.
  @inline(__always)
  private func isAboveAll(_ search: Search) -> Bool {
    let order = lastLeaf.order
    guard order.count > 0, order.count < TreeNode.capacity else { return false }
    let slot = order[order.count &- 1]
    let prefix = lastLeaf.prefix(slot)
    return prefix != search.prefix
      ? prefix < search.prefix : KeyVersion(at: lastLeaf.pointer(slot)).key < search.key
  }

  private func stepDown() {
    for index in expected {
      let (node, key, prefix) = (searches[index].node, searches[index].key, searches[index].prefix)
      let order = node.order
      let position = Self.childPosition(node, order, key, prefix)
      searches[index].node = node.child(order[position])
      if position &+ 1 != order.count { searches[index].isAtEnd = false }
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
