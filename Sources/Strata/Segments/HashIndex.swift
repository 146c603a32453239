import StrataCore

/// Where in its segment a key's record lies: one slot of four bytes, found by the key's hash.
///
///     slot:  │ fingerprint of the key, 8 bits │ offset of the record, 24 bits │     0: nobody's
///
/// A key begins to look at the slot that its hash names and goes on to the right (and around) until it
/// meets its own fingerprint, an empty slot, or has gone the longest way that any key of this segment
/// has. So a lookup reads one or two cache lines of slots and the record that they lead to; one key in
/// forty meets the fingerprint of another first, and reads that record too. An absent key that has passed
/// the filter has a longer way, to the end of its cluster: a hundred slots or so, and one in three reads a
/// record that is not its own. The table is nearly full, thirteen slots of fourteen; it is built once, when
/// everything is known, and never changes.
///
/// - Complexity: O(1); at most `longestProbe + 1` slots are looked at, whatever keys somebody chose.
enum HashIndex {
  /// Offsets have 24 bits: records begin in the first 16 MiB of a segment, and what is merged into more
  /// becomes several segments of one run.
  static let maximumOffset = 1 << 24 - 1
  static let slotSize = 4

  /// How many slots there are for so many keys.
  static func slotCount(for keys: Int) -> Int { keys + keys / 13 + 1 }

  /// The slot where a key's way begins.
  @inline(__always)
  static func home(_ hash: UInt64, slots: Int) -> Int {
    Int(truncatingIfNeeded: hash.multipliedFullWidth(by: UInt64(truncatingIfNeeded: slots)).high)
  }

  /// The part of the hash that is kept in a slot.
  @inline(__always)
  static func fingerprint(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash) >> 24 }

  /// The offset that a slot leads to.
  @inline(__always)
  static func offset(inSlot slot: UInt32) -> Int {
    Int(truncatingIfNeeded: slot) & maximumOffset
  }

  /// Slots that are looked at together, which may be more than are left: the filter behind them is larger.
  static let slotsTogether = 16

  /// Which of the first `count` slots from here have this fingerprint, a bit for each, up to the first that
  /// is empty; and whether one is.
  @inline(__always)
  static func candidates(
    _ fingerprint: UInt32, from slots: UnsafeRawPointer, count: Int
  ) -> (slots: UInt32, isEnd: Bool) {
    let (equal, zero) = slots.compareSixteen(highestByte: fingerprint)
    let counting = UInt32(truncatingIfNeeded: 1 &<< count &- 1)
    let empty = zero & counting
    let beforeEmpty = empty & (0 &- empty) &- 1  // all, when none is empty
    return (equal & counting & beforeEmpty, empty != 0)
  }

  /// Appends the table for these records; returns its size, and the longest way in it.
  static func build(
    _ entries: borrowing IndexEntries, into buffer: inout ByteBuffer
  ) -> (slotCount: Int, longestProbe: Int) {
    let count = slotCount(for: entries.count)
    let table = buffer.appendTable(of: UInt32.self, count: count)
    var longest = 0
    entries.forEach { entry in
      var slot = home(entry.hash, slots: count)
      var distance = 0
      while table[slot] != 0 {
        slot = slot &+ 1 == count ? 0 : slot &+ 1
        distance &+= 1
      }
      table[slot] = (fingerprint(entry.hash) << 24 | UInt32(entry.offset)).littleEndian
      longest = max(longest, distance)
    }
    return (count, longest)
  }
}
