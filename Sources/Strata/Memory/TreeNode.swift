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
/// In a leaf, a pointer leads to the newest version of a record, and that one may be exchanged. In an
/// inner node it leads to a child whose keys are not below the slot's key.
///
/// - Invariant: for positions p < q of one `order` word, key(p) < key(q).
struct TreeNode {
  static let capacity = 14
  static let size = 256

  let start: UnsafeMutableRawPointer

  /// A new, empty node; `lowest` leads to the smallest version that may ever stand below it.
  init(in arena: Arena, isLeaf: Bool, lowest: UnsafeRawPointer) {
    start = arena.allocate(Self.size, alignment: 64)
    UnsafeMutableRawPointer(start).bindMemory(to: Atomic<UInt64>.self, capacity: 1)
      .initialize(to: Atomic(0))
    start.storeBytes(of: 0, toByteOffset: 8, as: UInt64.self)
    start.storeBytes(of: isLeaf ? 1 : 0, toByteOffset: 9, as: UInt8.self)
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
  var isLeaf: Bool { start.load(fromByteOffset: 9, as: UInt8.self) == 1 }

  /// Slots written so far; only the writer looks at it.
  @inline(__always)
  var used: Int {
    get { Int(start.load(fromByteOffset: 8, as: UInt8.self)) }
    nonmutating set { start.storeBytes(of: UInt8(newValue), toByteOffset: 8, as: UInt8.self) }
  }

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
    for line in 0..<3 { UnsafeRawPointer(child.start + 64 &* line).prefetch() }
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
    var word = order.word
    var first = 0
    for _ in 0..<Self.capacity {
      word >>= 4
      first &+= isBelow(prefix, slot: Int(word & 15))
    }
    // Behind the last position the word is all zeros, and so names slot 0.
    first &-= (Self.capacity &- count) &* isBelow(prefix, slot: 0)
    var end = first
    while end < count, self.prefix(order[end]) == prefix { end &+= 1 }
    return Range(uncheckedBounds: (first, end))
  }

  /// 1 when the prefix of the slot is below this one, else 0.
  ///
  /// The answer itself is the number to be added: for `… ? 1 : 0` the compiler makes a branch, and that is
  /// a guess.
  @inline(__always)
  private func isBelow(_ prefix: UInt64, slot: Int) -> Int {
    Int(unsafeBitCast(self.prefix(slot) < prefix, to: UInt8.self))
  }

  @inline(__always)
  private func pointerWord(_ slot: Int) -> UnsafeMutablePointer<Atomic<UInt>> {
    (start + (144 &+ 8 &* slot)).assumingMemoryBound(to: Atomic<UInt>.self)
  }

  // MARK: Changing, for the one writer

  /// Writes the next free slot; nobody sees it before `publish`.
  @inline(__always)
  func write(prefix: UInt64, pointer: UInt) -> Int {
    let slot = used
    used = slot &+ 1
    start.storeBytes(of: prefix, toByteOffset: 32 &+ 8 &* slot, as: UInt64.self)
    pointerWord(slot).pointee.store(pointer, ordering: .relaxed)
    return slot
  }

  /// Makes a new order visible, and with it the slots written before.
  @inline(__always)
  func publish(_ order: SlotOrder) { orderWord.pointee.store(order.word, ordering: .releasing) }

  /// Lets a leaf's slot lead to a newer version of the same key.
  @inline(__always)
  func exchange(_ slot: Int, for pointer: UInt) {
    pointerWord(slot).pointee.store(pointer, ordering: .releasing)
  }
}

/// Up to fourteen slot numbers in order, in one word: the count in the lowest four bits, then four
/// bits for each.
struct SlotOrder {
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

  /// The same order with `slot` put in at `position`.
  @inline(__always)
  func inserting(_ slot: Int, at position: Int) -> SlotOrder {
    let shift = UInt64(4 &+ 4 &* position)
    let below = (word & ((1 << shift) &- 1)) &+ 1
    let above = (word >> shift) << (shift &+ 4)
    return SlotOrder(word: above | UInt64(slot) << shift | below)
  }

  /// The same order with `slot` in the place of what stands at `position`.
  @inline(__always)
  func replacing(_ position: Int, with slot: Int) -> SlotOrder {
    let shift = UInt64(4 &+ 4 &* position)
    return SlotOrder(word: word & ~(15 << shift) | UInt64(slot) << shift)
  }
}
