/// Why no starter can be made, and what to do about it.
public struct StarterError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong, and what to do: sentences.
  public let description: String

  /// An error with this text.
  public init(_ description: String) { self.description = description }
}
