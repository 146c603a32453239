import StrataCore
import StrataWire

/// A record of the log-structured engine as the two sides speak of it.
public struct RecordMessage: Equatable, Sendable {
  /// The key.
  public var key: Key
  /// What it holds; nil: the record is a tombstone.
  public var value: Value?
  /// Its place in the order of all changes.
  public var sequence: UInt64
  /// Until then; nil: for ever.
  public var expiresAt: UnixMilliseconds?

  /// A record.
  public init(
    _ key: Key, _ value: Value?, _ sequence: UInt64, expiresAt: UnixMilliseconds? = nil
  ) {
    self.key = key
    self.value = value
    self.sequence = sequence
    self.expiresAt = expiresAt
  }

  /// The record as arguments of a request.
  public var arguments: [WireValue] {
    [
      .bulk(key.bytes), .optional(value?.bytes), .integer(Int(clamping: sequence)),
      .optional(expiresAt.map { Int(clamping: $0) }),
    ]
  }

  /// The record as a value.
  public var wireValue: WireValue { .array(arguments) }

  /// Takes a record from a request.
  public init(_ request: inout Request) throws(SubjectError) {
    key = try request.key()
    value = try request.optionalBytes().map { Value($0) }
    sequence = UInt64(clamping: try request.integer())
    expiresAt = try request.optionalInteger().map { UnixMilliseconds(clamping: $0) }
  }

  /// Reads a record.
  public init(_ value: WireValue) throws(SubjectError) {
    var fields = Request("a record", try value.asArray(in: "a record"))
    self = try RecordMessage(&fields)
  }

  /// Reads a list of records.
  public static func list(_ value: WireValue) throws(SubjectError) -> [RecordMessage] {
    var records: [RecordMessage] = []
    for record in try value.asArray(in: "records") { records.append(try RecordMessage(record)) }
    return records
  }
}

extension RecordMessage: CustomStringConvertible {
  /// `put a = 1 @7`, `delete a @8`.
  public var description: String {
    guard let value else { return "delete \(key) @\(sequence)" }
    let until = expiresAt.map { " until \($0)" } ?? ""
    return "put \(key) = \(value)\(until) @\(sequence)"
  }
}
