import StrataCore

/// A walk over a memtable in either direction, as of one sequence number.
///
/// It keeps, for each level of the tree, the node and the *order word as it was* when the walk came
/// by. Within a leaf, slots never change their keys: the walk goes over the leaf of that moment, and what
/// was added since has a higher sequence number and is left out anyway. On the way to the next leaf, a
/// node whose order is another one by now may have split the child where the walk goes on; then the walk
/// looks for its place again, by the last key that it came to.
///
/// And a leaf is never just entered at its end: while a child is being split, the node shows its upper half
/// already, and still the whole child beside it. A walk that comes from the one to the other has been over
/// some of its keys. So in every leaf it looks for its place by that last key.
public final class MemTableCursor: RecordSource {
  private let table: MemTable
  private let walk: Walk
  private let sequence: UInt64
  private let isForward: Bool
  @exclusivity(unchecked) private var levels: [Level] = []
  /// The key that was come to last; nil before the first.
  @exclusivity(unchecked) private var lastKey: ByteView?

  private struct Level {
    var node: TreeNode
    var order: SlotOrder
    var position: Int
  }

  /// A walk over what the table held when this sequence number was the newest.
  package init(_ table: MemTable, _ walk: Walk, asOf sequence: UInt64) {
    self.table = table
    self.walk = walk
    self.sequence = sequence
    isForward = walk.direction == .forward
    levels.reserveCapacity(8)
    seek()
  }

  /// Hands over the next keys, each with its newest record that is old enough.
  public func fill(_ batch: inout RecordBatch) {
    while !batch.isFull, enterLeaf() {
      let leaf = levels[levels.count - 1]
      let version = KeyVersion(at: leaf.node.pointer(leaf.order[leaf.position]))
      let key = version.key
      if walk.isOver(at: key) { return levels = [] }
      lastKey = key
      if let record = version.record(asOf: sequence) { batch.append(record) }
      step()
    }
  }

  /// Asks memory for the records of a leaf: neighbours by key were not neighbours when they came.
  private func prefetch(_ leaf: TreeNode) {
    let order = leaf.order
    for position in 0..<order.count {
      guard let start = UnsafeRawPointer(bitPattern: leaf.pointer(order[position])) else {
        continue
      }
      start.prefetch(lines: 3)
    }
  }

  /// Goes down to the leaf where the walk goes on, or begins.
  private func seek() {
    levels.removeAll(keepingCapacity: true)
    var node = table.tree.root
    while !node.isLeaf {
      let order = node.order
      let place = withPlace { key, prefix in SortedTree.childPosition(node, order, key, prefix) }
      let position = place ?? order.count - 1
      let child = node.child(order[position])
      if node.order != order { continue }
      levels.append(Level(node: node, order: order, position: position))
      node = child
    }
    append(leaf: node)
  }

  /// Stands in a leaf where the walk goes on, or begins; that may be one before or behind its slots.
  private func append(leaf: TreeNode) {
    let order = leaf.order
    let place = withPlace { key, prefix in SortedTree.lowerBound(leaf, order, key, prefix) }
    var (position, isEqual) = place ?? (order.count, false)
    if !isForward {
      position -= 1
    } else if isEqual, lastKey != nil {
      position += 1
    }
    levels.append(Level(node: leaf, order: order, position: position))
  }

  /// Calls `body` with the last key, or the bound where the walk begins, and its prefix; nil without calling:
  /// it begins behind the last of all keys.
  @inline(__always)
  private func withPlace<Result>(_ body: (ByteView, UInt64) -> Result) -> Result? {
    if let lastKey { return body(lastKey, lastKey.sortingPrefix) }
    if let bound = isForward ? walk.range.lower : walk.range.upper {
      return ByteView.withBytes(of: bound.bytes) { body($0, $0.sortingPrefix) }
    }
    return isForward ? body(.empty, 0) : nil
  }

  private func step() { levels[levels.count - 1].position += isForward ? 1 : -1 }

  /// Where the position left its leaf, goes to the neighbour leaf; false when there is none.
  private func enterLeaf() -> Bool {
    let depth = levels.count
    while let level = levels.last {
      guard (0..<level.order.count).contains(level.position) else {
        levels.removeLast()
        if !levels.isEmpty { step() }
        continue
      }
      if levels.count == depth { return true }
      let child = level.node.child(level.order[level.position])
      guard level.node.order == level.order else {
        seek()
        return enterLeaf()
      }
      if child.isLeaf {
        prefetch(child)
        append(leaf: child)
      } else {
        let order = child.order
        let position = isForward ? 0 : order.count - 1
        levels.append(Level(node: child, order: order, position: position))
      }
    }
    return false
  }
}
