import StrataCore

/// Several sorted walks made into one, in which each key appears once, with its newest record.
///
///     newest   apple 4          cherry DEL
///              apple 1  banana 2               date 3
///     oldest            banana 1  cherry 1              elder 1
///     ──────────────────────────────────────────────────────────
///     merged   apple 4  banana 2  cherry DEL   date 3   elder 1
///
/// The same merge serves scans, flushes and compactions. It keeps tombstones: whether one may be
/// forgotten is for the caller to say, who knows what lies below.
///
/// The sources stand in a line, in order of their next keys and then of age. The first one's record is
/// the next of the merge; that source then steps back behind all whose keys come earlier. With the few
/// sources that a store has, that is quicker than a heap; mostly the first one stays where it is.
///
/// - Complexity: O(k) for each record of k sources, at worst.
public final class MergeIterator: RecordSource {
  private let direction: ScanDirection
  private let inputs: UnsafeMutablePointer<RecordCursor>
  private var inputCount = 0
  /// The inputs that have records left, in order.
  private let line: UnsafeMutablePointer<Place>
  @exclusivity(unchecked) private var lineCount = 0

  /// An input, with what most comparisons of its next record need.
  private struct Place {
    /// The prefix of the record's key, so made that the smaller one comes first in either direction.
    var order: UInt64
    var input: Int
  }

  /// A merge of walks in the same direction, the newest first.
  public init(
    _ newestFirst: [any RecordSource], direction: ScanDirection = .forward
  ) throws(StoreError) {
    self.direction = direction
    inputs = .allocate(capacity: newestFirst.count)
    line = .allocate(capacity: newestFirst.count)
    for source in newestFirst {
      (inputs + inputCount).initialize(to: try RecordCursor(source))
      inputCount += 1
      if let record = inputs[inputCount - 1].current { enter(inputCount - 1, record) }
    }
  }

  deinit {
    inputs.deinitialize(count: inputCount)
    inputs.deallocate()
    line.deallocate()
  }

  /// Hands over the next keys; older records of a key are passed over.
  public func fill(_ batch: inout RecordBatch) throws(StoreError) {
    while !batch.isFull, lineCount > 0 {
      let order = line[0].order
      let record = record(at: 0)
      batch.append(record)
      repeat {
        try advanceFirst()
      } while lineCount > 0 && line[0].order == order && self.record(at: 0).key == record.key
    }
  }

  /// The next record of the input at a place of the line.
  @inline(__always)
  private func record(at place: Int) -> Record { inputs[line[place].input].standing }

  /// Has the first input go to its next record, and to its new place in the line.
  @inline(__always)
  private func advanceFirst() throws(StoreError) {
    let input = line[0].input
    try inputs[input].advance()
    guard let next = inputs[input].current else {
      lineCount &-= 1
      for place in 0..<lineCount { line[place] = line[place &+ 1] }
      return
    }
    let moved = Place(order: order(of: next), input: input)
    var place = 0
    while place &+ 1 < lineCount, comesBefore(line[place &+ 1], moved) {
      line[place] = line[place &+ 1]
      place &+= 1
    }
    line[place] = moved
  }

  private func enter(_ input: Int, _ record: Record) {
    let new = Place(order: order(of: record), input: input)
    var place = lineCount
    while place > 0, comesBefore(new, line[place - 1]) {
      line[place] = line[place - 1]
      place -= 1
    }
    line[place] = new
    lineCount += 1
  }

  @inline(__always)
  private func order(of record: Record) -> UInt64 {
    let prefix = record.key.sortingPrefix
    return direction == .forward ? prefix : ~prefix
  }

  @inline(__always)
  private func comesBefore(_ left: Place, _ right: Place) -> Bool {
    if left.order != right.order { return left.order < right.order }
    let comparison = inputs[left.input].standing.key.compare(to: inputs[right.input].standing.key)
    if comparison == 0 { return left.input < right.input }
    return direction == .forward ? comparison < 0 : comparison > 0
  }
}
