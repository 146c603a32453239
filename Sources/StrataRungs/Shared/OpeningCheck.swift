import StrataCore

/// What both rungs check before they make a store in a directory.
enum OpeningCheck {
  /// Refuses to make a store where something else lies, or where none is to be made.
  ///
  /// - Parameter others: the names in the directory that are not this engine's.
  static func mayCreate(
    in directory: any Directory, beside others: [String], createsIfMissing: Bool
  ) throws(StoreError) {
    if createsIfMissing, let name = others.first(where: { $0 != "lost+found" }) {
      throw .invalidArgument(
        "\(directory.path): this directory holds other files (\(name)) and no store of this engine; "
          + "choose the engine that made them, or an empty or a new directory")
    }
    guard createsIfMissing else { throw .notFound(path: directory.path) }
  }

  /// Refuses an interval that means nothing.
  static func durability(_ durability: Durability) throws(StoreError) {
    if case .interval(let milliseconds) = durability, !(1...86_400_000).contains(milliseconds) {
      throw .invalidArgument("a durability interval must be between 1 ms and a day")
    }
  }
}

extension WriteBatch {
  /// The bytes of all keys and values.
  var userBytes: Int {
    var sum = 0
    forEach { key, value, _ in sum += key.count + (value?.count ?? 0) }
    return sum
  }
}
