import StrataCore
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

  private final class Counter: @unchecked Sendable {
    var count = 0  // guarded by the turn
  }
}
