/// Writes commands and replies, one behind the other, into bytes to be sent.
///
///     var writer = WireWriter()
///     writer.command(["GET", "a"])     // what a client sends
///     writer.write(.integer(7))        // what a server answers
///     connection.send(writer.take())
///
/// A long reply need not be put together first: `array(count: 2)`, then two values, is the same as
/// `write(.array([…]))`.
public struct WireWriter: Sendable {
  /// The version that the other side understands; what it lacks is written as its older counterpart.
  public var version: WireVersion
  /// What was written since the last `take`.
  public private(set) var bytes: [UInt8] = []

  /// A writer of this version.
  public init(version: WireVersion = .two) { self.version = version }

  /// Returns what was written, and begins anew.
  public mutating func take() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }

  /// Forgets the first bytes, which were sent, and keeps the room.
  public mutating func removeFirst(_ count: Int) {
    if count == bytes.count {
      bytes.removeAll(keepingCapacity: bytes.capacity <= 256 << 10)
    } else {
      bytes.removeFirst(count)
    }
  }

  /// Takes back everything behind the first `count` bytes.
  public mutating func truncate(to count: Int) { bytes.removeLast(bytes.count - count) }

  // MARK: What a client sends

  /// Writes a command of these words.
  public mutating func command(_ words: [[UInt8]]) {
    head("*", words.count)
    for word in words { bulk(word) }
  }

  /// Writes a command of these words.
  public mutating func command(_ words: [String]) {
    head("*", words.count)
    for word in words { bulk(word) }
  }

  // MARK: What a server answers

  /// Writes any value.
  public mutating func write(_ value: WireValue) {
    switch value {
    case .simple(let text): line("+", text)
    case .error(let text): line("-", text)
    case .integer(let number): integer(number)
    case .bulk(let bytes): bulk(bytes)
    case .array(let values): all(values, array: "*")
    case .null: null()
    case .boolean(let truth): isThree ? line("#", truth ? "t" : "f") : integer(truth ? 1 : 0)
    case .double(let number): newer(",", WireWriter.text(number))
    case .bigNumber(let digits): newer("(", digits)
    case .verbatim(let tag, let text): verbatim(tag, text)
    case .map(let pairs):
      map(count: pairs.count)
      for pair in pairs {
        write(pair.key)
        write(pair.value)
      }
    case .set(let values): all(values, array: isThree ? "~" : "*")
    case .push(let values): all(values, array: isThree ? ">" : "*")
    }
  }

  /// Writes a simple text; a line break in it becomes a space.
  public mutating func simple(_ text: String) { line("+", text) }

  /// Writes a whole number.
  public mutating func integer(_ number: Int) {
    bytes.append(UInt8(ascii: ":"))
    digits(number)
    endLine()
  }

  /// Writes any bytes.
  public mutating func bulk(_ content: [UInt8]) {
    head("$", content.count)
    bytes += content
    endLine()
  }

  /// Writes the bytes of a text.
  public mutating func bulk(_ text: String) {
    head("$", text.utf8.count)
    bytes += text.utf8
    endLine()
  }

  /// Writes the beginning of an array; its values are to follow.
  public mutating func array(count: Int) { head("*", count) }

  /// Writes the beginning of a map; so many keys, each with its value behind it, are to follow.
  public mutating func map(count: Int) { isThree ? head("%", count) : head("*", 2 * count) }

  /// Writes the absence of a value.
  public mutating func null() { bytes += isThree ? "_\r\n".utf8 : "$-1\r\n".utf8 }

  // MARK: Pieces

  private var isThree: Bool { version == .three }

  private mutating func all(_ values: [WireValue], array kind: Unicode.Scalar) {
    head(kind, values.count)
    for value in values { write(value) }
  }

  private mutating func newer(_ kind: Unicode.Scalar, _ text: String) {
    isThree ? line(kind, text) : bulk(text)
  }

  private mutating func verbatim(_ tag: String, _ text: [UInt8]) {
    guard isThree else { return bulk(text) }
    precondition(tag.utf8.count == 3, "a tag has three characters")
    head("=", text.count + 4)
    bytes += Array(tag.utf8) + [UInt8(ascii: ":")] + text
    endLine()
  }

  private mutating func line(_ kind: Unicode.Scalar, _ text: String) {
    bytes.append(UInt8(ascii: kind))
    for byte in text.utf8 { bytes.append(byte == 10 || byte == 13 ? 32 : byte) }
    endLine()
  }

  private mutating func head(_ kind: Unicode.Scalar, _ count: Int) {
    bytes.append(UInt8(ascii: kind))
    digits(count)
    endLine()
  }

  private mutating func digits(_ number: Int) {
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    var power: UInt = 1
    while number.magnitude / power > 9 { power *= 10 }
    while power > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(number.magnitude / power % 10))
      power /= 10
    }
  }

  private mutating func endLine() {
    bytes.append(13)
    bytes.append(10)
  }

  /// A number as the protocol writes it.
  static func text(_ number: Double) -> String {
    if number.isNaN { return "nan" }
    let text = "\(number)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
