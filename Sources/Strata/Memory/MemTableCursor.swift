import StrataCore

/// A walk over a memtable in either direction, as of one sequence number.
///
/// It keeps, for each level of the tree, the node and the *order word as it was* when the walk came
/// by. Slots never change, so the walk goes over exactly the tree of that moment, whatever the writer
/// does meanwhile; what was added since has a higher sequence number and is left out anyway.
public final class MemTableCursor: RecordSource {
  private let table: MemTable
  private let walk: Walk
  private let sequence: UInt64
  @exclusivity(unchecked) private var levels: [Level] = []

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
      if walk.isOver(at: version.key) { return levels = [] }
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

  /// Goes to the first leaf position of the walk; it may lie one before or behind the leaf's slots.
  private func seek() {
    let target = walk.direction == .forward ? walk.range.lower : walk.range.upper
    let toEnd = walk.direction == .reverse && target == nil
    ByteView.withBytes(of: target?.bytes ?? []) { key in
      let prefix = key.sortingPrefix
      var node = table.tree.root
      while !node.isLeaf {
        let order = node.order
        let position =
          toEnd ? order.count - 1 : SortedTree.childPosition(node, order, key, prefix)
        levels.append(Level(node: node, order: order, position: position))
        node = node.child(order[position])
      }
      let order = node.order
      let bound = toEnd ? order.count : SortedTree.lowerBound(node, order, key, prefix).position
      let first = walk.direction == .forward ? bound : bound - 1
      levels.append(Level(node: node, order: order, position: first))
    }
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
      let order = child.order
      let position = walk.direction == .forward ? 0 : order.count - 1
      levels.append(Level(node: child, order: order, position: position))
      if child.isLeaf { prefetch(child, order) }
    }
    return true
  }
}
