import StrataCore
import StrataHistory

/// Several threads on one store, each noting what it did and saw; then the question whether that could be.
///
/// The times are taken on this side of the pipe, so that nobody can make up a history.
struct Crew {
  let bench: Bench
  let store: CheckedStore

  /// What one member of the crew did; it has its own lane, and nobody else writes here.
  private final class Member: @unchecked Sendable {
    var history = OperationHistory()
    var failure: (any Error)?
  }

  /// Has each of the members do so many random operations on few keys.
  func run(members count: Int, operations: Int, keys: [Key]) throws {
    let members = (0..<count).map { _ in Member() }
    let threads = members.enumerated().map { lane, member in
      let random = bench.random(UInt64(100 + lane))
      return bench.thread {
        do {
          try work(member, random, lane: lane, operations, keys)
        } catch {
          member.failure = error
        }
      }
    }
    for thread in threads { thread.join() }
    for member in members { if let failure = member.failure { throw failure } }
    var history = OperationHistory()
    for member in members { history.add(member.history) }
    if let violation = Linearizability.check(history) {
      throw CheckFailure(
        expected: "an order of the operations that explains every answer",
        actual: "there is none. \(violation)")
    }
  }

  private func work(
    _ member: Member, _ start: SplitMix64, lane: Int, _ operations: Int, _ keys: [Key]
  ) throws {
    var random = start
    for number in 0..<operations {
      let key = keys[random.below(keys.count)]
      let begin = SystemTime.monotonicNanoseconds
      let action: KeyOperation.Action
      switch random.below(5) {
      case 0, 1:
        let value = Value("\(lane).\(number)")
        try store.put(key, value, lane: lane)
        action = .write(value)
      case 2 where random.isOne(in: 2):
        try store.delete(key, lane: lane)
        action = .write(nil)
      default: action = .read(try store.get(key, lane: lane))
      }
      member.history.add(
        KeyOperation(action, from: begin, to: SystemTime.monotonicNanoseconds), of: key)
    }
  }
}
