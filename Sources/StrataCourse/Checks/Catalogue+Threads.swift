import StrataCore
import StrataSubjects
import StrataWire

/// What several threads see; each check belongs to the milestone whose code it needs.
extension Catalogue {
  static let threads: [Check] = [
    threadCheck("threads-lsm", "lsm", .lsm, milestone: 10, points: 3),
    threadCheck(
      "threads-log", "append-log", .indexedLog, milestone: 2, points: 2, after: ["index-get"]),
    threadCheck("threads-bitcask", "bitcask", .smallBitcask, milestone: 5, points: 2),
    Check(
      "threads-background", "flushing and compacting in the background change no answer",
      milestone: 11, .concurrency, points: 3, after: ["compaction-same"], seconds: 40,
      page: "14-many-threads",
      help: "A reader keeps the version that it began with; a new one is published as a whole."
    ) { bench in
      let store = try bench.open(
        .lsm.with("maintenance=background", "durability=system", "memtable=4000", "segment=3000"))
      try Crew(bench: bench, store: store).run(
        members: 3, operations: 250, keys: (0..<5).map { Bench.key($0) })
      try store.compact()
      try store.verifyClosed()
    },
    Check(
      "threads-batch", "nobody ever sees half of a batch", milestone: 12, .concurrency,
      points: 3, page: "14-many-threads",
      help:
        "A batch becomes visible at one moment: the sequence number that readers go by moves once."
    ) { bench in
      let store = try bench.open(.lsm.with("durability=system"))
      let seen = ThreadOutcome()
      let writer = bench.thread {
        do {
          for number in 0..<150 {
            var batch = WriteBatch()
            for key in ["left", "right"] { batch.put(Key(key), Value("\(number)")) }
            // Without a line in the transcript, which has an order.
            try store.ask(
              Question("apply", ChangesMessage.encode(batch), expecting: "the batch is applied"),
              lane: 1)
          }
        } catch { seen.note(error) }
        seen.end()
      }
      while !seen.isOver {
        let values = try store.entries().map(\.1)
        if Set(values).count > 1 {
          seen.note(
            CheckFailure(
              expected: "left and right hold the same",
              actual: "left holds \(values[0]), right holds \(values[1])"))
        }
      }
      writer.join()
      if let failure = seen.failure { throw failure }
    },
  ]

  private static func threadCheck(
    _ id: String, _ name: String, _ setup: StoreSetup, milestone: Int, points: Int,
    after: [String] = []
  ) -> Check {
    Check(
      id, "several threads on one \(name) store see one order of events", milestone: milestone,
      .concurrency, points: points, after: after, seconds: 40, page: "14-many-threads",
      help:
        "What one thread has seen, no other may see undone: publish a change once, when it is whole."
    ) { bench in
      let store = try bench.open(setup)
      try Crew(bench: bench, store: store).run(
        members: 3, operations: 150, keys: (0..<4).map { Bench.key($0) })
      let work = try Meter(store.ground).work { try store.get("nobody", is: nil) }
      try bench.expect(work.bytesRead, is: 0, "bytes read for an absent key")
      try store.verifyClosed()
    }
  }
}

/// What the threads of a check tell each other.
final class ThreadOutcome: @unchecked Sendable {
  private let lock = Lock()
  private var first: (any Error)?  // guarded by `lock`
  private var hasEnded = false  // guarded by `lock`

  var failure: (any Error)? { lock.withLock { first } }
  var isOver: Bool { lock.withLock { hasEnded } }

  func note(_ error: any Error) { lock.withLock { if first == nil { first = error } } }
  func end() { lock.withLock { hasEnded = true } }
}
