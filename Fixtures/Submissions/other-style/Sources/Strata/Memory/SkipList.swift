import StrataCore
import Synchronization

/// Keys in order, each with its newest version: a skip list in an arena.
///
///     level 2   head ──────────────────▶ k ──────────────────▶ end
///     level 1   head ────────▶ c ──────▶ k ────────▶ p ──────▶ end
///     level 0   head ──▶ a ──▶ c ──▶ f ▶ k ──▶ m ──▶ p ──▶ t ▶ end
///
/// Every node is on level 0, and one of four of those on a level is on the next one too. A search begins on
/// the highest level, goes right as long as keys are too small, and then down.
///
/// One thread inserts, and readers take no lock: a node is complete before the first pointer to it is stored
/// (*releasing*), is shown on the lowest level first, and is never changed afterwards but for its
/// `newest` version and for pointers to newer neighbours. Whoever meets a node therefore meets all of it. A
/// node that is not on the higher levels yet is found all the same, by way of the lower ones.
///
/// - Complexity: O(log n) expected for everything but `first` and going to the next node, which are O(1).
final class SkipList: @unchecked Sendable {
  private let arena: Arena
  private let head: SkipNode
  /// On each level the last node in front of the key that is inserted; the writer's alone.
  private var path: [SkipNode]
  private var random = SplitMix64(seed: 0x5EED)

  /// With one of four going up, this is enough for 4 to the 12th keys, more than any memory holds.
  static let levels = 12

  init(in arena: Arena) {
    self.arena = arena
    let head = SkipNode(in: arena, height: Self.levels, key: .empty, newest: 0)
    self.head = head
    path = Array(repeating: head, count: Self.levels)
  }

  // MARK: Searching

  /// The node with the smallest key.
  var first: SkipNode? { head.next(on: 0) }

  /// The node with the largest key.
  var last: SkipNode? { unlessHead(descend(while: { _ in true })) }

  /// The node of this very key.
  @inline(__always)
  func node(of key: ByteView) -> SkipNode? {
    guard let node = first(from: key), node.key == key else { return nil }
    return node
  }

  /// The node with the smallest key that is not below `key`.
  @inline(__always)
  func first(from key: ByteView) -> SkipNode? { lastInFront(of: key).next(on: 0) }

  /// The node with the largest key below `key`.
  func last(before key: ByteView) -> SkipNode? { unlessHead(lastInFront(of: key)) }

  @inline(__always)
  private func lastInFront(of key: ByteView) -> SkipNode {
    let prefix = key.sortingPrefix
    return descend(while: { $0.isBelow(key, prefix) })
  }

  /// The last node whose key `isInFront`, or the head; `note` is told where the way leaves each level.
  @inline(__always)
  private func descend(
    noting note: (Int, SkipNode) -> Void = { _, _ in }, while isInFront: (SkipNode) -> Bool
  ) -> SkipNode {
    var here = head
    for level in stride(from: Self.levels - 1, through: 0, by: -1) {
      while let next = here.next(on: level), isInFront(next) { here = next }
      note(level, here)
    }
    return here
  }

  private func unlessHead(_ node: SkipNode) -> SkipNode? {
    node.address == head.address ? nil : node
  }

  // MARK: Inserting, for the one writer

  /// Makes `version` the newest one of its key.
  func insert(_ version: KeyVersion) {
    let key = version.key
    let prefix = key.sortingPrefix
    let inFront = descend(
      noting: { level, node in path[level] = node }, while: { $0.isBelow(key, prefix) })
    if let node = inFront.next(on: 0), node.key == key {
      version.older = node.newest
      node.show(version)
    } else {
      link(SkipNode(in: arena, height: drawHeight(), key: key, newest: version.address))
    }
  }

  private func link(_ node: SkipNode) {
    for level in 0..<node.height { node.prepare(path[level].next(on: level), on: level) }
    for level in 0..<node.height { path[level].show(node, on: level) }
  }

  private func drawHeight() -> Int {
    var height = 1
    while height < Self.levels, random.isOne(in: 4) { height += 1 }
    return height
  }
}

/// One key of a skip list: a piece of the arena, as long as it is high.
///
///     │ prefix: 8 │ key: 8 + 4 │ height: 4 │ newest version: 8 │ next on level 0: 8 │ … on level 1: 8 │ …
struct SkipNode {
  private let start: UnsafeMutableRawPointer

  private static let keyOffset = 8
  private static let lengthOffset = 16
  private static let heightOffset = 20
  private static let newestOffset = 24
  private static let nextOffset = 32

  /// A node that nobody sees yet, without neighbours; the bytes of its key must stay where they are.
  init(in arena: Arena, height: Int, key: ByteView, newest: UInt) {
    start = arena.allocate(Self.nextOffset + 8 * height)
    start.storeBytes(of: key.sortingPrefix, as: UInt64.self)
    start.storeBytes(
      of: UInt(bitPattern: key.start), toByteOffset: Self.keyOffset, as: UInt.self)
    start.storeBytes(
      of: UInt32(truncatingIfNeeded: key.count), toByteOffset: Self.lengthOffset, as: UInt32.self)
    start.storeBytes(
      of: UInt32(truncatingIfNeeded: height), toByteOffset: Self.heightOffset, as: UInt32.self)
    initialize(Self.newestOffset, to: newest)
    for level in 0..<height { initialize(Self.nextOffset + 8 * level, to: 0) }
  }

  /// Nil for the address 0, which stands for no node.
  @inline(__always)
  private init?(at address: UInt) {
    guard let start = UnsafeMutableRawPointer(bitPattern: address) else { return nil }
    self.start = start
  }

  @inline(__always)
  var address: UInt { UInt(bitPattern: start) }

  @inline(__always)
  var key: ByteView {
    let count = Int(start.load(fromByteOffset: Self.lengthOffset, as: UInt32.self))
    let address = start.load(fromByteOffset: Self.keyOffset, as: UInt.self)
    return UnsafeRawPointer(bitPattern: address).map { ByteView(start: $0, count: count) } ?? .empty
  }

  var height: Int { Int(start.load(fromByteOffset: Self.heightOffset, as: UInt32.self)) }

  /// True when the node's key sorts before this one; only equal prefixes make it look at the whole key.
  @inline(__always)
  func isBelow(_ other: ByteView, _ otherPrefix: UInt64) -> Bool {
    let prefix = start.load(as: UInt64.self)
    return prefix == otherPrefix ? key < other : prefix < otherPrefix
  }

  /// The newest version of the key; nil for the head only.
  @inline(__always)
  var newest: KeyVersion? {
    let address = word(Self.newestOffset).pointee.load(ordering: .acquiring)
    return UnsafeRawPointer(bitPattern: address).map { KeyVersion($0) }
  }

  /// The next node on a level that this one is on; nil at the end.
  @inline(__always)
  func next(on level: Int) -> SkipNode? {
    SkipNode(at: word(Self.nextOffset &+ 8 &* level).pointee.load(ordering: .acquiring))
  }

  // MARK: Changing, for the one writer

  /// Notes the next node while nobody sees this one.
  func prepare(_ next: SkipNode?, on level: Int) {
    word(Self.nextOffset + 8 * level).pointee.store(next?.address ?? 0, ordering: .relaxed)
  }

  /// Lets readers who come by see `next`, and everything that was written before.
  func show(_ next: SkipNode, on level: Int) {
    word(Self.nextOffset + 8 * level).pointee.store(next.address, ordering: .releasing)
  }

  /// Lets readers who come by see a newer version.
  func show(_ version: KeyVersion) {
    word(Self.newestOffset).pointee.store(version.address, ordering: .releasing)
  }

  @inline(__always)
  private func word(_ offset: Int) -> UnsafeMutablePointer<Atomic<UInt>> {
    (start + offset).assumingMemoryBound(to: Atomic<UInt>.self)
  }

  private func initialize(_ offset: Int, to value: UInt) {
    (start + offset).bindMemory(to: Atomic<UInt>.self, capacity: 1).initialize(to: Atomic(value))
  }
}
