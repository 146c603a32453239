import StrataCore
import StrataSubjects
import StrataWire

/// A store under examination: it is told what to do and, mostly, what it should answer.
///
/// Whatever is done is written down, so that a failure can be seen again. Every call fails the check when
/// the store refuses what it should do, or answers something else.
final class CheckedStore: @unchecked Sendable {
  let bench: Bench
  let setup: StoreSetup
  private(set) var ground: Ground
  private var handle: Handle

  init(_ bench: Bench, _ setup: StoreSetup, _ ground: Ground, _ handle: Handle) throws {
    self.bench = bench
    self.setup = setup
    self.ground = ground
    self.handle = handle
  }

  // MARK: Asking

  /// Asks, and fails the check when the answer is wrong.
  @discardableResult
  func ask(_ question: Question, lane: Int = 0) throws -> WireValue {
    note(question)
    let answer = Result { () throws(SubjectError) in
      try handle.ask(question.request, lane: lane)
    }
    return try question.judge(answer)
  }

  /// Asks one after the other, in one message, and fails the check at the first wrong answer.
  @discardableResult
  func ask(each questions: [Question]) throws -> [WireValue] {
    var answers: [WireValue] = []
    try handle.ask(each: questions.map(\.request)) { index, answer in
      note(questions[index])
      answers.append(try questions[index].judge(answer))
    }
    return answers
  }

  private func note(_ question: Question) {
    for line in question.lines { bench.transcript.add(line.command, line.expected) }
  }

  // MARK: Writing

  /// Makes `key` hold `value`, until `expiresAt` where that is given.
  func put(_ key: Key, _ value: Value, expiresAt: Int? = nil, lane: Int = 0) throws {
    try ask(.put(key, value, expiresAt: expiresAt), lane: lane)
  }

  /// Makes each key hold its value, one after the other.
  func put(each entries: [(key: Key, value: Value)]) throws {
    try ask(each: entries.map { .put($0.key, $0.value) })
  }

  /// Makes `key` hold nothing.
  func delete(_ key: Key, lane: Int = 0) throws { try ask(.delete(key), lane: lane) }

  /// Applies a batch.
  func apply(_ batch: WriteBatch) throws { try ask(.apply(batch)) }

  // MARK: Reading

  /// What `key` holds.
  func get(_ key: Key, lane: Int = 0) throws -> Value? {
    try Question.value(try ask(.get(key), lane: lane))
  }

  /// Fails unless `key` holds this.
  func get(_ key: Key, is expected: Value?) throws { try ask(.get(key, is: expected)) }

  /// Fails unless each key holds this.
  func get(each expected: [(key: Key, value: Value?)]) throws {
    try ask(each: expected.map { .get($0.key, is: $0.value) })
  }

  /// Fails unless `contains` says so.
  func contains(_ key: Key, is expected: Bool) throws { try ask(.contains(key, is: expected)) }

  /// The entries of a range.
  func entries(
    _ range: KeyRange = .all, _ direction: ScanDirection = .forward, limit: Int? = nil
  ) throws -> [(Key, Value)] {
    try Question.entries(try ask(.scan(range, direction, limit: limit)))
  }

  /// Fails unless a scan finds just this.
  func scan(
    _ range: KeyRange = .all, _ direction: ScanDirection = .forward, limit: Int? = nil,
    is expected: [(Key, Value)]
  ) throws {
    try ask(.scan(range, direction, limit: limit, is: expected))
  }

  // MARK: Upkeep

  /// Flushes.
  func flush() throws { try ask(.flush) }

  /// Compacts; answers how many bytes it says it reclaimed.
  @discardableResult
  func compact() throws -> Int { try ask(.compact).asInteger(in: "compact") }

  /// Does one step of the background work; false when there is none.
  @discardableResult
  func maintain() throws -> Bool { try ask(.maintain) == .integer(1) }

  /// What it says about itself.
  func statistics() throws -> StoreStatistics {
    try StatisticsMessage.decode(
      try ask(Question("statistics", expecting: "the statistics can be read")))
  }

  /// What it found when it was opened.
  func recovery() throws -> RecoveryReport {
    try RecoveryMessage.decode(
      try ask(Question("recovery", expecting: "the recovery report can be read")))
  }

  /// Its clock shows this from now on.
  func setClock(_ milliseconds: Int) throws {
    try ask(Question("clock", [.integer(milliseconds)], expecting: "the clock can be set"))
  }

  /// Closes it, after these questions, to which it gives the answers.
  @discardableResult
  func close(asking questions: [Question] = []) throws -> [WireValue] {
    try ask(each: questions + [.close])
  }

  /// Closes it and opens it again.
  func reopen() throws {
    note("reopen")
    try close()
    try openAgain()
  }

  /// Opens it again once it is closed.
  func openAgain() throws {
    handle.release()
    handle = try bench.open(setup, on: ground).handle
  }

  /// Closes it, ends the process that it lives in, and opens it in a fresh one: what only memory has is gone.
  func restart() throws {
    note("reopen")
    try close()
    bench.link.kill()
    handle = try bench.open(setup, on: ground).handle
  }

  /// Kills the process that it lives in, and opens what is left.
  func crash() throws {
    ground = bench.kill(ground)
    handle = try bench.open(setup, on: ground).handle
  }

  /// Closes it, and fails if looking at every byte of its files finds anything wrong.
  func verifyClosed() throws {
    try close()
    let complaints = try ask(
      Question("complaints", expecting: "the files can be verified")
    ).asArray(in: "complaints")
    guard let first = complaints.first else { return }
    throw CheckFailure(
      expected: "every byte of the closed store is sound",
      actual: String(decoding: try first.asBytes(in: "complaints"), as: UTF8.self))
  }

  // MARK: What should fail

  /// The error with which a request fails; nil when it does not.
  func failure(_ verb: String, _ arguments: [WireValue] = []) throws -> StoreError? {
    do throws(SubjectError) {
      _ = try handle.ask(Request(verb, arguments))
      return nil
    } catch .store(let error) {
      return error
    } catch {
      throw CheckFailure.of(error, expected: "\(verb) answers, or fails with an error")
    }
  }

  private func note(_ command: String) { bench.transcript.add(command) }
}
