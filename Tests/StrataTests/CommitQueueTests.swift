import StrataCore
import Synchronization
import Testing

@testable import Strata

@Suite("Commit queue")
struct CommitQueueTests {
  @Test("whoever has patience looks for a while whether the turn is free, and not for ever")
  func patience() {
    let queue = CommitQueue()
    for isPatient in [false, true] {
      #expect(queue.tryTurn(patiently: isPatient))
      #expect(!queue.tryTurn(patiently: isPatient))
      queue.endTurn()
    }
  }

  @Test("one writer at a time has the turn, however many look for it")
  func oneAtATime() {
    let queue = CommitQueue()
    let written = Counter()
    let writers = (0..<3).map { _ in
      WorkerThread {
        for _ in 0..<10_000 {
          while !queue.tryTurn(patiently: true) { WorkerThread.yield() }
          written.count += 1
          queue.endTurn()
        }
      }
    }
    for writer in writers { writer.join() }
    #expect(written.count == 30_000)
  }

  @Test(
    "who waits for a turn without a commit gets it, though quick writers come all the time",
    .timeLimit(.minutes(1)))
  func waitingIsNotInVain() throws {
    let queue = CommitQueue()
    let written = Counter()
    let laps = Atomic(0)
    let isOver = Atomic(false)
    let writer = WorkerThread {
      while !isOver.load(ordering: .relaxed) {
        guard queue.tryTurn(patiently: true) else { continue }
        written.count += 1
        queue.endTurn()
        laps.add(1, ordering: .relaxed)
      }
    }
    for _ in 0..<500 {
      let lap = laps.load(ordering: .relaxed)
      while laps.load(ordering: .relaxed) == lap { WorkerThread.yield() }
      try queue.withTurn { () throws(StoreError) in written.count += 1 }
    }
    isOver.store(true, ordering: .relaxed)
    writer.join()
    #expect(written.count == laps.load(ordering: .relaxed) + 500)
    #expect(queue.tryTurn(patiently: true), "nobody has it any more, and nobody waits")
  }

  private final class Counter: @unchecked Sendable {
    var count = 0  // guarded by the turn
  }
}
