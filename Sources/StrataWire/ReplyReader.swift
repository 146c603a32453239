import StrataCore

/// Reads replies as a client does: bytes in, in pieces of any size, values out.
///
///     var reader = ReplyReader()
///     reader.append(Array("$2\r\nhi\r\n:7\r\n".utf8))
///     try reader.next()     // .bulk("hi")
///     try reader.next()     // .integer(7)
///     try reader.next()     // nil: nothing more has arrived
///
/// It understands both versions at any time. After an error, every further call throws it again.
///
/// - Complexity: O(n) in all bytes, whatever the pieces in which they come.
public struct ReplyReader: Sendable {
  /// What a reply may have.
  public var limits: WireLimits
  private var input = WireInput()
  /// The arrays, maps and so on that have begun, the outermost first.
  private var open: [Aggregate] = []
  /// The elements of the reply so far.
  private var elements = 0
  /// The text that has begun: its first byte and its length.
  private var text: (kind: UInt8, length: Int)?
  private var failure: WireError?

  /// A value with values in it, of which some are missing.
  fileprivate struct Aggregate {
    let kind: UInt8
    var missing: Int
    var values: [WireValue] = []
  }

  /// A reader at the start of a connection.
  public init(limits: WireLimits = .standard) { self.limits = limits }

  /// Takes what has arrived.
  public mutating func append(_ bytes: ByteView) { input.append(bytes) }

  /// Takes what has arrived.
  public mutating func append(_ bytes: [UInt8]) {
    ByteView.withBytes(of: bytes) { append($0) }
  }

  /// True between two replies; at the end of a connection, false means that one was cut off.
  public var isAtBoundary: Bool { isAtStart && input.count == 0 }

  /// The next reply; nil when it has not arrived as a whole.
  public mutating func next() throws(WireError) -> WireValue? {
    if let failure { throw failure }
    do throws(WireError) {
      return try read()
    } catch {
      failure = error
      throw error
    }
  }

  private mutating func read() throws(WireError) -> WireValue? {
    while true {
      if isAtStart {
        input.beginValue()
        elements = 0
      }
      guard let step = try step() else { return nil }
      switch step {
      case .begun(let aggregate) where aggregate.missing > 0: open.append(aggregate)
      case .begun(let empty): if let whole = empty.value.flatMap({ close($0) }) { return whole }
      case .value(let value): if let whole = close(value) { return whole }
      }
    }
  }

  private var isAtStart: Bool { open.isEmpty && text == nil }

  /// Puts a value into what lies open, which may complete that too; returns what is complete by itself.
  private mutating func close(_ value: WireValue) -> WireValue? {
    var value = value
    while var parent = open.popLast() {
      parent.values.append(value)
      parent.missing -= 1
      guard parent.missing == 0 else {
        open.append(parent)
        return nil
      }
      guard let whole = parent.value else { return nil }
      value = whole
    }
    return value
  }

  private enum Step {
    case value(WireValue)
    case begun(Aggregate)
  }

  /// Reads one value, or the beginning of one with others in it; nil when it has not arrived.
  private mutating func step() throws(WireError) -> Step? {
    if text == nil {
      guard let line = try input.line(limits) else { return nil }
      guard let kind = line.first else { throw input.error("an empty line is no value") }
      switch kind {
      case UInt8(ascii: "*"), UInt8(ascii: "%"), UInt8(ascii: "~"), UInt8(ascii: ">"),
        UInt8(ascii: "|"):
        return try aggregate(kind, line)
      case UInt8(ascii: "$"), UInt8(ascii: "!"), UInt8(ascii: "="):
        let length = try input.length(line, of: "length of a text", from: -1, upTo: limits.bytes)
        guard length >= 0 else { return .value(.null) }
        text = (kind, length)
      default:
        guard let value = WireLine.value(line) else {
          throw input.error("\(WireInput.show(line)) is no value")
        }
        return .value(value)
      }
    }
    guard let (kind, length) = text, let bytes = try input.bulk(length, limits) else { return nil }
    text = nil
    guard kind == UInt8(ascii: "=") else {
      return .value(
        kind == UInt8(ascii: "!") ? .error(String(decoding: bytes, as: UTF8.self)) : .bulk(bytes))
    }
    guard bytes.count >= 4, bytes[3] == UInt8(ascii: ":"), bytes.prefix(3).allSatisfy({ $0 < 128 })
    else {
      throw input.error("a text with a tag has three characters and a colon first")
    }
    return .value(
      .verbatim(tag: String(decoding: bytes.prefix(3), as: UTF8.self), Array(bytes.dropFirst(4))))
  }

  private mutating func aggregate(
    _ kind: UInt8, _ line: ArraySlice<UInt8>
  ) throws(WireError) -> Step {
    let width = kind == UInt8(ascii: "%") || kind == UInt8(ascii: "|") ? 2 : 1
    let count = try input.length(
      line, of: "count of values", from: -1, upTo: (limits.elements - elements) / width)
    guard count >= 0 else { return .value(.null) }
    guard open.count < limits.depth else {
      throw input.error("values lie within each other more than \(limits.depth) deep")
    }
    elements += count * width
    return .begun(Aggregate(kind: kind, missing: count * width))
  }
}

extension ReplyReader.Aggregate {
  /// The value that this is, with all its values; nil for an attribute, which is dropped.
  fileprivate var value: WireValue? {
    switch kind {
    case UInt8(ascii: "*"): .array(values)
    case UInt8(ascii: "~"): .set(values)
    case UInt8(ascii: ">"): .push(values)
    case UInt8(ascii: "%"):
      .map(stride(from: 0, to: values.count, by: 2).map { .init(values[$0], values[$0 + 1]) })
    default: nil
    }
  }
}
