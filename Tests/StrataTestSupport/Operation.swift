import StrataCore

/// One thing done to a store by a test, as data: it can be generated, run, taken away and printed.
public enum Operation: Hashable, Sendable {
  /// Puts; with a lifetime in milliseconds from now, which may be negative.
  case put(Key, Value, lifetime: Int?)
  /// Deletes.
  case delete(Key)
  /// Puts and deletes that happen together.
  case batch([Change])
  /// Reads.
  case get(Key)
  /// Asks whether a key holds something.
  case contains(Key)
  /// Reads a range at once.
  case scan(KeyRange, ScanDirection, limit: Int?)
  /// Begins a scan in one of the slots, to go on with it later.
  case beginScan(slot: Int, KeyRange, ScanDirection)
  /// Takes so many entries from the scan in a slot.
  case continueScan(slot: Int, count: Int)
  /// Takes a snapshot into one of the slots.
  case takeSnapshot(slot: Int)
  /// Reads from the snapshot in a slot.
  case getFromSnapshot(slot: Int, Key)
  /// Reads a range from the snapshot in a slot.
  case scanSnapshot(slot: Int, KeyRange, ScanDirection, limit: Int?)
  /// Lets go of the scan and the snapshot in a slot.
  case release(slot: Int)
  /// Moves the clock by so many milliseconds, forward or back.
  case moveClock(milliseconds: Int)
  /// Flushes.
  case flush
  /// Compacts.
  case compact
  /// Does one piece of maintenance.
  case maintain
  /// Closes and opens again.
  case reopen
  /// Goes on with a copy of the files that were there before closing.
  case kill

  /// One change within a batch.
  public enum Change: Hashable, Sendable {
    /// Puts; with a lifetime in milliseconds from now.
    case put(Key, Value, lifetime: Int?)
    /// Deletes.
    case delete(Key)
  }
}

extension Operation: CustomStringConvertible {
  /// The operation as a line of a kvcli script; a batch takes several.
  ///
  /// What no command can say (slots, a clock that goes back) is a comment that says it to a person.
  public var description: String {
    switch self {
    case .put(let key, let value, let lifetime): Self.line(put: key, value, lifetime)
    case .delete(let key): "delete \(Self.quote(key.bytes))"
    case .batch(let changes): Self.lines(batch: changes)
    case .get(let key): "get \(Self.quote(key.bytes))"
    case .contains(let key): "exists \(Self.quote(key.bytes))"
    case .scan(let range, let direction, let limit):
      "scan\(Self.options(range, direction, limit))"
    case .beginScan(let slot, let range, let direction):
      "# scan \(slot) begins:\(Self.options(range, direction, nil))"
    case .continueScan(let slot, let count): "# scan \(slot) goes on by \(count)"
    case .takeSnapshot(let slot): "# snapshot \(slot) is taken"
    case .getFromSnapshot(let slot, let key): "# snapshot \(slot): get \(Self.quote(key.bytes))"
    case .scanSnapshot(let slot, let range, let direction, let limit):
      "# snapshot \(slot): scan\(Self.options(range, direction, limit))"
    case .release(let slot): "# scan and snapshot \(slot) are released"
    case .moveClock(let milliseconds) where milliseconds >= 0: "advance \(milliseconds)ms"
    case .moveClock(let milliseconds): "# the clock goes back by \(-milliseconds) ms"
    case .flush: "flush"
    case .compact: "compact"
    case .maintain: "# one maintenance step"
    case .reopen: "reopen"
    case .kill: "crash"
    }
  }

  private static func line(put key: Key, _ value: Value, _ lifetime: Int?) -> String {
    let ttl = lifetime.map { " --ttl \($0)ms" } ?? ""
    return "put\(ttl) \(quote(key.bytes)) \(quote(value.bytes))"
  }

  private static func lines(batch changes: [Change]) -> String {
    let lines = changes.map { change in
      switch change {
      case .put(let key, let value, let lifetime): line(put: key, value, lifetime)
      case .delete(let key): "delete \(quote(key.bytes))"
      }
    }
    return (["# as one batch:"] + lines + ["# end of the batch"]).joined(separator: "\n")
  }

  private static func options(_ range: KeyRange, _ direction: ScanDirection, _ limit: Int?)
    -> String
  {
    var text = ""
    if let lower = range.lower { text += " --from \(quote(lower.bytes))" }
    if let upper = range.upper { text += " --to \(quote(upper.bytes))" }
    if direction == .reverse { text += " --reverse" }
    if let limit { text += " --limit \(limit)" }
    return text
  }

  /// Bytes as one word of a command line.
  static func quote(_ bytes: [UInt8]) -> String {
    let text = ByteView.withBytes(of: bytes) { Escaping.escape($0) }
    let special = text.contains { $0 == " " || $0 == "\"" || $0 == "'" || $0 == "#" }
    guard special || text.isEmpty || text.hasPrefix("-") else { return text }
    return "\""
      + text.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\\\"") + "\""
  }
}
