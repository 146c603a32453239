import StrataCore

extension SplitMix64 {
  /// One of the elements.
  ///
  /// Not the standard library's `randomElement(using:)`, whose way from bits to a choice may change.
  public mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[below(elements.count)]
  }

  /// So many random bytes.
  public mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
  }
}
