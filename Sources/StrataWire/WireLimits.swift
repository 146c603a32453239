/// How much one command or one reply may have; beyond it, reading stops with an error.
///
/// Lengths and counts come from the other side and are believed for nothing but a comparison: memory is
/// taken for what has arrived.
public struct WireLimits: Sendable, Equatable {
  /// All bytes of one command or reply.
  public var bytes: Int
  /// All elements in it, at every depth.
  public var elements: Int
  /// Arrays within arrays.
  public var depth: Int
  /// Bytes of one line: an inline command, a simple text, a number.
  public var line: Int

  /// Limits; what is not said is as in `standard`.
  public init(bytes: Int = 64 << 20, elements: Int = 1 << 20, depth: Int = 16, line: Int = 64 << 10)
  {
    self.bytes = bytes
    self.elements = elements
    self.depth = depth
    self.line = line
  }

  /// 64 MiB, a million elements, 16 levels, lines of 64 KiB.
  public static let standard = WireLimits()

  /// For somebody who has not said who he is: 16 KiB, ten elements.
  public static let stranger = WireLimits(bytes: 16 << 10, elements: 10, depth: 1, line: 16 << 10)
}

/// What the other side sent is not the protocol, or is more than allowed.
///
/// The place of the next value is unknown from then on: the connection is of no more use.
public struct WireError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Where in all the bytes of the connection, counted from its start.
  public let offset: Int
  /// What was wrong, as the end of a sentence.
  public let reason: String

  /// A sentence.
  public var description: String { "byte \(offset) of the connection: \(reason)" }
}
