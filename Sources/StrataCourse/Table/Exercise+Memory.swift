extension Exercise {
  /// Milestone 6: the newest changes, sorted.
  ///
  /// Whoever sorts them in another way, by a skip list say, writes that in the place of the tree, and needs none
  /// of its bodies: the checks ask `MemTable` and `MemTableCursor` only. So the first hint of each body holds for
  /// any way, and the next ones are about the tree as it is given.
  static let memory = [
    Exercise(
      "Strata/Memory/SortedTree.swift", "SortedTree.lowerBound(_:_:_:_:)",
      "static func lowerBound(_ leaf: TreeNode, _ order: SlotOrder, _ key: ByteView, _ "
        + "prefix: UInt64) -> (position: Int, isEqual: Bool)",
      points: 2,
      hints: [
        "The first eight bytes of two keys mostly tell which is smaller. When do they not?",
        "Take the order word once, at the beginning: it is the leaf as it was. Compare prefixes first, and keys "
          + "only where prefixes leave it open: `TreeNode.positions(of:in:)` tells where that is.",
      ]),
    Exercise(
      "Strata/Memory/SortedTree.swift", "SortedTree.childPosition(_:_:_:_:)",
      "static func childPosition(_ node: TreeNode, _ order: SlotOrder, _ key: ByteView, _ "
        + "prefix: UInt64) -> Int",
      points: 2,
      hints: [
        "Where does a search go on for a key that is smaller than all there are, and for one that is larger?",
        "In the tree, the first child takes everything below the second one.",
        "The last child whose lowest key is not above the key; begin to look at position 1.",
      ]),
    Exercise(
      "Strata/Memory/SortedTree.swift", "SortedTree.newest(of:)",
      "func newest(of key: ByteView) -> KeyVersion?",
      points: 2,
      hints: [
        "A key that is not there has no newest version; that is nil, and no error.",
        "In the tree: from the root to a leaf, one child a level; `childPosition` on the way down, `lowerBound` "
          + "in the leaf. Take a node's order once; if it is another one when you know the child, look again.",
      ]),
    Exercise(
      "Strata/Memory/SortedTree.swift", "SortedTree.insert(_:key:)",
      "func insert(_ version: KeyVersion, key: ByteView)",
      points: 4,
      hints: [
        "Readers walk over the keys while you insert. What do they see between two of your stores?",
        "In the tree: note the way down in `path`. A key that is there gets a new newest version by one "
          + "exchange; a new one gets a slot that is written first and published then; a full "
          + "leaf is split.",
      ]),
    Exercise(
      "Strata/Memory/SortedTree.swift", "SortedTree.split(_:inserting:at:)",
      "func split(_ leaf: TreeNode, inserting new: Slot, at position: Int)",
      points: 3,
      hints: [
        "What is there stays as it is: somebody may be reading it.",
        "Make two new leaves of the slots and the new one, and show them in the parent. Where "
          + "keys come in order, a leaf for the new one alone will do.",
      ]),
    Exercise(
      "Strata/Memory/MemTable.swift", "KeyVersion.record(asOf:)",
      "func record(asOf sequence: UInt64) -> Record?",
      points: 2,
      hints: [
        "Along the chain, sequence numbers fall.",
        "Go to older versions while the number is too high; behind the last one there is nothing.",
      ]),
    Exercise(
      "Strata/Memory/MemTable.swift", "MemTable.insert(_:)",
      "func insert(_ record: Record)",
      points: 2,
      hints: [
        "A deletion is a record like any other.",
        "Copy the record into the arena, insert the copy under its own key, and count.",
      ]),
    Exercise(
      "Strata/Memory/MemTable.swift", "MemTable.find(_:asOf:)",
      "func find(_ key: ByteView, asOf sequence: UInt64 = .max) -> Record?",
      points: 1,
      hints: [
        "No opinion is nil; a tombstone is an opinion.",
        "The newest version of the key, and from there along its chain.",
      ]),
    Exercise(
      "Strata/Memory/MemTableCursor.swift", "MemTableCursor.fill(_:)",
      "func fill(_ batch: inout RecordBatch)",
      points: 2,
      hints: [
        "Each key once, with its newest record that is old enough; a key without one is "
          + "passed over.",
        "Until the batch is full or the walk is over: take the leaf's version, look whether "
          + "the walk ends there, append, step.",
      ]),
    Exercise(
      "Strata/Memory/MemTableCursor.swift", "MemTableCursor.seek()",
      "func seek()",
      points: 3,
      hints: [
        "A range includes its lower end, and not its upper one. Backward, the walk begins "
          + "before the upper end.",
        "In the tree: note node, order and position for each level on the way down. Forward begins at the "
          + "lower bound, backward one before it.",
      ]),
    Exercise(
      "Strata/Memory/MemTableCursor.swift", "MemTableCursor.enterLeaf()",
      "func enterLeaf() -> Bool",
      points: 3,
      hints: [
        "What comes behind the last key of a walk's present place, and in reverse before its first?",
        "A leaf that is used up: up until there is a neighbour, then down on its near side.",
        "Remove levels whose position is out of bounds and step in the one above; then go "
          + "down to the old depth, at the first or the last position.",
      ]),
  ]
}
