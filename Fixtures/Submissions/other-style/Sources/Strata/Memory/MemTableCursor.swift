import StrataCore

/// A walk over a memtable in either direction, as of one sequence number.
///
/// It stands on the node that comes next. Nodes stay where they are, whatever the writer does meanwhile; what
/// was added since the walk began has a higher sequence number and is left out. There is no way back
/// in the list, so that a walk in reverse searches anew for each key.
public final class MemTableCursor: RecordSource {
  private let table: MemTable
  private let walk: Walk
  private let sequence: UInt64
  private var upcoming: SkipNode?

  /// A walk over what the table held when this sequence number was the newest.
  package init(_ table: MemTable, _ walk: Walk, asOf sequence: UInt64) {
    self.table = table
    self.walk = walk
    self.sequence = sequence
    upcoming = beginning
  }

  /// Hands over the next keys, each with its newest record that is old enough.
  ///
  /// - Complexity: for each key O(1) forward and O(log n) in reverse, and one step for each newer record of it.
  public func fill(_ batch: inout RecordBatch) {
    while !batch.isFull, let node = upcoming {
      guard !walk.isOver(at: node.key) else {
        upcoming = nil
        return
      }
      if let record = node.newest?.record(asOf: sequence) { batch.append(record) }
      upcoming = walk.direction == .forward ? node.next(on: 0) : table.keys.last(before: node.key)
    }
  }

  private var beginning: SkipNode? {
    switch walk.direction {
    case .forward:
      guard let lower = walk.range.lower else { return table.keys.first }
      return ByteView.withBytes(of: lower.bytes) { table.keys.first(from: $0) }
    case .reverse:
      guard let upper = walk.range.upper else { return table.keys.last }
      return ByteView.withBytes(of: upper.bytes) { table.keys.last(before: $0) }
    }
  }
}
