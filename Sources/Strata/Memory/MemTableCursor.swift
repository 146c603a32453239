import StrataCore

/// A walk over a memtable in either direction, as of one sequence number.
///
/// It keeps, for each level of the tree, the node and the *order word as it was* when the walk came
/// by. Within a leaf, slots never change their keys: the walk goes over the leaf of that moment, and what
/// was added since has a higher sequence number and is left out anyway. On the way to the next leaf, a
/// node whose order is another one by now may have split the child where the walk goes on; then the walk
/// looks for its place again, by the last key that it handed over.
public final class MemTableCursor: RecordSource {
  private let table: MemTable
  private let walk: Walk
  private let sequence: UInt64
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
  private func prefetch(_ leaf: TreeNode, _ order: SlotOrder) {
    for position in 0..<order.count {
      guard let start = UnsafeRawPointer(bitPattern: leaf.pointer(order[position])) else {
        continue
      }
      for line in 0..<3 { (start + 64 &* line).prefetch() }
    }
  }

  /// Goes to the place behind the last key, or to where the walk begins; it may lie one before or behind the
  /// slots of a leaf.
  private func seek() {
    if let lastKey { return seek(lastKey) }
    let target = walk.direction == .forward ? walk.range.lower : walk.range.upper
    guard let target else { return seek(nil) }
    ByteView.withBytes(of: target.bytes) { seek($0) }
  }

  /// Goes to a key, or to the end where the walk begins.
  private func seek(_ target: ByteView?) {
    levels.removeAll(keepingCapacity: true)
    let key = target ?? .empty
    let prefix = key.sortingPrefix
    let toEnd = target == nil && walk.direction == .reverse
    var node = table.tree.root
    while !node.isLeaf {
      let order = node.order
      let position = toEnd ? order.count - 1 : SortedTree.childPosition(node, order, key, prefix)
      let child = node.child(order[position])
      if node.order != order { continue }
      levels.append(Level(node: node, order: order, position: position))
      node = child
    }
    let order = node.order
    var (position, isEqual) =
      toEnd ? (order.count, false) : SortedTree.lowerBound(node, order, key, prefix)
    if walk.direction == .reverse {
      position -= 1
    } else if isEqual, lastKey != nil {
      position += 1
    }
    levels.append(Level(node: node, order: order, position: position))
  }

  private func step() { levels[levels.count - 1].position += walk.direction == .forward ? 1 : -1 }

  /// Where the position left its leaf, goes to the neighbour leaf; false when there is none.
  private func enterLeaf() -> Bool {
    let depth = levels.count
    if depth == 0 { return false }
    while let level = levels.last, !(0..<level.order.count).contains(level.position) {
      levels.removeLast()
      if levels.isEmpty { return false }
      step()
    }
    while levels.count < depth {
      let level = levels[levels.count - 1]
      let child = level.node.child(level.order[level.position])
      guard level.node.order == level.order else {
        seek()
        return enterLeaf()
      }
      let order = child.order
      let position = walk.direction == .forward ? 0 : order.count - 1
      levels.append(Level(node: child, order: order, position: position))
      if child.isLeaf { prefetch(child, order) }
    }
    return true
  }
}
