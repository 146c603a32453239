import StrataCore
import Synchronization

/// A B+-tree in an arena: one writer, any number of readers who never wait.
///
/// Why a B+-tree and not the skip list of most storage engines: a skip list follows one pointer for
/// each comparison, and each is a cache miss. A node here answers four comparisons from four
/// neighbouring cache lines, because the first eight bytes of every key stand in the node itself.
///
/// How readers can do without locks is told in `TreeNode`: nodes only ever gain slots. A split makes
/// *new* nodes and then shows them in the parent with one store; the old node stays as it was, unseen
/// by newcomers, until the arena goes.
///
///     insert 13 into a full leaf                 parent  [ 10 │ 20 ]      [ 10 │ 14 │ 20 ]
///       10 11 12 14 15 16 …  (old, frozen)   ─▶           │                │    └─ 14 15 16 …  (new)
///                                                         └─ old           └─ 10 11 12 13      (new)
///
/// The tree maps a key to its newest *version*; versions of one key form a chain behind it. Entries
/// are never taken out: a deletion is a version too.
///
/// - Complexity: O(log n) for `newest` and `insert`.
final class SortedTree: @unchecked Sendable {
  private let arena: Arena
  private let rootAddress: Atomic<UInt>
  /// The nodes on the way to the leaf, and the positions taken in them; the writer's scratch paper.
  private let path: UnsafeMutablePointer<Step>
  @exclusivity(unchecked) private var depth = 0
  /// Distinct keys; only the writer changes it.
  @exclusivity(unchecked) private(set) var count = 0

  private struct Step {
    var node: TreeNode
    var position: Int
  }

  /// A tree has at most so many levels: each new one takes a full root, so that the keys of a higher tree
  /// would not fit into any memory.
  private static let maximumDepth = 64

  init(arena: Arena) {
    self.arena = arena
    path = .allocate(capacity: Self.maximumDepth)
    // The lowest key of the leftmost nodes is never looked at; any address will do.
    let root = TreeNode(in: arena, isLeaf: true, lowest: UnsafeRawPointer(arena.allocate(8)))
    rootAddress = Atomic(root.address)
  }

  deinit { path.deallocate() }

  var root: TreeNode { TreeNode(at: rootAddress.load(ordering: .acquiring)) }

  /// The newest version of the key, if it has any.
  @inline(__always)
  func newest(of key: ByteView) -> KeyVersion? {
    let prefix = key.sortingPrefix
    var node = root
    while !node.isLeaf {
      let order = node.order
      node = TreeNode(at: node.pointer(order[Self.childPosition(node, order, key, prefix)]))
    }
    let order = node.order
    let (position, isEqual) = Self.lowerBound(node, order, key, prefix)
    return isEqual ? KeyVersion(at: node.pointer(order[position])) : nil
  }

  /// Makes `version`, whose key this is, the newest one of its key.
  func insert(_ version: KeyVersion, key: ByteView) {
    let prefix = key.sortingPrefix
    depth = 0
    var node = root
    while !node.isLeaf {
      let order = node.order
      let position = Self.childPosition(node, order, key, prefix)
      precondition(depth < Self.maximumDepth, "the tree is too deep")
      path[depth] = Step(node: node, position: position)
      depth &+= 1
      node = TreeNode(at: node.pointer(order[position]))
    }
    let order = node.order
    let (position, isEqual) = Self.lowerBound(node, order, key, prefix)
    if isEqual {
      version.older = KeyVersion(at: node.pointer(order[position]))
      node.exchange(order[position], for: version.address)
      return
    }
    version.older = nil
    count += 1
    if node.used < TreeNode.capacity {
      let slot = node.write(prefix: prefix, pointer: version.address)
      node.publish(order.inserting(slot, at: position))
    } else {
      split(node, inserting: Slot(prefix: prefix, pointer: version.address), at: position)
    }
  }

  // MARK: Searching

  /// The position of the child that holds `key`: the last one whose lowest key is not above it.
  @inline(__always)
  static func childPosition(
    _ node: TreeNode, _ order: SlotOrder, _ key: ByteView, _ prefix: UInt64
  ) -> Int {
    var low = 1  // the first child takes everything below the second
    var high = order.count
    while low < high {
      let middle = (low &+ high) / 2
      let slot = order[middle]
      let candidate = node.prefix(slot)
      let isAbove =
        candidate != prefix
        ? candidate > prefix
        : KeyVersion(TreeNode(at: node.pointer(slot)).lowest).key > key
      if isAbove { high = middle } else { low = middle &+ 1 }
    }
    return low &- 1
  }

  /// The first position in a leaf whose key is not below `key`, and whether it is that very key.
  @inline(__always)
  static func lowerBound(
    _ leaf: TreeNode, _ order: SlotOrder, _ key: ByteView, _ prefix: UInt64
  ) -> (position: Int, isEqual: Bool) {
    var low = 0
    var high = order.count
    while low < high {
      let middle = (low &+ high) / 2
      let slot = order[middle]
      let candidate = leaf.prefix(slot)
      if candidate == prefix {
        let comparison = KeyVersion(at: leaf.pointer(slot)).key.compare(to: key)
        if comparison == 0 { return (middle, true) }
        if comparison < 0 { low = middle &+ 1 } else { high = middle }
      } else if candidate < prefix {
        low = middle &+ 1
      } else {
        high = middle
      }
    }
    return (low, false)
  }

  // MARK: Splitting

  private struct Slot {
    var prefix: UInt64
    var pointer: UInt
  }

  private func split(_ leaf: TreeNode, inserting new: Slot, at position: Int) {
    if position == leaf.order.count {
      // Keys that arrive in order fill their leaves: the full one stays, and a new one begins.
      let lowest = UnsafeRawPointer(bitPattern: new.pointer).unsafelyUnwrapped
      showInParent(replacement: nil, next: makeNode([new], isLeaf: true, lowest: lowest))
      return
    }
    var slots = Self.slots(of: leaf)
    slots.insert(new, at: position)
    let middle = slots.count / 2
    let right = Array(slots[middle...])
    let rightLowest = UnsafeRawPointer(bitPattern: right[0].pointer).unsafelyUnwrapped
    showInParent(
      replacement: makeNode(Array(slots[..<middle]), isLeaf: true, lowest: leaf.lowest),
      next: makeNode(right, isLeaf: true, lowest: rightLowest))
  }

  /// Puts `next` behind the child that `path` ends with, and `replacement` into that child's place.
  private func showInParent(replacement: TreeNode?, next: TreeNode?) {
    guard depth > 0 else { return growRoot(replacement: replacement, next: next) }
    depth -= 1
    let (parent, position) = (path[depth].node, path[depth].position)
    let needed = (replacement == nil ? 0 : 1) + (next == nil ? 0 : 1)
    var order = parent.order
    if parent.used + needed <= TreeNode.capacity {
      if let replacement {
        let slot = parent.write(
          prefix: parent.prefix(order[position]), pointer: replacement.address)
        order = order.replacing(position, with: slot)
      }
      if let next {
        let slot = parent.write(prefix: Self.lowestPrefix(next), pointer: next.address)
        order = order.inserting(slot, at: position + 1)
      }
      parent.publish(order)
      return
    }
    var slots = Self.slots(of: parent)
    if let replacement { slots[position].pointer = replacement.address }
    if let next {
      let slot = Slot(prefix: Self.lowestPrefix(next), pointer: next.address)
      slots.insert(slot, at: position + 1)
    }
    rebuild(parent, as: slots, isAtEnd: position + 2 == slots.count && replacement == nil)
  }

  /// Replaces an inner node by one node, or by two when there is too much for one.
  private func rebuild(_ node: TreeNode, as slots: [Slot], isAtEnd: Bool) {
    if slots.count <= 10 {
      return showInParent(
        replacement: makeNode(slots, isLeaf: false, lowest: node.lowest), next: nil)
    }
    let middle = isAtEnd ? slots.count - 1 : slots.count / 2
    let right = Array(slots[middle...])
    let rightLowest = TreeNode(at: right[0].pointer).lowest
    // A node that only loses nothing is kept: keys in order leave full inner nodes behind them.
    let left =
      isAtEnd ? nil : makeNode(Array(slots[..<middle]), isLeaf: false, lowest: node.lowest)
    showInParent(
      replacement: left, next: makeNode(right, isLeaf: false, lowest: rightLowest))
  }

  private func growRoot(replacement: TreeNode?, next: TreeNode?) {
    let left = replacement ?? root
    guard let next else {
      rootAddress.store(left.address, ordering: .releasing)
      return
    }
    let slots = [
      Slot(prefix: 0, pointer: left.address),
      Slot(prefix: Self.lowestPrefix(next), pointer: next.address),
    ]
    let grown = makeNode(slots, isLeaf: false, lowest: left.lowest)
    rootAddress.store(grown.address, ordering: .releasing)
  }

  private func makeNode(_ slots: [Slot], isLeaf: Bool, lowest: UnsafeRawPointer) -> TreeNode {
    let node = TreeNode(in: arena, isLeaf: isLeaf, lowest: lowest)
    var order = SlotOrder(word: 0)
    for (position, slot) in slots.enumerated() {
      order = order.inserting(
        node.write(prefix: slot.prefix, pointer: slot.pointer), at: position)
    }
    node.publish(order)
    return node
  }

  private static func slots(of node: TreeNode) -> [Slot] {
    let order = node.order
    return (0..<order.count).map {
      Slot(prefix: node.prefix(order[$0]), pointer: node.pointer(order[$0]))
    }
  }

  private static func lowestPrefix(_ node: TreeNode) -> UInt64 {
    KeyVersion(node.lowest).key.sortingPrefix
  }
}
