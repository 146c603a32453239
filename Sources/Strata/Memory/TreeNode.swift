import StrataCore
import Synchronization

/// One node of the memtable's B+-tree: at most fourteen slots, 256 bytes, four cache lines.
///
///     ┌──────┬──────┬────────┬─────────────────┬─────────────────┐
///     │order │shape │ lowest │ 14 key prefixes │ 14 pointers     │
///     └──────┴──────┴────────┴─────────────────┴─────────────────┘
///      0      8      16       32                144           256
///
/// *Readers take no lock*, and this is why they need none: **a slot, once written, never changes its
/// key**. The slots are filled in the order of arrival; which of them are in use, and in which order
/// their keys sort, stands in one 64-bit word, `order`. A new slot is written first, and then becomes
/// visible with the single store of a new `order`. (The idea of a permutation word is from Masstree:
/// Mao, Kohler, Morris, *Cache Craftiness for Fast Multicore Key-Value Storage*, EuroSys 2012, 4.6.2.)
/// A node that is full is never cleaned up in place: it is replaced by copies, and readers that are
/// still in the old one see what was there when they came, which is all they are entitled to.
///
/// In a leaf, a pointer leads to the newest version of a record. In an inner node it leads to a child whose
/// keys are not below the slot's key. Either may be exchanged: for a newer version, or for a copy of the
/// child that has only the lower half of its keys. The upper half is shown first, by a new `order`. So
/// whoever has followed the pointer of an inner node reads `order` once more: if it is the same as before,
/// no key can have been missed; if not, the child is to be looked for again.
///
/// - Invariant: for positions p < q of one `order` word, key(p) < key(q).
/// - Invariant: an order of n positions names the slots 0 to n − 1.
struct TreeNode {
  static let capacity = 14
  static let size = 256

  let start: UnsafeMutableRawPointer

  /// A new, empty node; `lowest` leads to the smallest version that may ever stand below it.
  init(in arena: Arena, isLeaf: Bool, lowest: UnsafeRawPointer) {
    start = arena.allocate(Self.size, alignment: 64)
    UnsafeMutableRawPointer(start).bindMemory(to: Atomic<UInt64>.self, capacity: 1)
      .initialize(to: Atomic(0))
    start.storeBytes(of: isLeaf ? 1 : 0, toByteOffset: 8, as: UInt64.self)
    start.storeBytes(of: UInt(bitPattern: lowest), toByteOffset: 16, as: UInt.self)
    for slot in 0..<Self.capacity {
      (start + 144 + 8 * slot).bindMemory(to: Atomic<UInt>.self, capacity: 1)
        .initialize(to: Atomic(0))
    }
  }

  @inline(__always)
  init(at address: UInt) {
    start = UnsafeMutableRawPointer(bitPattern: address).unsafelyUnwrapped
  }

  @inline(__always)
  var isLeaf: Bool { start.load(fromByteOffset: 8, as: UInt64.self) == 1 }

  @inline(__always)
  var address: UInt { UInt(bitPattern: start) }

  @inline(__always)
  var lowest: UnsafeRawPointer {
    UnsafeRawPointer(bitPattern: start.load(fromByteOffset: 16, as: UInt.self)).unsafelyUnwrapped
  }

  /// The slots in use, in the order of their keys.
  @inline(__always)
  var order: SlotOrder {
    SlotOrder(word: orderWord.pointee.load(ordering: .acquiring))
  }

  @inline(__always)
  private var orderWord: UnsafeMutablePointer<Atomic<UInt64>> {
    start.assumingMemoryBound(to: Atomic<UInt64>.self)
  }

  @inline(__always)
  func prefix(_ slot: Int) -> UInt64 {
    start.load(fromByteOffset: 32 &+ 8 &* slot, as: UInt64.self)
  }

  /// Where the slot leads to: a version in a leaf, a child in an inner node.
  @inline(__always)
  func pointer(_ slot: Int) -> UInt { pointerWord(slot).pointee.load(ordering: .acquiring) }

  /// The child that a slot of an inner node leads to.
  ///
  /// Its cache lines are asked for at once: the search would meet them one after the other.
  @inline(__always)
  func child(_ slot: Int) -> TreeNode {
    let child = TreeNode(at: pointer(slot))
    UnsafeRawPointer(child.start).prefetch(lines: 3)
    return child
  }

  /// The positions whose keys must be compared with one of this prefix: keys before them are below it, keys
  /// behind them above.
  ///
  /// Mostly there are none. All prefixes are looked at: a processor adds up fourteen answers sooner than it
  /// guesses four, each of which is wrong every other time. Where even the last prefix is the same, the keys
  /// of the node begin alike, and nothing is to be learnt from counting.
  @inline(__always)
  func positions(of prefix: UInt64, in order: SlotOrder) -> Range<Int> {
    let count = order.count
    guard count > 0, self.prefix(order[count &- 1]) != prefix else {
      return Range(uncheckedBounds: (0, count))
    }
    let first = UnsafeRawPointer(start + 32).countBelow(prefix, ofFirst: count)
    var end = first
    while end < count, self.prefix(order[end]) == prefix { end &+= 1 }
    return Range(uncheckedBounds: (first, end))
  }

  @inline(__always)
  private func pointerWord(_ slot: Int) -> UnsafeMutablePointer<Atomic<UInt>> {
    (start + (144 &+ 8 &* slot)).assumingMemoryBound(to: Atomic<UInt>.self)
  }

  // MARK: Changing, for the one writer

  /// Writes a free slot; nobody sees it before `publish`.
  @inline(__always)
  func write(_ slot: Int, prefix: UInt64, pointer: UInt) {
    start.storeBytes(of: prefix, toByteOffset: 32 &+ 8 &* slot, as: UInt64.self)
    pointerWord(slot).pointee.store(pointer, ordering: .relaxed)
  }

  /// Makes a new order visible, and with it the slots written before.
  @inline(__always)
  func publish(_ order: SlotOrder) { orderWord.pointee.store(order.word, ordering: .releasing) }

  /// Lets a slot lead elsewhere: to a newer version of its key, or to a copy of its child.
  @inline(__always)
  func exchange(_ slot: Int, for pointer: UInt) {
    pointerWord(slot).pointee.store(pointer, ordering: .releasing)
  }
}

/// Up to fourteen slot numbers in order, in one word: the count in the lowest four bits, then four
/// bits for each.
struct SlotOrder: Equatable {
  var word: UInt64

  @inline(__always)
  var count: Int { Int(word & 15) }

  @inline(__always)
  subscript(position: Int) -> Int { Int(word >> UInt64(4 &+ 4 &* position) & 15) }

  /// Slots in the order in which they were filled, 0 first.
  static func ascending(_ count: Int) -> SlotOrder {
    let all: UInt64 = 0xDCBA_9876_5432_10
    return SlotOrder(word: (all & (1 << UInt64(4 * count) - 1)) << 4 | UInt64(count))
  }

  /// The same order with the first free slot put in at `position`.
  @inline(__always)
  func inserting(at position: Int) -> SlotOrder {
    let shift = UInt64(4 &+ 4 &* position)
    let below = (word & ((1 << shift) &- 1)) &+ 1
    let above = (word >> shift) << (shift &+ 4)
    return SlotOrder(word: above | UInt64(count) << shift | below)
  }
}
