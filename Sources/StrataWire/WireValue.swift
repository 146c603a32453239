/// One value of the Redis protocol (RESP), of version 2 or 3, as it goes over a connection.
///
/// | case | first byte | since | what version 2 gets instead |
/// |---|---|---|---|
/// | `simple` | `+` | 2 | |
/// | `error` | `-` or `!` | 2 | |
/// | `integer` | `:` | 2 | |
/// | `bulk` | `$` | 2 | |
/// | `array` | `*` | 2 | |
/// | `null` | `_` | 3 | `$-1` |
/// | `boolean` | `#` | 3 | the integer 1 or 0 |
/// | `double` | `,` | 3 | its text as `bulk` |
/// | `bigNumber` | `(` | 3 | its text as `bulk` |
/// | `verbatim` | `=` | 3 | its bytes as `bulk` |
/// | `map` | `%` | 3 | an array of key, value, key, value |
/// | `set`, `push` | `~`, `>` | 3 | `array` |
///
/// Attributes (`|`), which annotate the value behind them, are read and dropped, as the protocol allows.
/// Streamed values, whose length is not known at their start, are refused: no server sends them.
public enum WireValue: Equatable, Sendable {
  /// A short text without line breaks: `OK`.
  case simple(String)
  /// A failure; by custom its first word is a code in capitals: `ERR no such command`.
  case error(String)
  /// A whole number of 64 bits.
  case integer(Int)
  /// Any bytes.
  case bulk([UInt8])
  /// Values in order.
  case array([WireValue])
  /// The absence of a value.
  case null
  /// True or false.
  case boolean(Bool)
  /// A floating-point number; infinities and NaN included.
  case double(Double)
  /// A whole number of any length, as its digits.
  case bigNumber(String)
  /// Text that says what it is, by a tag of three characters: `txt`, `mkd`.
  case verbatim(tag: String, [UInt8])
  /// Keys, and what each stands for, in the order of the connection.
  case map([Pair])
  /// Values whose order means nothing.
  case set([WireValue])
  /// A message that answers no command.
  case push([WireValue])

  /// A key of a map and its value.
  public struct Pair: Equatable, Sendable {
    /// The key.
    public var key: WireValue
    /// What it stands for.
    public var value: WireValue

    /// A key, and then its value.
    public init(_ key: WireValue, _ value: WireValue) {
      self.key = key
      self.value = value
    }
  }

  /// A bulk of the text's UTF-8 bytes.
  public static func bulk(_ text: String) -> WireValue { .bulk(Array(text.utf8)) }
}

/// The versions of the protocol.
public enum WireVersion: Int, Sendable, CaseIterable {
  /// What every connection begins with.
  case two = 2
  /// Chosen by `HELLO 3`: more types.
  case three = 3
}
