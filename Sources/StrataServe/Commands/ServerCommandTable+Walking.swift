import StrataCore
import StrataWire

/// Walks over many keys, in the order of their bytes.
extension ServerCommandTable {
  static let walking: [ServerCommand] = [
    ServerCommand(
      "SCAN", "cursor [MATCH pattern] [COUNT number] [TYPE string]", words: -2, [.reads, .settles],
      summary: "some keys, and a cursor to go on with; 0 to begin and at the end", body: scan),

    ServerCommand(
      "KEYS", "pattern", words: 2, [.reads, .settles], summary: "all keys that match"
    ) { call throws(Refusal) in
      let pattern = GlobPattern(call.words[1])
      var answer = BoundedAnswer(call)
      try walk(call, .prefix(Key(pattern.prefix))) { entry throws(Refusal) in
        if pattern.matches(entry.key.bytes) { try answer.add(entry.key.bytes) }
      }
      call.answer(.array(answer.texts))
    },

    ServerCommand(
      "RANGE", "from to [LIMIT number] [REVERSE]", words: -3, [.reads, .settles],
      summary: "entries from a key up to, without, another; empty: from the first, to the last",
      body: range),

    ServerCommand(
      "DBSIZE", words: 1, [.reads, .settles], summary: "how many keys there are, by counting them"
    ) { call throws(Refusal) in
      call.answer(try call.server.countKeys().all)
    },

    ServerCommand(
      "FLUSHALL", "[SYNC|ASYNC]", words: -1, [.writes, .settles],
      summary: "make all keys hold nothing"
    ) { call throws(Refusal) in
      try walk(call, .all) { entry throws(Refusal) in
        try call.keyspace.delete(entry.key)
        if call.keyspace.pendingBytes > Server.batchBytes { try call.keyspace.commit() }
      }
      call.answerOK()
    },
  ]

  private static func scan(_ call: Call) throws(Refusal) {
    guard let cursor = Call.number(call.words[1]), cursor >= 0 else {
      throw Refusal("invalid cursor")
    }
    var pattern: GlobPattern?
    var count = 10
    for index in stride(from: 2, to: call.words.count, by: 2) {
      guard index + 1 < call.words.count else { throw .syntax }
      switch call.option(index) {
      case "MATCH": pattern = GlobPattern(call.words[index + 1])
      case "COUNT":
        count = try call.number(index + 1)
        guard count > 0 else { throw .syntax }
      case "TYPE": if call.option(index + 1) != "STRING" { pattern = nil; count = 0 }
      default: throw .syntax
      }
    }
    var range = KeyRange.prefix(Key(pattern?.prefix ?? []))
    if cursor != 0 {
      guard let place = call.server.cursors.place(cursor) else {
        throw Refusal(
          "invalid cursor: too many scans have begun since, or the server; begin with 0")
      }
      range = range.intersection(KeyRange(from: place))
    }
    var answer = BoundedAnswer(call)
    var next = 0
    var seen = 0
    if count > 0 {
      try walk(call, range, limit: count == .max ? nil : count + 1) { entry throws(Refusal) in
        seen += 1
        if seen > count {
          next = call.server.cursors.remember(entry.key)
        } else if pattern?.matches(entry.key.bytes) ?? true {
          try answer.add(entry.key.bytes)
        }
      }
    }
    call.answer(.array([.bulk("\(next)"), .array(answer.texts)]))
  }

  private static func range(_ call: Call) throws(Refusal) {
    var limit: Int?
    var direction = ScanDirection.forward
    var index = 3
    while index < call.words.count {
      switch call.option(index) {
      case "REVERSE": direction = .reverse
      case "LIMIT" where index + 1 < call.words.count:
        index += 1
        let number = try call.number(index)
        guard number >= 0 else { throw .notWhole }
        limit = number
      default: throw .syntax
      }
      index += 1
    }
    let upper = call.words[2].isEmpty ? nil : call.key(2)
    var answer = BoundedAnswer(call)
    try walk(call, KeyRange(from: call.key(1), to: upper), direction, limit: limit) {
      entry throws(Refusal) in
      try answer.add(entry.key.bytes)
      try answer.add(entry.value.bytes)
    }
    call.connection.writer.map(count: answer.texts.count / 2)
    for text in answer.texts { call.answer(text) }
  }

  private static func walk(
    _ call: Call, _ range: KeyRange, _ direction: ScanDirection = .forward, limit: Int? = nil,
    _ body: (Entry) throws(Refusal) -> Void
  ) throws(Refusal) {
    let scan = try refusing { () throws(StoreError) in
      try call.keyspace.store.scan(range, direction, limit: limit)
    }
    while let entry = try refusing({ () throws(StoreError) in try scan.next() }) {
      try body(entry)
    }
  }
}

/// Texts of one answer, which together may have no more bytes than a command.
private struct BoundedAnswer {
  private(set) var texts: [WireValue] = []
  private var left: Int
  private let limit: Int

  init(_ call: Call) {
    limit = call.server.options.limits.bytes
    left = limit
  }

  mutating func add(_ bytes: [UInt8]) throws(Refusal) {
    left -= bytes.count + 16
    guard left >= 0 else {
      throw Refusal("the answer has more than \(limit) bytes; ask for less, or use SCAN")
    }
    texts.append(.bulk(bytes))
  }
}
