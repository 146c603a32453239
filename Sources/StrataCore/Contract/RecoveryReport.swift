/// What opening a store found, and what it did about it.
public struct RecoveryReport: Equatable, Sendable {
  /// True when there was no store, and one was made.
  public var wasCreated = false
  /// The logs that were read, oldest first.
  public var logs: [UInt32] = []
  /// Changes that were replayed from them.
  public var records = 0
  /// Bytes at the end of the logs that did not count and were cut off.
  public var bytesDropped = 0
  /// Files that were removed: unfinished ones, and ones that nothing refers to.
  public var filesRemoved: [String] = []
  /// What a person should know, a sentence each.
  public var warnings: [String] = []

  /// A report of nothing.
  public init() {}
}

extension RecoveryReport: CustomStringConvertible {
  /// One or a few sentences.
  public var description: String {
    if wasCreated { return "A new store was made." }
    func count(_ number: Int, _ noun: String) -> String {
      "\(number) \(noun)\(number == 1 ? "" : "s")"
    }
    var sentences = [
      "Replayed \(count(records, "change")) from \(count(logs.count, "log"))."
    ]
    if bytesDropped > 0 {
      sentences.append(
        "Cut off \(count(bytesDropped, "byte")) that were never acknowledged as durable.")
    }
    if !filesRemoved.isEmpty {
      sentences.append("Removed \(filesRemoved.joined(separator: ", ")).")
    }
    return (sentences + warnings).joined(separator: " ")
  }
}
