import StrataCore

/// Decides whether what several threads saw of a key could have happened one operation after the other.
///
/// A store is *linearizable* when every operation seems to take effect at one moment between its call and
/// its return. Nobody can see these moments; but whether there *are* any can be searched for:
///
///     thread 1   ├── put a ──┤                       a, then b: the first read explains itself,
///     thread 2        ├── put b ──┤                  the second one cannot; nor is there another
///     thread 3            ├─ read b ─┤ ├─ read a ─┤  order, as put a ended before it began
///
/// The search tries, at each step, every operation that no other one *must* precede, and goes back when
/// the next operation to return cannot be explained (Wing and Gong, *Testing and Verifying Concurrent
/// Objects*, 1993). A state that was reached once is never looked at again (Lowe, *Testing for
/// Linearizability*, 2017): without that the time grows exponentially with the threads.
///
/// Keys are checked one by one. That is enough, because linearizability is a local property: a history
/// is linearizable when the part of each object is. It also means that a batch is checked as so many
/// changes, and that nothing is said about whether they became visible together.
///
/// - Complexity: usually O(n · t) for n operations of t threads; exponential in t at worst.
public enum Linearizability {
  /// One key for which no order of the operations explains what was seen.
  public struct Violation: Error, Sendable {
    /// The key.
    public var key: Key
    /// How many operations the best attempt explained.
    public var explained: Int
    /// What the key holds after them.
    public var value: Value?
    /// The operation that the attempt could not explain, and those that ran beside it.
    public var unexplained: [KeyOperation]
  }

  /// The first key, in their order, for which there is no explanation.
  ///
  /// - Parameter initial: what the keys held before the first operation.
  public static func check(
    _ history: OperationHistory, initial: [Key: Value] = [:]
  ) -> Violation? {
    for (key, operations) in history.byKey {
      var search = Search(operations, initial: initial[key])
      if let unexplained = search.run() {
        return Violation(
          key: key, explained: search.deepest, value: search.deepestValue,
          unexplained: unexplained)
      }
    }
    return nil
  }
}

extension Linearizability.Violation: CustomStringConvertible {
  /// The key and the operations that do not fit together, one a line.
  public var description: String {
    let lines = unexplained.map { "\n  \($0)" }.joined()
    let value = KeyOperation.text(of: value)
    return
      "\(key): \(explained) operations leave \(value), and no order explains these:\(lines)"
  }
}

/// The operations already put in order: all before `prefix` in the order of their calls, and a few more.
///
/// The operations that are still open at any moment are as many as there are threads, so that this stays
/// small however long the history is.
private struct OrderedSet: Hashable {
  private var prefix = 0
  private var beyond: [Int] = []  // ascending

  mutating func insert(_ index: Int) {
    let place = beyond.firstIndex { $0 > index } ?? beyond.count
    beyond.insert(index, at: place)
    var full = 0
    while full < beyond.count, beyond[full] == prefix {
      prefix += 1
      full += 1
    }
    beyond.removeFirst(full)
  }
}

/// The search over the operations of one key.
private struct Search {
  private struct Configuration: Hashable {
    var done = OrderedSet()
    var value: Value?
  }

  private let operations: [KeyOperation]
  private let initial: Value?
  /// Calls and returns in the order of time; what is put in order is taken out, and put back.
  private var timeline: Timeline
  private(set) var deepest = 0
  private(set) var deepestValue: Value?

  init(_ operations: [KeyOperation], initial: Value?) {
    // A read that never returned says nothing; a write may have happened, at any time from its call on.
    self.operations = operations.filter { $0.end != nil || $0.isWrite }
      .sorted { ($0.start, $0.end ?? .max) < ($1.start, $1.end ?? .max) }
    self.initial = initial
    timeline = Timeline(self.operations)
  }

  /// Returns the operations that cannot be explained; nil when all can.
  mutating func run() -> [KeyOperation]? {
    var now = Configuration(value: initial)
    var seen: Set<Configuration> = [now]
    var stack: [(before: Configuration, operation: Int)] = []
    var stuck: Int?
    var place = timeline.first
    while let event = place {
      let index = timeline.operation(of: event)
      if timeline.isCall(event) {
        if let next = step(now, index), seen.insert(next).inserted {
          stack.append((now, index))
          now = next
          timeline.takeOut(index)
          place = timeline.first
        } else {
          place = timeline.next(event)
        }
        continue
      }
      // This operation has returned and must have happened; with what was chosen before, it cannot.
      if stack.count >= deepest {
        (deepest, deepestValue, stuck) = (stack.count, now.value, index)
      }
      guard let last = stack.popLast() else { break }
      now = last.before
      timeline.putBack(last.operation)
      place = timeline.next(timeline.call(of: last.operation))
    }
    guard place != nil, let stuck else { return nil }
    return neighbours(of: operations[stuck])
  }

  /// What follows when the operation happens next; nil when it cannot.
  private func step(_ now: Configuration, _ index: Int) -> Configuration? {
    var next = now
    switch operations[index].action {
    case .write(let value): next.value = value
    case .read(let value): if value != now.value { return nil }
    }
    next.done.insert(index)
    return next
  }

  private func neighbours(of stuck: KeyOperation) -> [KeyOperation] {
    operations.filter { $0.start <= stuck.end ?? .max && $0.end ?? .max >= stuck.start }
  }
}

/// Calls and returns as a doubly linked list over arrays, so that taking out and putting back is O(1).
private struct Timeline {
  private var following: [Int]  // by event; the last one is the list's head
  private var preceding: [Int]
  private let order: [(operation: Int, isCall: Bool)]
  private var calls: [Int]  // by operation
  private var returns: [Int]
  private var head: Int { order.count }

  init(_ operations: [KeyOperation]) {
    var events: [(time: UInt64, operation: Int, isCall: Bool)] = []
    for (index, operation) in operations.enumerated() {
      events.append((operation.start, index, true))
      events.append((operation.end ?? .max, index, false))
    }
    // At the same moment, calls come first: then the operations overlap, which excludes less.
    events.sort {
      ($0.time, $0.isCall ? 0 : 1, $0.operation) < ($1.time, $1.isCall ? 0 : 1, $1.operation)
    }
    order = events.map { ($0.operation, $0.isCall) }
    calls = Array(repeating: 0, count: operations.count)
    returns = calls
    for (place, event) in order.enumerated() {
      if event.isCall { calls[event.operation] = place } else { returns[event.operation] = place }
    }
    let count = order.count
    following = (0...count).map { $0 == count ? 0 : $0 + 1 }
    preceding = (0...count).map { $0 == 0 ? count : $0 - 1 }
  }

  var first: Int? { next(head) }

  func next(_ event: Int) -> Int? { following[event] == head ? nil : following[event] }

  func operation(of event: Int) -> Int { order[event].operation }

  func isCall(_ event: Int) -> Bool { order[event].isCall }

  func call(of operation: Int) -> Int { calls[operation] }

  mutating func takeOut(_ operation: Int) {
    for event in [calls[operation], returns[operation]] {
      following[preceding[event]] = following[event]
      preceding[following[event]] = preceding[event]
    }
  }

  mutating func putBack(_ operation: Int) {
    for event in [returns[operation], calls[operation]] {
      following[preceding[event]] = event
      preceding[following[event]] = event
    }
  }
}
