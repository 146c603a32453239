import StrataCore
import StrataTestSupport
import Synchronization
import Testing

@Suite("Contract: threads")
struct ConcurrencyTests {
  /// What went wrong on any thread; expectations are checked on the test's own.
  private final class Complaints: Sendable {
    private let texts = Mutex<[String]>([])
    func add(_ text: String) { texts.withLock { $0.append(text) } }
    var all: [String] { texts.withLock { $0 } }
  }

  @Test(
    "readers beside a writer see whole batches, and a time that only goes on",
    arguments: StoreUnderTest.all)
  func readersBesideAWriter(row: StoreUnderTest) throws {
    let keys = (0..<8).map { Key("key\($0)") }
    let rounds = 90
    try row.withStore { (store) throws in
      let complaints = Complaints()
      let isDone = Atomic(false)
      let finished = Finished(isDone)
      let readers = (0..<3).map { reader in
        WorkerThread {
          do {
            var last = -1
            while !finished.value {
              let entries = try store.scan(
                .prefix("key"), reader % 2 == 0 ? .forward : .reverse, limit: nil
              ).collect()
              let values = Set(entries.map(\.value.description))
              if !entries.isEmpty, values.count != 1 || entries.count != keys.count {
                complaints.add("a scan saw half of a batch: \(values.sorted())")
              }
              let round = values.first.flatMap { Int($0) } ?? -1
              if round < last { complaints.add("a scan went back from \(last) to \(round)") }
              last = max(last, round)
              let single = try store.get(keys[reader]).flatMap { Int($0.description) } ?? -1
              if single < last { complaints.add("a get went back from \(last) to \(single)") }
              last = max(last, single)
            }
          } catch { complaints.add("a reader threw \(error)") }
        }
      }
      let writer = WorkerThread {
        do {
          for round in 0..<rounds {
            var batch = WriteBatch()
            for key in keys { batch.put(key, Value("\(round)")) }
            try store.apply(batch)
            try store.put(Key("other\(round)"), Value([UInt8](repeating: 0, count: 100)))
            if round % 15 == 14 { try store.flush() }
            if round % 36 == 35 { _ = try store.compact() }
          }
        } catch { complaints.add("the writer threw \(error)") }
        finished.set()
      }
      writer.join()
      for reader in readers { reader.join() }
      #expect(complaints.all == [])
      #expect(try store.get("key0") == Value("\(rounds - 1)"))
    }
  }

  /// A flag that threads may share; `Atomic` itself cannot be captured.
  private final class Finished: Sendable {
    private let flag: Atomic<Bool>
    init(_ flag: consuming Atomic<Bool>) { self.flag = flag }
    var value: Bool { flag.load(ordering: .acquiring) }
    func set() { flag.store(true, ordering: .releasing) }
  }

  @Test("several writers lose nothing to each other", arguments: StoreUnderTest.all)
  func severalWriters(row: StoreUnderTest) throws {
    let (threads, puts) = (4, 80)
    let complaints = Complaints()
    let write = { @Sendable (store: any KeyValueStore, thread: Int) in
      do {
        for number in 0..<puts {
          let key = Key("\(thread)/\(number)")
          try store.put(key, Value("\(number)"))
          if number % 10 == 9 { try store.delete(key) }
          if number % 40 == 39 { try store.flush() }
          let expected: Value? = number % 10 == 9 ? nil : Value("\(number)")
          if try store.get(key) != expected { complaints.add("\(key): its writer does not see it") }
        }
      } catch { complaints.add("thread \(thread) threw \(error)") }
    }
    let check = { (store: any KeyValueStore) throws in
      #expect(try store.scan().collect().count == threads * puts * 9 / 10)
      #expect(try store.statistics().lastSequence == UInt64(threads * puts * 11 / 10))
    }
    let run = { (store: any KeyValueStore) throws in
      let writers = (0..<threads).map { thread in WorkerThread { write(store, thread) } }
      for writer in writers { writer.join() }
      #expect(complaints.all == [])
      try check(store)
    }
    if row.isDurable { try row.withReopenedStores(run, check) } else { try row.withStore(run) }
  }

  @Test(
    "closing beside readers and writers lets each end with an answer or with closed",
    arguments: StoreUnderTest.all)
  func closingBesideOthers(row: StoreUnderTest) throws {
    try row.withStore { store in
      for number in 0..<100 { try store.put(Key("\(number)"), "v") }
      let complaints = Complaints()
      let threads = (0..<4).map { thread in
        WorkerThread {
          do {
            for number in 0..<100_000 {
              if thread == 0 {
                try store.put(Key("\(number % 100)"), "v")
              } else if thread == 1 {
                let count = try store.scan().collect().count
                if count != 100 { complaints.add("a scan found \(count) entries") }
              } else if try store.get(Key("\(number % 100)")) != "v" {
                complaints.add("a get found nothing")
              }
            }
          } catch {
            if error as? StoreError != .closed { complaints.add("threw \(error)") }
          }
        }
      }
      WorkerThread.sleep(milliseconds: 30)
      try store.close()
      for thread in threads { thread.join() }
      #expect(complaints.all == [])
    }
  }
}
