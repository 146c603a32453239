import StrataCore

/// Makes keys of the bytes that a terminal in raw mode sends.
struct KeyReader {
  private let descriptor: Int32?
  private var pending: ArraySlice<UInt8> = []

  /// Reads from a terminal.
  init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// Reads bytes that are already there.
  init(bytes: [UInt8]) {
    descriptor = nil
    pending = bytes[...]
  }

  /// The next key; `endOfInput` when there are no more.
  mutating func next() throws(StoreError) -> LineBuffer.Key {
    guard let byte = try nextByte() else { return .endOfInput }
    switch byte {
    case 0x0D, 0x0A: return .enter
    case 0x7F, 0x08: return .backspace
    case 0x1B: return try escapeSequence()
    case 0x20...0x7E: return .character(Character(Unicode.Scalar(byte)))
    case 0xC2...: return try character(startingWith: byte)
    default: return KeyReader.controlKeys[byte] ?? .unknown
    }
  }

  /// A control key sends its letter's place in the alphabet.
  private static let controlKeys: [UInt8: LineBuffer.Key] = [
    0x01: .home, 0x02: .left, 0x03: .interrupt, 0x04: .deleteOrEnd, 0x05: .end, 0x06: .right,
    0x0B: .deleteToEnd, 0x0C: .clearScreen, 0x0E: .down, 0x10: .up, 0x15: .deleteToStart,
    0x17: .deleteWord,
  ]

  /// The rest of a character of several bytes.
  private mutating func character(startingWith lead: UInt8) throws(StoreError) -> LineBuffer.Key {
    var bytes = [lead]
    let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
    while bytes.count < length, let byte = try nextByte() { bytes.append(byte) }
    guard let text = String(validating: bytes, as: UTF8.self), let character = text.first else {
      return .unknown
    }
    return .character(character)
  }

  /// What follows an escape character: `[A`, `OA`, `[3~`, `[1;5C` and the like.
  private mutating func escapeSequence() throws(StoreError) -> LineBuffer.Key {
    guard let introducer = try nextByte() else { return .endOfInput }
    guard [UInt8(ascii: "["), UInt8(ascii: "O")].contains(introducer) else { return .unknown }
    var parameters: [UInt8] = []
    while let byte = try nextByte() {
      if byte >= 0x40 { return KeyReader.key(final: byte, parameters) }
      parameters.append(byte)
    }
    return .endOfInput
  }

  private static func key(final: UInt8, _ parameters: [UInt8]) -> LineBuffer.Key {
    switch (final, parameters.first) {
    case (UInt8(ascii: "A"), _): .up
    case (UInt8(ascii: "B"), _): .down
    case (UInt8(ascii: "C"), _): .right
    case (UInt8(ascii: "D"), _): .left
    case (UInt8(ascii: "H"), _): .home
    case (UInt8(ascii: "F"), _): .end
    case (UInt8(ascii: "~"), UInt8(ascii: "1")), (UInt8(ascii: "~"), UInt8(ascii: "7")): .home
    case (UInt8(ascii: "~"), UInt8(ascii: "4")), (UInt8(ascii: "~"), UInt8(ascii: "8")): .end
    case (UInt8(ascii: "~"), UInt8(ascii: "3")): .deleteForward
    default: .unknown
    }
  }

  private mutating func nextByte() throws(StoreError) -> UInt8? {
    if pending.isEmpty, let descriptor {
      var chunk = [UInt8](repeating: 0, count: 256)
      let count = try Platform.readSome(descriptor, into: &chunk, path: "standard input")
      pending = chunk[..<count]
    }
    return pending.popFirst()
  }
}
