public struct Key: Equatable {
  public static func == (one: Key, other: Key) -> Bool { true }
}
