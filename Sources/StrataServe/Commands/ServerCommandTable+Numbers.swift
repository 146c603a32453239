import StrataCore

/// Values that are whole numbers, written in decimal digits.
extension ServerCommandTable {
  static let numbers: [ServerCommand] = [
    ServerCommand(
      "INCR", "key", words: 2, [.writes, .fast], keys: (1, 1, 1), summary: "add one"
    ) { call throws(Refusal) in try add(1, call) },

    ServerCommand(
      "INCRBY", "key number", words: 3, [.writes, .fast], keys: (1, 1, 1), summary: "add a number"
    ) { call throws(Refusal) in try add(try call.number(2), call) },

    ServerCommand(
      "DECR", "key", words: 2, [.writes, .fast], keys: (1, 1, 1), summary: "subtract one"
    ) { call throws(Refusal) in try add(-1, call) },

    ServerCommand(
      "DECRBY", "key number", words: 3, [.writes, .fast], keys: (1, 1, 1),
      summary: "subtract a number"
    ) { call throws(Refusal) in
      let number = try call.number(2)
      guard number != .min else { throw Refusal("decrement would overflow") }
      try add(-number, call)
    },
  ]

  /// Adds to what a key holds, an absent key counting as 0, and answers with the sum.
  private static func add(_ number: Int, _ call: Call) throws(Refusal) {
    let old = try call.keyspace.lookUp(call.key(1))
    guard let before = old.map({ Call.number($0.value.bytes) }) ?? 0 else { throw .notWhole }
    let (sum, overflows) = before.addingReportingOverflow(number)
    guard !overflows else { throw Refusal("increment or decrement would overflow") }
    try call.keyspace.put(call.key(1), Value("\(sum)"), expiresAt: old?.expiresAt)
    call.answer(sum)
  }
}
