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

  // MARK: Writing

  /// Makes `key` hold `value`, until `expiresAt` where that is given.
  func put(_ key: Key, _ value: Value, expiresAt: Int? = nil, lane: Int = 0) throws {
    note("put \(Words.quote(key.bytes)) \(Words.quote(value.bytes))")
    try ask(
      "put", [.bulk(key.bytes), .bulk(value.bytes), .optional(expiresAt)], lane: lane,
      "the put succeeds")
  }

  /// Makes each key hold its value, one after the other: in one message, where `put` takes one each.
  func put(each entries: [(key: Key, value: Value)]) throws {
    let arguments = entries.map { [.bulk($0.key.bytes), .bulk($0.value.bytes), WireValue.null] }
    try handle.judgeEach("put", arguments) { index, answer in
      let (key, value) = entries[index]
      note("put \(Words.quote(key.bytes)) \(Words.quote(value.bytes))")
      _ = try answer.value("the put succeeds")
    }
  }

  /// Makes `key` hold nothing.
  func delete(_ key: Key, lane: Int = 0) throws {
    note("delete \(Words.quote(key.bytes))")
    try ask("delete", [.bulk(key.bytes)], lane: lane, "the delete succeeds")
  }

  /// Applies a batch.
  func apply(_ batch: WriteBatch) throws {
    note("# as one batch:")
    for change in batch.changes {
      switch change {
      case .put(let key, let value, _):
        note("put \(Words.quote(key.bytes)) \(Words.quote(value.bytes))")
      case .delete(let key): note("delete \(Words.quote(key.bytes))")
      }
    }
    note("# end of the batch")
    try ask("apply", ChangesMessage.encode(batch), "the batch is applied")
  }

  // MARK: Reading

  /// What `key` holds.
  func get(_ key: Key, lane: Int = 0) throws -> Value? {
    try Self.value(
      try ask("get", [.bulk(key.bytes)], lane: lane, "the get of \(key) succeeds"))
  }

  /// Fails unless `key` holds this.
  func get(_ key: Key, is expected: Value?) throws { try get(each: [(key, expected)]) }

  /// What each of the keys holds, in one message.
  func get(each keys: [Key]) throws -> [Key: Value] {
    var found: [Key: Value] = [:]
    try handle.judgeEach("get", keys.map { [.bulk($0.bytes)] }) { index, answer in
      found[keys[index]] = try Self.value(answer.value("the get of \(keys[index]) succeeds"))
    }
    return found
  }

  /// Fails unless each key holds this, in one message.
  func get(each expected: [(key: Key, value: Value?)]) throws {
    try handle.judgeEach("get", expected.map { [.bulk($0.key.bytes)] }) { index, answer in
      let (key, expected) = expected[index]
      note("get \(Words.quote(key.bytes))", [Words.answer(expected)])
      let actual = try Self.value(answer.value("the get of \(key) succeeds"))
      guard actual != expected else { return }
      throw CheckFailure(
        expected: "get \(Words.quote(key.bytes)): \(Words.short(expected))",
        actual: Words.short(actual))
    }
  }

  private static func value(_ answer: WireValue) throws -> Value? {
    answer == .null ? nil : Value(try answer.asBytes(in: "get"))
  }

  /// Fails unless `contains` says so.
  func contains(_ key: Key, is expected: Bool) throws {
    note("exists \(Words.quote(key.bytes))", [expected ? "(present)" : "(absent)"])
    let answer = try ask("contains", [.bulk(key.bytes)], "asking for \(key) succeeds")
    try bench.expect(answer == .integer(1), is: expected, "contains \(Words.quote(key.bytes))")
  }

  /// The entries of a range.
  func entries(
    _ range: KeyRange = .all, _ direction: ScanDirection = .forward, limit: Int? = nil
  ) throws -> [(Key, Value)] {
    let walk = WalkMessage(range, direction, limit: limit)
    return try decode(try ask("scan", walk.arguments, "the scan succeeds"))
  }

  /// Fails unless a scan finds just this.
  func scan(
    _ range: KeyRange = .all, _ direction: ScanDirection = .forward, limit: Int? = nil,
    is expected: [(Key, Value)]
  ) throws {
    note("scan\(Words.options(range, direction, limit))", Words.lines(expected))
    let actual = try entries(range, direction, limit: limit)
    guard !actual.elementsEqual(expected, by: { $0 == $1 }) else { return }
    throw CheckFailure.ofEntries(expected: expected, actual: actual)
  }

  func decode(_ answer: WireValue) throws -> [(Key, Value)] {
    try answer.asArray(in: "scan").map { value in
      let entry = try EntryMessage(value)
      return (entry.key, entry.value)
    }
  }

  // MARK: Upkeep

  /// Flushes.
  func flush() throws {
    note("flush")
    try ask("flush", [], "the flush succeeds")
  }

  /// Compacts; answers how many bytes it says it reclaimed.
  @discardableResult
  func compact() throws -> Int {
    note("compact")
    return try ask("compact", [], "the compaction succeeds").asInteger(in: "compact")
  }

  /// Does one step of the background work; false when there is none.
  @discardableResult
  func maintain() throws -> Bool {
    try ask("maintain", [], "the maintenance succeeds") == .integer(1)
  }

  /// What it says about itself.
  func statistics() throws -> StoreStatistics {
    try StatisticsMessage.decode(try ask("statistics", [], "the statistics can be read"))
  }

  /// What it found when it was opened.
  func recovery() throws -> RecoveryReport {
    try RecoveryMessage.decode(try ask("recovery", [], "the recovery report can be read"))
  }

  /// Its clock shows this from now on.
  func setClock(_ milliseconds: Int) throws {
    try ask("clock", [.integer(milliseconds)], "the clock can be set")
  }

  /// Closes it.
  func close() throws { try ask("close", [], "closing succeeds") }

  /// Closes it and opens it again.
  func reopen() throws {
    note("reopen")
    try close()
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
    let complaints = try ask("complaints", [], "the files can be verified")
      .asArray(in: "complaints")
    guard let first = complaints.first else { return }
    throw CheckFailure(
      expected: "every byte of the closed store is sound",
      actual: String(decoding: try first.asBytes(in: "complaints"), as: UTF8.self))
  }

  // MARK: Asking

  /// The error with which a request fails; nil when it does not.
  func failure(_ verb: String, _ arguments: [WireValue] = []) throws -> StoreError? {
    do throws(SubjectError) {
      _ = try handle.ask(verb, arguments)
      return nil
    } catch .store(let error) {
      return error
    } catch {
      throw CheckFailure.of(error, expected: "\(verb) answers, or fails with an error")
    }
  }

  @discardableResult
  func ask(
    _ verb: String, _ arguments: [WireValue], lane: Int = 0, _ expected: String
  ) throws -> WireValue {
    do throws(SubjectError) {
      return try handle.ask(verb, arguments, lane: lane)
    } catch {
      throw CheckFailure.of(error, expected: expected)
    }
  }

  private func note(_ command: String, _ expected: [String] = []) {
    bench.transcript.add(command, expected)
  }
}

extension CheckFailure {
  /// The first entry in which two scans differ.
  static func ofEntries(
    expected: [(Key, Value)], actual: [(Key, Value)]
  ) -> CheckFailure {
    let index = zip(expected, actual).prefix { $0 == $1 }.count
    func show(_ entries: [(Key, Value)]) -> String {
      guard index < entries.count else { return "\(entries.count) entries, and then the end" }
      let (key, value) = entries[index]
      return "entry \(index + 1) is \(Words.quote(key.bytes)) with \(Words.short(value))"
    }
    return CheckFailure(expected: show(expected), actual: show(actual))
  }
}
