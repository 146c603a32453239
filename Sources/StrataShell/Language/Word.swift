import StrataCore

/// One word of a command, as bytes: a key or a value need not be text.
struct Word: Equatable, Sendable {
  /// The word's bytes, quotes and escapes already resolved.
  var bytes: [UInt8]
  /// True when it cannot be an option or the `-` that names standard input: it was quoted, or stands
  /// behind `--`.
  var isLiteral = false

  init(_ bytes: [UInt8], isLiteral: Bool = false) {
    self.bytes = bytes
    self.isLiteral = isLiteral
  }

  init(_ text: String) { bytes = Array(text.utf8) }

  /// The word as one line for a message.
  var description: String { ByteView.withBytes(of: bytes) { Escaping.escape($0) } }

  /// True for the single hyphen that stands for standard input.
  var isHyphen: Bool { !isLiteral && bytes == [UInt8(ascii: "-")] }
}
