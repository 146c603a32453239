import StrataCore

/// What the store can do and Redis does otherwise. Everybody else waits for it.
extension ServerCommandTable {
  static let upkeep: [ServerCommand] = [
    ServerCommand(
      "FLUSH", words: 1, [.settles], summary: "write what is only in memory and log into segments"
    ) { call throws(Refusal) in
      try refusing { () throws(StoreError) in try call.keyspace.store.flush() }
      call.answerOK()
    },

    ServerCommand(
      "COMPACT", words: 1, [.settles], summary: "drop what is dead; how many bytes that reclaimed"
    ) { call throws(Refusal) in
      call.answer(try refusing { () throws(StoreError) in try call.keyspace.store.compact() })
    },
  ]
}
