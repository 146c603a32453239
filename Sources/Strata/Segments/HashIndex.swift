import StrataCore

/// Where in its segment a key's record lies: one slot of eight bytes, found by the key's hash.
///
///     slot:  │ fingerprint of the key, 24 bits │ offset of the record, 40 bits │     0: nobody's
///
/// A key begins to look at the slot that its hash names and goes on to the right (and around) until it
/// meets its own fingerprint, an empty slot, or has gone the longest way that any key of this segment
/// has. So a lookup reads one slot, nearly always, and the record that it leads to. The table is three
/// quarters full; it is built once, when everything is known, and never changes.
///
/// - Complexity: O(1); at most `longestProbe + 1` slots are looked at, whatever keys somebody chose.
enum HashIndex {
  /// Offsets have 40 bits: no segment may be larger.
  static let maximumOffset = 1 << 40 - 1

  /// How many slots there are for so many keys.
  static func slotCount(for keys: Int) -> Int { keys + keys / 3 + 1 }

  /// The slot where a key's way begins.
  @inline(__always)
  static func home(_ hash: UInt64, slots: Int) -> Int {
    Int(truncatingIfNeeded: hash.multipliedFullWidth(by: UInt64(truncatingIfNeeded: slots)).high)
  }

  /// The part of the hash that is kept in a slot; never 0.
  @inline(__always)
  static func fingerprint(_ hash: UInt64) -> UInt64 { (hash & 0xFF_FFFF) | 1 }

  /// Appends the table for these records; returns its size, and the longest way in it.
  static func build(
    _ entries: borrowing IndexEntries, into buffer: inout ByteBuffer
  ) -> (slotCount: Int, longestProbe: Int) {
    let count = slotCount(for: entries.count)
    let table = buffer.appendTable(of: UInt64.self, count: count)
    var longest = 0
    entries.forEach { entry in
      var slot = home(entry.hash, slots: count)
      var distance = 0
      while table[slot] != 0 {
        slot = slot &+ 1 == count ? 0 : slot &+ 1
        distance &+= 1
      }
      table[slot] = (fingerprint(entry.hash) << 40 | UInt64(entry.offset)).littleEndian
      longest = max(longest, distance)
    }
    return (count, longest)
  }
}
