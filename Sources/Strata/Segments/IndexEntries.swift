import StrataCore

/// The hashes and places of a segment's records, collected while it is written, for its index and filter.
///
/// Both are tables in which a key's place is given by its hash. Filled in the order of keys, each entry
/// would be a jump to another page of memory, and that would cost more than the rest of a merge. So the
/// entries are first dealt out by the highest bits of their hashes, as cards are sorted by suit; then
/// the tables are filled from front to back.
///
/// - Complexity: O(n), with two passes over the entries.
package struct IndexEntries: ~Copyable {
  /// One record.
  struct Entry {
    var hash: UInt64
    var offset: Int
  }

  private var entries: [Entry] = []

  /// No entries.
  package init() {}

  /// How many there are.
  var count: Int { entries.count }

  /// Adds a record.
  @inline(__always)
  package mutating func add(hash: UInt64, offset: Int) {
    entries.append(Entry(hash: hash, offset: offset))
  }

  /// Orders the entries by the highest bits of their hashes, so that tables are filled piece by piece.
  mutating func sortByHash() {
    // About a thousand entries in each pile: its pieces of both tables fit into the nearest cache.
    let bits = min(12, max(0, Int.bitWidth - (entries.count / 1024).leadingZeroBitCount))
    guard bits > 0 else { return }
    let shift = UInt64(64 - bits)
    var ends = [Int](repeating: 0, count: 1 << bits)
    for entry in entries { ends[Int(truncatingIfNeeded: entry.hash >> shift)] += 1 }
    var start = 0
    for pile in ends.indices {
      (start, ends[pile]) = (start + ends[pile], start)
    }
    entries = [Entry](unsafeUninitializedCapacity: entries.count) { sorted, count in
      for entry in entries {
        let pile = Int(truncatingIfNeeded: entry.hash >> shift)
        sorted.initializeElement(at: ends[pile], to: entry)
        ends[pile] += 1
      }
      count = entries.count
    }
  }

  /// Calls `body` with each entry.
  @inline(__always)
  func forEach(_ body: (Entry) -> Void) {
    for entry in entries { body(entry) }
  }
}
