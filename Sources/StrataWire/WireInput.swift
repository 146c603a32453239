import StrataCore

/// The bytes that have arrived and are not read yet: where both readers take lines and bulks from.
///
/// - Invariant: no byte is looked at twice for the end of a line, however small the pieces in which it comes.
struct WireInput {
  private var bytes: [UInt8] = []
  private var position = 0
  /// Up to here there is no end of a line.
  private var searched = 0
  /// How many bytes of the connection are gone from `bytes`.
  private var forgotten = 0
  /// Where the value began that is being read.
  private var valueStart = 0

  /// Where reading stands, from the start of the connection.
  var offset: Int { forgotten + position }
  /// The bytes that are here and not read.
  var count: Int { bytes.count - position }

  mutating func append(_ more: ByteView) {
    if position == bytes.count {
      forget(position)
    } else if position > 64 << 10, position > bytes.count / 2 {
      forget(position)
    }
    bytes.append(contentsOf: UnsafeRawBufferPointer(start: more.start, count: more.count))
  }

  private mutating func forget(_ count: Int) {
    if count == bytes.count {
      // Room for one large value is not kept for all the small ones that follow.
      bytes.removeAll(keepingCapacity: bytes.capacity <= 256 << 10)
    } else {
      bytes.removeFirst(count)
    }
    forgotten += count
    position = 0
    searched = max(0, searched - count)
  }

  /// Remembers that a command or a reply begins here.
  mutating func beginValue() { valueStart = offset }

  /// The next byte, which stays; nil when it has not arrived.
  var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  /// The next line without its end; nil when the end has not arrived.
  ///
  /// - Parameter bareNewline: true where `\n` alone ends a line too.
  mutating func line(_ limits: WireLimits, bareNewline: Bool = false) throws(WireError)
    -> ArraySlice<UInt8>?
  {
    var end = max(position, searched)
    while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
    searched = end
    guard end - position <= limits.line else {
      throw error("a line has more than \(limits.line) bytes")
    }
    guard end < bytes.count else { return nil }
    let line = bytes[position..<end]
    if line.last == UInt8(ascii: "\r") {
      try move(to: end + 1, limits)
      return line.dropLast()
    }
    guard bareNewline else { throw error("a line ends without a carriage return") }
    try move(to: end + 1, limits)
    return line
  }

  /// A line behind its first byte as a length or a count between `least` and `most`.
  func length(
    _ line: ArraySlice<UInt8>, of what: StaticString, from least: Int, upTo most: Int
  ) throws(WireError) -> Int {
    guard let number = WireInput.integer(line.dropFirst()) else {
      throw error("a \(what) is expected, not \(WireInput.show(line.dropFirst()))")
    }
    guard number >= least, number <= most else {
      throw error("\(number) is no \(what) between \(least) and \(most)")
    }
    return number
  }

  /// So many bytes and the end of a line behind them; nil when they have not all arrived.
  mutating func bulk(_ length: Int, _ limits: WireLimits) throws(WireError) -> [UInt8]? {
    guard count >= length + 2 else {
      guard offset + length + 2 - valueStart <= limits.bytes else { throw tooLong(limits) }
      return nil
    }
    let end = position + length
    guard bytes[end] == UInt8(ascii: "\r"), bytes[end + 1] == UInt8(ascii: "\n") else {
      throw error("\(length) bytes are not followed by the end of a line")
    }
    let bulk = Array(bytes[position..<end])
    try move(to: end + 2, limits)
    return bulk
  }

  private mutating func move(to position: Int, _ limits: WireLimits) throws(WireError) {
    self.position = position
    searched = position
    guard offset - valueStart <= limits.bytes else { throw tooLong(limits) }
  }

  private func tooLong(_ limits: WireLimits) -> WireError {
    error("a command or reply has more than \(limits.bytes) bytes")
  }

  func error(_ reason: String) -> WireError { WireError(offset: offset, reason: reason) }

  // MARK: Text

  /// A decimal number with an optional sign, and nothing else.
  static func integer(_ text: ArraySlice<UInt8>) -> Int? {
    var digits = text
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
    guard !digits.isEmpty, digits.count <= 19 else { return nil }
    var number = 0
    for digit in digits {
      let value = Int(digit) - Int(UInt8(ascii: "0"))
      guard 0...9 ~= value else { return nil }
      // Built below zero, where there is room for one more.
      let (product, tooLarge) = number.multipliedReportingOverflow(by: 10)
      let (sum, beyond) = product.subtractingReportingOverflow(value)
      guard !tooLarge, !beyond else { return nil }
      number = sum
    }
    guard !isNegative else { return number }
    return number == .min ? nil : -number
  }

  /// Bytes for a message: escaped, and not many of them.
  static func show(_ bytes: ArraySlice<UInt8>) -> String {
    let shown = ByteView.withBytes(of: Array(bytes.prefix(32))) { Escaping.escape($0) }
    return "\"\(shown)\(bytes.count > 32 ? "…" : "")\""
  }
}
