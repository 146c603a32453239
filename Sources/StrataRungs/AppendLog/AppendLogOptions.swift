import StrataCore

/// How an append log behaves; the file can be opened with any options.
public struct AppendLogOptions: Sendable {
  /// When a write is acknowledged.
  public var durability = Durability.sync
  /// True: where there is no log yet, opening makes one.
  public var createsIfMissing = true
  /// True: opening builds the hash index; false: every get scans the whole log, as on the first rung.
  public var buildsIndex = true
  /// The log's name in its directory.
  public var logName = "log.jsonl"
  /// Who syncs at the end of an interval.
  public var maintenance = Maintenance.background

  /// The defaults.
  public init() {}

  /// What compaction writes to, unless it is given another name.
  var temporaryName: String { logName + ".tmp" }

  func check() throws(StoreError) {
    guard Self.isPlainName(logName) else {
      throw .invalidArgument("the log's name must be the name of a file, not \"\(logName)\"")
    }
    try OpeningCheck.durability(durability)
  }

  /// True for a name that cannot lead out of the directory.
  static func isPlainName(_ name: String) -> Bool {
    !name.isEmpty && name != "." && name != ".." && !name.utf8.contains(UInt8(ascii: "/"))
      && !name.utf8.contains(0)
  }
}
