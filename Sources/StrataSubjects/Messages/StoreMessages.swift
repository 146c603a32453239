import StrataCore
import StrataWire

/// An entry and when it expires.
public struct EntryMessage: Equatable, Sendable {
  /// The key.
  public var key: Key
  /// What it holds.
  public var value: Value
  /// Until then; nil: for ever.
  public var expiresAt: UnixMilliseconds?

  /// An entry.
  public init(_ key: Key, _ value: Value, expiresAt: UnixMilliseconds? = nil) {
    self.key = key
    self.value = value
    self.expiresAt = expiresAt
  }

  var wireValue: WireValue {
    .array([.bulk(key.bytes), .bulk(value.bytes), .optional(expiresAt.map { Int(clamping: $0) })])
  }

  /// Reads an entry.
  public init(_ value: WireValue) throws(SubjectError) {
    var fields = Request("an entry", try value.asArray(in: "an entry"))
    key = try fields.key()
    self.value = try fields.value()
    expiresAt = try fields.optionalInteger().map { UnixMilliseconds(clamping: $0) }
  }
}

extension EntryScan {
  /// The entries that are left, or so many of them.
  func collectWithTimes(atMost limit: Int = .max) throws(StoreError) -> [EntryMessage] {
    var entries: [EntryMessage] = []
    while entries.count < limit, let entry = try next() {
      entries.append(EntryMessage(entry.key, entry.value, expiresAt: expiresAt))
    }
    return entries
  }
}

/// A batch of changes as arguments: key, value, expiry, for each.
public enum ChangesMessage {
  /// The arguments.
  public static func encode(_ batch: WriteBatch) -> [WireValue] {
    batch.changes.flatMap { change -> [WireValue] in
      switch change {
      case .put(let key, let value, let expiresAt):
        [.bulk(key.bytes), .bulk(value.bytes), .optional(expiresAt.map { Int(clamping: $0) })]
      case .delete(let key): [.bulk(key.bytes), .null, .null]
      }
    }
  }

  /// The batch that all of the rest of the arguments are.
  public static func decode(_ request: inout Request) throws(SubjectError) -> WriteBatch {
    var batch = WriteBatch()
    while !request.arguments.isEmpty {
      let key = try request.key()
      let value = try request.optionalBytes()
      let expiresAt = try request.optionalInteger()
      if let value {
        batch.put(key, Value(value), expiresAt: expiresAt.map { UnixMilliseconds(clamping: $0) })
      } else {
        batch.delete(key)
      }
    }
    return batch
  }
}

/// A range, a direction and a limit as arguments.
public struct WalkMessage: Sendable {
  /// The keys.
  public var range: KeyRange
  /// The way to go.
  public var direction: ScanDirection
  /// At most so many; nil: all.
  public var limit: Int?

  /// A walk.
  public init(_ range: KeyRange, _ direction: ScanDirection, limit: Int? = nil) {
    self.range = range
    self.direction = direction
    self.limit = limit
  }

  /// Reads what `arguments` writes.
  public init(_ request: inout Request) throws(SubjectError) {
    let lower = try request.optionalBytes().map { Key($0) }
    let upper = try request.optionalBytes().map { Key($0) }
    range = KeyRange(from: lower, to: upper)
    direction = try request.integer() == 0 ? .forward : .reverse
    limit = try request.optionalInteger().map { max(0, $0) }
  }

  /// The arguments.
  public var arguments: [WireValue] {
    [
      .optional(range.lower?.bytes), .optional(range.upper?.bytes),
      .integer(direction == .forward ? 0 : 1), .optional(limit),
    ]
  }
}

/// Statistics as an array of numbers; each level is an array of six more.
public enum StatisticsMessage {
  static func encode(_ statistics: StoreStatistics) -> WireValue {
    let (writes, reads) = (statistics.writes, statistics.reads)
    let numbers = [
      statistics.diskBytes, statistics.records, Int(clamping: statistics.lastSequence),
      writes.userBytes, writes.logBytes, writes.flushedBytes, writes.compactedBytes,
      writes.flushes, writes.compactions, reads.gets, reads.memTableHits, reads.segmentsAsked,
      reads.filteredOut, reads.falsePositives, reads.recordsRead,
    ]
    let levels = statistics.levels.map { level -> WireValue in
      .array(
        [level.level, level.runs, level.segments, level.records, level.tombstones, level.bytes]
          .map { .integer($0) })
    }
    return .array(numbers.map { .integer($0) } + levels)
  }

  /// The statistics.
  public static func decode(_ value: WireValue) throws(SubjectError) -> StoreStatistics {
    var fields = Request("statistics", try value.asArray(in: "statistics"))
    var statistics = StoreStatistics()
    statistics.diskBytes = try fields.integer()
    statistics.records = try fields.integer()
    statistics.lastSequence = UInt64(clamping: try fields.integer())
    statistics.writes.userBytes = try fields.integer()
    statistics.writes.logBytes = try fields.integer()
    statistics.writes.flushedBytes = try fields.integer()
    statistics.writes.compactedBytes = try fields.integer()
    statistics.writes.flushes = try fields.integer()
    statistics.writes.compactions = try fields.integer()
    statistics.reads.gets = try fields.integer()
    statistics.reads.memTableHits = try fields.integer()
    statistics.reads.segmentsAsked = try fields.integer()
    statistics.reads.filteredOut = try fields.integer()
    statistics.reads.falsePositives = try fields.integer()
    statistics.reads.recordsRead = try fields.integer()
    while !fields.arguments.isEmpty {
      var level = Request("a level", try fields.take().asArray(in: "a level"))
      statistics.levels.append(
        StoreStatistics.Level(
          level: try level.integer(), runs: try level.integer(), segments: try level.integer(),
          records: try level.integer(), tombstones: try level.integer(), bytes: try level.integer())
      )
    }
    return statistics
  }
}

/// What opening found, as an array.
public enum RecoveryMessage {
  static func encode(_ report: RecoveryReport) -> WireValue {
    .array([
      .integer(report.wasCreated ? 1 : 0), .integer(report.records), .integer(report.bytesDropped),
      .array(report.filesRemoved.map { .bulk($0) }), .array(report.warnings.map { .bulk($0) }),
    ])
  }

  /// The report.
  public static func decode(_ value: WireValue) throws(SubjectError) -> RecoveryReport {
    var fields = Request("recovery", try value.asArray(in: "recovery"))
    var report = RecoveryReport()
    report.wasCreated = try fields.integer() == 1
    report.records = try fields.integer()
    report.bytesDropped = try fields.integer()
    report.filesRemoved = try texts(try fields.take())
    report.warnings = try texts(try fields.take())
    return report
  }

  private static func texts(_ value: WireValue) throws(SubjectError) -> [String] {
    var texts: [String] = []
    for text in try value.asArray(in: "recovery") {
      texts.append(String(decoding: try text.asBytes(in: "recovery"), as: UTF8.self))
    }
    return texts
  }
}
