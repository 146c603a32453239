import StrataCore
import Synchronization

/// A B+-tree in an arena: one writer, any number of readers who never wait.
///
/// Why a B+-tree and not the skip list of most storage engines: a skip list follows one pointer for
/// each comparison, and each is a cache miss. A node here is searched within three neighbouring
/// cache lines, because the first eight bytes of every key stand in the node itself.
///
/// How readers can do without locks is told in `TreeNode`: nodes only ever gain slots. A split makes
/// *new* nodes, and shows the upper one in the parent by a new order, and then the lower one in the place of
/// the old node, which stays as it was, unseen by newcomers, until the arena goes.
///
///     insert 13 into a full leaf                 parent  [ 10 │ 20 ]      [ 10 │ 14 │ 20 ]
///       10 11 12 14 15 16 …  (old, frozen)   ─▶           │                │    └─ 14 15 16 …  (new, first)
///                                                         └─ old           └─ 10 11 12 13      (new, then)
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
  /// What a split deals out: the slots of a full node, and one more.
  private let slots: UnsafeMutablePointer<Slot>
  @exclusivity(unchecked) private var depth = 0
  /// How many levels there are above the leaves; the writer's too.
  @exclusivity(unchecked) private(set) var height = 0
  /// Searches made ahead of their insertions, and which of them are still to be used; the writer's too.
  let searches: UnsafeMutablePointer<Search>
  @exclusivity(unchecked) var expected = 0..<0
  /// The leaf of the highest keys, when it was last gone to.
  @exclusivity(unchecked) var lastLeaf: TreeNode
  /// Distinct keys; only the writer changes it.
  @exclusivity(unchecked) private(set) var count = 0

  private struct Step {
    var node: TreeNode
    var position: Int
  }

  private struct Slot {
    var prefix: UInt64
    var pointer: UInt
  }

  /// A tree has at most so many levels: each new one takes a full root, so that the keys of a higher tree
  /// would not fit into any memory.
  private static let maximumDepth = 64

  init(arena: Arena) {
    self.arena = arena
    path = .allocate(capacity: Self.maximumDepth)
    slots = .allocate(capacity: TreeNode.capacity + 1)
    searches = .allocate(capacity: Self.sideBySide)
    // The lowest key of the leftmost nodes is never looked at; any address will do.
    let root = TreeNode(in: arena, isLeaf: true, lowest: UnsafeRawPointer(arena.allocate(8)))
    rootAddress = Atomic(root.address)
    lastLeaf = root
  }

  deinit {
    path.deallocate()
    slots.deallocate()
    searches.deallocate()
  }

  var root: TreeNode { TreeNode(at: rootAddress.load(ordering: .acquiring)) }

  /// The newest version of the key, if it has any.
  @inline(__always)
  func newest(of key: ByteView) -> KeyVersion? {
    let prefix = key.sortingPrefix
    var node = root
    while !node.isLeaf {
      let order = node.order
      let child = node.child(order[Self.childPosition(node, order, key, prefix)])
      if node.order == order { node = child }  // else a child was split meanwhile: look again
    }
    let order = node.order
    let (position, isEqual) = Self.lowerBound(node, order, key, prefix)
    return isEqual ? KeyVersion(at: node.pointer(order[position])) : nil
  }

  /// Makes `version`, whose key this is, the newest one of its key.
  func insert(_ version: KeyVersion, key: ByteView) {
    let prefix = key.sortingPrefix
    depth = 0
    var node = takeExpectedLeaf(for: version) ?? root
    while !node.isLeaf {
      let order = node.order
      let position = Self.childPosition(node, order, key, prefix)
      precondition(depth < Self.maximumDepth, "the tree is too deep")
      path[depth] = Step(node: node, position: position)
      depth &+= 1
      node = node.child(order[position])
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
    if order.count < TreeNode.capacity {
      node.write(order.count, prefix: prefix, pointer: version.address)
      node.publish(order.inserting(at: position))
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
    let open = node.positions(of: prefix, in: order)
    var low = max(1, open.lowerBound)  // the first child takes everything below the second
    var high = max(1, open.upperBound)
    while low < high {
      let middle = (low &+ high) / 2
      let lowest = KeyVersion(TreeNode(at: node.pointer(order[middle])).lowest).key
      if lowest > key { high = middle } else { low = middle &+ 1 }
    }
    return low &- 1
  }

  /// The first position in a leaf whose key is not below `key`, and whether it is that very key.
  @inline(__always)
  static func lowerBound(
    _ leaf: TreeNode, _ order: SlotOrder, _ key: ByteView, _ prefix: UInt64
  ) -> (position: Int, isEqual: Bool) {
    let open = leaf.positions(of: prefix, in: order)
    var low = open.lowerBound
    var high = open.upperBound
    while low < high {
      let middle = (low &+ high) / 2
      let comparison = KeyVersion(at: leaf.pointer(order[middle])).key.compare(to: key)
      if comparison == 0 { return (middle, true) }
      if comparison < 0 { low = middle &+ 1 } else { high = middle }
    }
    return (low, false)
  }

  // MARK: Splitting

  private func split(_ leaf: TreeNode, inserting new: Slot, at position: Int) {
    if position == leaf.order.count {
      // Keys that arrive in order fill their leaves: the full one stays, and a new one begins.
      slots[0] = new
      return showInParent(replacement: nil, next: makeNode(0..<1, isLeaf: true))
    }
    let count = takeSlots(of: leaf)
    insert(new, at: position, of: count)
    let middle = (count + 1) / 2
    showInParent(
      replacement: makeNode(0..<middle, isLeaf: true, lowest: leaf.lowest),
      next: makeNode(middle..<count + 1, isLeaf: true))
  }

  /// Puts `next` behind the child that `path` ends with, and `replacement` into that child's place.
  private func showInParent(replacement: Slot?, next: Slot) {
    guard depth > 0 else { return growRoot(replacement: replacement, next: next) }
    depth -= 1
    let (parent, position) = (path[depth].node, path[depth].position)
    let order = parent.order
    if order.count < TreeNode.capacity {
      parent.write(order.count, prefix: next.prefix, pointer: next.pointer)
      parent.publish(order.inserting(at: position + 1))
      // Not before: who meets the copy, which is only half of the child, must see that there is another half.
      if let replacement { parent.exchange(order[position], for: replacement.pointer) }
      return
    }
    let count = takeSlots(of: parent)
    if let replacement { slots[position].pointer = replacement.pointer }
    insert(next, at: position + 1, of: count)
    replace(parent, slotCount: count + 1, isAtEnd: position + 1 == count && replacement == nil)
  }

  /// Replaces a full inner node by two.
  private func replace(_ node: TreeNode, slotCount count: Int, isAtEnd: Bool) {
    let middle = isAtEnd ? count - 1 : count / 2
    // A node that loses nothing is kept: keys in order leave full inner nodes behind them.
    let left = isAtEnd ? nil : makeNode(0..<middle, isLeaf: false, lowest: node.lowest)
    showInParent(replacement: left, next: makeNode(middle..<count, isLeaf: false))
  }

  private func growRoot(replacement: Slot?, next: Slot) {
    let left = replacement?.pointer ?? root.address
    slots[0] = Slot(prefix: 0, pointer: left)
    slots[1] = next
    let grown = makeNode(0..<2, isLeaf: false, lowest: TreeNode(at: left).lowest)
    rootAddress.store(grown.pointer, ordering: .releasing)
    height += 1
  }

  /// A new node of some of `slots`, as its parent will lead to it.
  ///
  /// - Parameter lowest: what the node that it replaces gives as its lowest; nil: that of the first slot.
  private func makeNode(
    _ range: Range<Int>, isLeaf: Bool, lowest: UnsafeRawPointer? = nil
  ) -> Slot {
    let first = slots[range.lowerBound]
    let lowestOfFirst =
      isLeaf
      ? UnsafeRawPointer(bitPattern: first.pointer).unsafelyUnwrapped
      : TreeNode(at: first.pointer).lowest
    let node = TreeNode(in: arena, isLeaf: isLeaf, lowest: lowest ?? lowestOfFirst)
    for (slot, source) in range.enumerated() {
      node.write(slot, prefix: slots[source].prefix, pointer: slots[source].pointer)
    }
    node.publish(.ascending(range.count))
    return Slot(prefix: first.prefix, pointer: node.address)
  }

  /// Copies a node's slots, in order, to `slots`; returns how many there are.
  private func takeSlots(of node: TreeNode) -> Int {
    let order = node.order
    for position in 0..<order.count {
      let slot = order[position]
      slots[position] = Slot(prefix: node.prefix(slot), pointer: node.pointer(slot))
    }
    return order.count
  }

  /// Puts a slot among the first `count` of `slots`.
  private func insert(_ slot: Slot, at position: Int, of count: Int) {
    for place in stride(from: count, to: position, by: -1) { slots[place] = slots[place - 1] }
    slots[position] = slot
  }
}
