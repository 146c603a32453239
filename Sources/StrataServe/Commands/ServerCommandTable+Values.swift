import StrataCore
import StrataWire

/// Keys and their values.
extension ServerCommandTable {
  static let values: [ServerCommand] = [
    ServerCommand(
      "GET", "key", words: 2, [.reads, .fast], keys: (1, 1, 1), summary: "what the key holds"
    ) { call throws(Refusal) in call.answer(try call.keyspace.get(call.key(1))) },

    ServerCommand(
      "SET", "key value [NX|XX] [GET] [EX s|PX ms|EXAT s|PXAT ms|KEEPTTL]", words: -3, [.writes],
      keys: (1, 1, 1), summary: "make the key hold the value"
    ) { call throws(Refusal) in
      let options = try SetOptions(call)
      let key = call.key(1)
      // Only who asks about what was there pays for finding it.
      let old = options.needsOld ? try call.keyspace.lookUp(key) : nil
      let isAllowed = options.condition.map { ($0 == .present) == (old != nil) } ?? true
      if isAllowed {
        let moment = options.keepsExpiry ? old?.expiresAt : options.expiresAt
        try call.keyspace.put(key, Value(call.words[2]), expiresAt: moment)
      }
      if options.returnsOld {
        call.answer(old?.value)
      } else if isAllowed {
        call.answerOK()
      } else {
        call.answer(nil as Value?)
      }
    },

    ServerCommand(
      "MGET", "key [key ...]", words: -2, [.reads, .fast], keys: (1, -1, 1),
      summary: "what each of the keys holds"
    ) { call throws(Refusal) in
      var values: [WireValue] = []
      for key in call.words.dropFirst() {
        values.append(try call.keyspace.get(Key(key)).map { .bulk($0.bytes) } ?? .null)
      }
      call.answer(.array(values))
    },

    ServerCommand(
      "MSET", "key value [key value ...]", words: -3, [.writes], keys: (1, -1, 2),
      summary: "make several keys hold values, all or none"
    ) { call throws(Refusal) in
      guard call.words.count % 2 == 1 else {
        throw Refusal("the last key of '\(call.name)' has no value")
      }
      for index in stride(from: 1, to: call.words.count, by: 2) {
        try refusing { () throws(StoreError) in try call.key(index).checkLength() }
      }
      for index in stride(from: 1, to: call.words.count, by: 2) {
        try call.keyspace.put(call.key(index), Value(call.words[index + 1]), expiresAt: nil)
      }
      call.answerOK()
    },

    ServerCommand(
      "DEL", "key [key ...]", words: -2, [.writes], keys: (1, -1, 1),
      summary: "make the keys hold nothing; how many held something"
    ) { call throws(Refusal) in
      var deleted = 0
      for key in call.words.dropFirst() where try call.keyspace.contains(Key(key)) {
        try call.keyspace.delete(Key(key))
        deleted += 1
      }
      call.answer(deleted)
    },

    ServerCommand(
      "EXISTS", "key [key ...]", words: -2, [.reads, .fast], keys: (1, -1, 1),
      summary: "how many of the keys hold something"
    ) { call throws(Refusal) in
      var present = 0
      for key in call.words.dropFirst() where try call.keyspace.contains(Key(key)) { present += 1 }
      call.answer(present)
    },

    ServerCommand(
      "APPEND", "key value", words: 3, [.writes], keys: (1, 1, 1),
      summary: "put bytes behind the value; its new length"
    ) { call throws(Refusal) in
      let old = try call.keyspace.lookUp(call.key(1))
      let value = Value((old?.value.bytes ?? []) + call.words[2])
      try call.keyspace.put(call.key(1), value, expiresAt: old?.expiresAt)
      call.answer(value.bytes.count)
    },

    ServerCommand(
      "STRLEN", "key", words: 2, [.reads, .fast], keys: (1, 1, 1),
      summary: "how many bytes the value has"
    ) { call throws(Refusal) in call.answer(try call.keyspace.get(call.key(1))?.bytes.count ?? 0) },
  ]
}
