/// What a value is found by: any bytes, up to 64 KiB, the empty key included.
///
/// Keys sort by their bytes, as `memcmp` does; a proper prefix comes first.
///
///     Key("apple") < Key("apples")     // true
public struct Key: Hashable, Sendable {
  /// The longest key that a store accepts, in bytes.
  public static let maximumLength = 64 << 10

  /// The key's bytes.
  public var bytes: [UInt8]

  /// A key of these bytes.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// A key of the text's UTF-8 bytes.
  public init(_ text: String) { bytes = Array(text.utf8) }

  /// A copy of viewed bytes.
  public init(_ bytes: ByteView) { self.bytes = bytes.array }

  /// Feeds all bytes to the hasher at once; an array would feed them one by one.
  public func hash(into hasher: inout Hasher) {
    bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
  }

  /// Refuses a key that is too long, before anything is written.
  @inlinable
  public func checkLength() throws(StoreError) { try Key.check(length: bytes.count) }

  @inlinable
  static func check(length: Int) throws(StoreError) {
    guard length <= maximumLength else {
      throw .invalidArgument(
        "the key has \(length) bytes; a key may have at most \(maximumLength)")
    }
  }
}

extension Key: Comparable, ExpressibleByStringLiteral, CustomStringConvertible {
  /// Bytewise order.
  public static func < (left: Key, right: Key) -> Bool {
    ByteView.withBytes(of: left.bytes) { left in
      ByteView.withBytes(of: right.bytes) { right in left < right }
    }
  }

  /// A key of the literal's UTF-8 bytes.
  public init(stringLiteral text: String) { self.init(text) }

  /// The key as one line of text; see `Escaping`.
  public var description: String { ByteView.withBytes(of: bytes) { Escaping.escape($0) } }
}
