/// What a key holds: any bytes, up to 1 GiB, none included.
///
/// An empty value is a value. That a key was deleted is never said by a special value.
public struct Value: Hashable, Sendable {
  /// The longest value that a store accepts, in bytes.
  public static let maximumLength = 1 << 30

  /// The value's bytes.
  public var bytes: [UInt8]

  /// A value of these bytes.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// A value of the text's UTF-8 bytes.
  public init(_ text: String) { bytes = Array(text.utf8) }

  /// A copy of viewed bytes.
  public init(_ bytes: ByteView) { self.bytes = bytes.array }

  /// Refuses a value that is too long, before anything is written.
  @inlinable
  public func checkLength() throws(StoreError) { try Value.check(length: bytes.count) }

  @inlinable
  static func check(length: Int) throws(StoreError) {
    guard length <= maximumLength else {
      throw .invalidArgument(
        "the value has \(length) bytes; a value may have at most \(maximumLength)")
    }
  }
}

extension Value: ExpressibleByStringLiteral, CustomStringConvertible {
  /// A value of the literal's UTF-8 bytes.
  public init(stringLiteral text: String) { self.init(text) }

  /// The value as one line of text; see `Escaping`.
  public var description: String { ByteView.withBytes(of: bytes) { Escaping.escape($0) } }
}

/// A value, and until when it is there.
public struct ExpiringValue: Hashable, Sendable {
  /// The value.
  public var value: Value
  /// From this moment on it is gone; nil: it stays.
  public var expiresAt: UnixMilliseconds?

  /// A value that is there until then.
  public init(_ value: Value, expiresAt: UnixMilliseconds?) {
    self.value = value
    self.expiresAt = expiresAt
  }
}

/// A key and the value it holds.
public struct Entry: Hashable, Sendable {
  /// The key.
  public var key: Key
  /// What it holds.
  public var value: Value

  /// An entry.
  public init(key: Key, value: Value) {
    self.key = key
    self.value = value
  }
}
