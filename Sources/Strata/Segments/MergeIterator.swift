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
/// The sources sit in a binary heap, ordered by key and then by age; each step costs one sift.
///
/// - Complexity: O(log k) for each record of k sources.
public final class MergeIterator: RecordCursor {
  /// The newest record of the smallest (in reverse: largest) key that is left.
  public private(set) var current: Record?

  private let sources: [any RecordCursor]
  private let direction: ScanDirection
  private var heap: [Head] = []

  /// A source's next record, with its key's prefix, so that most comparisons need nothing else.
  private struct Head {
    var source: Int
    var prefix: UInt64
    var record: Record
  }

  /// A merge of walks in the same direction, the newest first.
  public init(_ newestFirst: [any RecordCursor], direction: ScanDirection = .forward) {
    sources = newestFirst
    self.direction = direction
    heap.reserveCapacity(sources.count)
    for (index, source) in sources.enumerated() {
      if let record = source.current {
        heap.append(Head(source: index, prefix: record.key.sortingPrefix, record: record))
      }
    }
    for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) { siftDown(index) }
    current = heap.first?.record
  }

  /// Goes to the next key; older records of the key just left are passed over.
  public func advance() throws(StoreError) {
    guard let left = current else { return }
    let key = left.key
    let prefix = heap[0].prefix
    repeat {
      try advanceTop()
    } while !heap.isEmpty && heap[0].prefix == prefix && heap[0].record.key == key
    current = heap.first?.record
  }

  private func advanceTop() throws(StoreError) {
    let source = heap[0].source
    try sources[source].advance()
    if let record = sources[source].current {
      heap[0].prefix = record.key.sortingPrefix
      heap[0].record = record
    } else {
      let last = heap.removeLast()
      if heap.isEmpty { return }
      heap[0] = last
    }
    siftDown(0)
  }

  private func siftDown(_ start: Int) {
    var parent = start
    while true {
      var first = parent
      for child in (2 * parent + 1)...(2 * parent + 2) where child < heap.count {
        if comesBefore(heap[child], heap[first]) { first = child }
      }
      if first == parent { return }
      heap.swapAt(parent, first)
      parent = first
    }
  }

  @inline(__always)
  private func comesBefore(_ left: Head, _ right: Head) -> Bool {
    if left.prefix != right.prefix {
      return direction == .forward ? left.prefix < right.prefix : left.prefix > right.prefix
    }
    let comparison = left.record.key.compare(to: right.record.key)
    if comparison == 0 { return left.source < right.source }
    return direction == .forward ? comparison < 0 : comparison > 0
  }
}
