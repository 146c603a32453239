import StrataCore
import StrataSubjects
import StrataWire

/// One thing that is asked of a store, and when its answer is right.
///
/// As a value, so that many can go in one message: `CheckedStore.ask(each:)`.
struct Question: Sendable {
  /// A line of the transcript: a command, and what it should answer.
  typealias Line = (command: String, expected: [String])

  let request: Request
  let lines: [Line]
  /// What a refusal is not: "the put succeeds".
  private let success: String
  private let examine: @Sendable (WireValue) throws -> Void

  /// A question.
  ///
  /// - Parameters:
  ///   - success: what is expected, in the words of a failure.
  ///   - examine: throws the failure when the answer is wrong.
  init(
    _ verb: String, _ arguments: [WireValue] = [], expecting success: String, lines: [Line] = [],
    examine: @escaping @Sendable (WireValue) throws -> Void = { _ in }
  ) {
    request = Request(verb, arguments)
    self.lines = lines
    self.success = success
    self.examine = examine
  }

  /// The answer, when it is right.
  func judge(_ answer: Result<WireValue, SubjectError>) throws -> WireValue {
    let value = try answer.value(success)
    try examine(value)
    return value
  }

  // MARK: Writing

  /// Makes `key` hold `value`, until `expiresAt` where that is given.
  static func put(_ key: Key, _ value: Value, expiresAt: Int? = nil) -> Question {
    Question(
      "put", [.bulk(key.bytes), .bulk(value.bytes), .optional(expiresAt)],
      expecting: "the put succeeds", lines: [putting(key, value)])
  }

  /// Makes `key` hold nothing.
  static func delete(_ key: Key) -> Question {
    Question(
      "delete", [.bulk(key.bytes)], expecting: "the delete succeeds", lines: [deleting(key)])
  }

  /// Applies a batch.
  static func apply(_ batch: WriteBatch) -> Question {
    let changes = batch.changes.map { change in
      switch change {
      case .put(let key, let value, _): putting(key, value)
      case .delete(let key): deleting(key)
      }
    }
    return Question(
      "apply", ChangesMessage.encode(batch), expecting: "the batch is applied",
      lines: [("# as one batch:", [])] + changes + [("# end of the batch", [])])
  }

  private static func putting(_ key: Key, _ value: Value) -> Line {
    ("put \(Words.quote(key.bytes)) \(Words.quote(value.bytes))", [])
  }

  private static func deleting(_ key: Key) -> Line { ("delete \(Words.quote(key.bytes))", []) }

  // MARK: Reading

  /// What `key` holds.
  static func get(_ key: Key) -> Question {
    Question("get", [.bulk(key.bytes)], expecting: "the get of \(key) succeeds")
  }

  /// Whether `key` holds this.
  static func get(_ key: Key, is expected: Value?) -> Question {
    let line = "get \(Words.quote(key.bytes))"
    return Question(
      "get", [.bulk(key.bytes)], expecting: "the get of \(key) succeeds",
      lines: [(line, [Words.answer(expected)])]
    ) { answer in
      let actual = try value(answer)
      guard actual != expected else { return }
      throw CheckFailure(
        expected: "\(line): \(Words.short(expected))", actual: Words.short(actual))
    }
  }

  /// Whether `contains` says so.
  static func contains(_ key: Key, is expected: Bool) -> Question {
    Question(
      "contains", [.bulk(key.bytes)], expecting: "asking for \(key) succeeds",
      lines: [("exists \(Words.quote(key.bytes))", [expected ? "(present)" : "(absent)"])]
    ) { answer in
      let actual = answer == .integer(1)
      guard actual != expected else { return }
      let what = "contains \(Words.quote(key.bytes))"
      throw CheckFailure(expected: "\(what): \(expected)", actual: "\(what): \(actual)")
    }
  }

  /// What a scan finds.
  static func scan(
    _ range: KeyRange, _ direction: ScanDirection, limit: Int?
  ) -> Question {
    Question(
      "scan", WalkMessage(range, direction, limit: limit).arguments, expecting: "the scan succeeds")
  }

  /// Whether a scan finds just this.
  static func scan(
    _ range: KeyRange, _ direction: ScanDirection, limit: Int?, is expected: [(Key, Value)]
  ) -> Question {
    Question(
      "scan", WalkMessage(range, direction, limit: limit).arguments, expecting: "the scan succeeds",
      lines: [("scan\(Words.options(range, direction, limit))", Words.lines(expected))]
    ) { answer in
      let actual = try entries(answer)
      guard !actual.elementsEqual(expected, by: { $0 == $1 }) else { return }
      throw CheckFailure.ofEntries(expected: expected, actual: actual)
    }
  }

  // MARK: Upkeep

  static let flush = Question("flush", expecting: "the flush succeeds", lines: [("flush", [])])
  static let compact = Question(
    "compact", expecting: "the compaction succeeds", lines: [("compact", [])])
  static let maintain = Question("maintain", expecting: "the maintenance succeeds")
  static let close = Question("close", expecting: "closing succeeds")

  // MARK: Answers

  /// The value that a get answered.
  static func value(_ answer: WireValue) throws(SubjectError) -> Value? {
    answer == .null ? nil : Value(try answer.asBytes(in: "get"))
  }

  /// The entries that a scan answered.
  static func entries(_ answer: WireValue) throws -> [(Key, Value)] {
    try answer.asArray(in: "scan").map { value in
      let entry = try EntryMessage(value)
      return (entry.key, entry.value)
    }
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
