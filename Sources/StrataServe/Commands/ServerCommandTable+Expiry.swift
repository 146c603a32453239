import StrataCore

/// Time to live.
extension ServerCommandTable {
  static let expiry: [ServerCommand] = [
    ServerCommand(
      "EXPIRE", "key seconds [NX|XX|GT|LT]", words: -3, [.writes, .fast], keys: (1, 1, 1),
      summary: "let the key expire; 1 if it is there"
    ) { call throws(Refusal) in try expire(.seconds, call) },

    ServerCommand(
      "PEXPIRE", "key milliseconds [NX|XX|GT|LT]", words: -3, [.writes, .fast], keys: (1, 1, 1),
      summary: "let the key expire; 1 if it is there"
    ) { call throws(Refusal) in try expire(.milliseconds, call) },

    ServerCommand(
      "TTL", "key", words: 2, [.reads, .fast], keys: (1, 1, 1),
      summary: "seconds that the key has left; -1: it stays, -2: it is absent"
    ) { call throws(Refusal) in call.answer(try timeLeft(call) { ($0 + 500) / 1000 }) },

    ServerCommand(
      "PTTL", "key", words: 2, [.reads, .fast], keys: (1, 1, 1),
      summary: "milliseconds that the key has left; -1: it stays, -2: it is absent"
    ) { call throws(Refusal) in call.answer(try timeLeft(call) { $0 }) },

    ServerCommand(
      "PERSIST", "key", words: 2, [.writes, .fast], keys: (1, 1, 1),
      summary: "let the key stay; 1 if it would have expired"
    ) { call throws(Refusal) in
      let key = call.key(1)
      guard let held = try call.keyspace.lookUp(key), held.expiresAt != nil else {
        return call.answer(0)
      }
      try call.keyspace.put(key, held.value, expiresAt: nil)
      call.answer(1)
    },
  ]

  private static func expire(_ time: ExpiryTime, _ call: Call) throws(Refusal) {
    let key = call.key(1)
    let now = call.keyspace.now
    let moment = try time.moment(try call.number(2), now: now, for: call.name)
    let conditions = Set(call.words.indices.dropFirst(3).map(call.option))
    guard conditions.isSubset(of: ["NX", "XX", "GT", "LT"]),
      !conditions.contains("NX") || conditions.count == 1, !conditions.isSuperset(of: ["GT", "LT"])
    else { throw .syntax }
    guard let held = try call.keyspace.lookUp(key), allow(conditions, held.expiresAt, moment)
    else { return call.answer(0) }
    if moment <= now {
      try call.keyspace.delete(key)
    } else {
      try call.keyspace.put(key, held.value, expiresAt: moment)
    }
    call.answer(1)
  }

  /// True when every condition holds; a key that stays lives longer than any moment.
  private static func allow(
    _ conditions: Set<String>, _ old: UnixMilliseconds?, _ new: UnixMilliseconds
  ) -> Bool {
    conditions.allSatisfy { condition in
      switch condition {
      case "NX": old == nil
      case "XX": old != nil
      case "GT": old.map { new > $0 } ?? false
      default: old.map { new < $0 } ?? true
      }
    }
  }

  private static func timeLeft(_ call: Call, _ unit: (Int) -> Int) throws(Refusal) -> Int {
    guard let held = try call.keyspace.lookUp(call.key(1)) else { return -2 }
    guard let moment = held.expiresAt else { return -1 }
    let now = call.keyspace.now
    return moment > now ? unit(Int(clamping: moment - now)) : -2
  }
}
