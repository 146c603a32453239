import StrataCore
import StrataWire

/// One thing that is asked of a subject: a verb, and what it is about.
///
///     Request("put", "city", "Zürich", .null)
///
/// A subject in this process takes it as it is. One behind a pipe gets it as an array of the Redis
/// protocol: neither can tell the difference, and nor can the check that asks.
public struct Request: Sendable, Equatable {
  /// What is to be done.
  public let verb: String
  /// What it is about, as far as nobody has taken it yet.
  public private(set) var arguments: ArraySlice<WireValue>

  /// A request.
  public init(_ verb: String, _ arguments: [WireValue]) {
    self.verb = verb
    self.arguments = arguments[...]
  }

  /// A request.
  public init(_ verb: String, _ arguments: WireValue...) { self.init(verb, arguments) }

  /// Lets go of what has this number: a subject on one side, a file or directory on the other.
  ///
  /// Nothing depends on when. So it is sent with the next request, and has no answer.
  static func releasing(_ handle: Int) -> Request { Request("release", .integer(handle)) }

  /// True when somebody waits for the answer.
  var isAwaited: Bool { verb != "release" }

  // MARK: As it goes over a pipe

  /// Writes the request as one value: an array of the verb and what it is about.
  func write(to writer: inout WireWriter) {
    writer.array(count: 1 + arguments.count)
    writer.bulk(verb)
    for argument in arguments { writer.write(argument) }
  }

  /// Reads what `write` writes.
  public init(_ value: WireValue) throws(SubjectError) {
    guard case .array(let words) = value, case .bulk(let verb)? = words.first else {
      throw .nonsense("a request that is not an array which begins with a verb")
    }
    self.verb = String(decoding: verb, as: UTF8.self)
    arguments = words.dropFirst()
  }

  // MARK: Taking arguments, from the first to the last

  /// The next argument, whatever it is.
  public mutating func take() throws(SubjectError) -> WireValue {
    guard let value = arguments.popFirst() else {
      throw .nonsense("\(verb): an argument is missing")
    }
    return value
  }

  /// The next argument as bytes.
  public mutating func bytes() throws(SubjectError) -> [UInt8] { try take().asBytes(in: verb) }

  /// The next argument as bytes; nil where it is null.
  public mutating func optionalBytes() throws(SubjectError) -> [UInt8]? {
    let value = try take()
    return value == .null ? nil : try value.asBytes(in: verb)
  }

  /// The next argument as text.
  public mutating func text() throws(SubjectError) -> String {
    String(decoding: try bytes(), as: UTF8.self)
  }

  /// The next argument as a number.
  public mutating func integer() throws(SubjectError) -> Int { try take().asInteger(in: verb) }

  /// The next argument as a number; nil where it is null.
  public mutating func optionalInteger() throws(SubjectError) -> Int? {
    let value = try take()
    return value == .null ? nil : try value.asInteger(in: verb)
  }

  /// The next argument as a key.
  public mutating func key() throws(SubjectError) -> Key { Key(try bytes()) }

  /// The next argument as a value.
  public mutating func value() throws(SubjectError) -> Value { Value(try bytes()) }
}

extension WireValue {
  /// The bytes of a key, a value or a text.
  public static func bytes(_ bytes: [UInt8]) -> WireValue { .bulk(bytes) }

  /// Bytes, or null where there are none.
  public static func optional(_ bytes: [UInt8]?) -> WireValue { bytes.map { .bulk($0) } ?? .null }

  /// A number, or null where there is none.
  public static func optional(_ number: Int?) -> WireValue { number.map { .integer($0) } ?? .null }

  /// What every request is answered that has nothing to say.
  public static let done = WireValue.simple("OK")

  /// The bytes that it holds.
  public func asBytes(in verb: String) throws(SubjectError) -> [UInt8] {
    switch self {
    case .bulk(let bytes): return bytes
    case .simple(let text): return Array(text.utf8)
    default: throw .nonsense("\(verb): bytes are expected here")
    }
  }

  /// The number that it holds.
  public func asInteger(in verb: String) throws(SubjectError) -> Int {
    guard case .integer(let number) = self else {
      throw .nonsense("\(verb): a number is expected here")
    }
    return number
  }

  /// The values that it holds.
  public func asArray(in verb: String) throws(SubjectError) -> [WireValue] {
    guard case .array(let values) = self else {
      throw .nonsense("\(verb): an array is expected here")
    }
    return values
  }
}
