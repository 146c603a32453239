import StrataCore

/// Where the newest entry of each key lies: a dictionary in memory, from key to byte offset.
///
///     log      {"key":"a",…}⏎{"key":"b",…}⏎{"key":"a",…}⏎
///     offset   0             27            54
///     index    a → 54, b → 27
///
/// With it a get is one seek and one read; without it, a scan of the whole log. The store asks only an
/// index that `isReady`, so that it works before there is one.
///
/// - Complexity: `lookup`, `remember` and `forget` O(1); `build` O(n) in the log.
///
/// **What it lacks**: it is gone with the process, so that every opening reads the whole log again; and all
/// keys must fit into memory. (Bitcask keeps it in hint files; Strata keeps it in the segments.)
public struct HashIndex: Sendable {
  /// Nil: nobody has told the index yet what the log holds.
  private var table: [Key: LogPlace]?

  /// An index that knows nothing, and says so.
  public init() {}

  private init(_ table: [Key: LogPlace]) { self.table = table }

  /// True when it knows every key of the log.
  public var isReady: Bool { table != nil }

  /// How many keys hold something.
  public var count: Int { table?.count ?? 0 }

  /// Learns every key of the log, from its beginning; the index is ready afterwards.
  public mutating func build(from entries: LogEntries) throws(StoreError) {
    try build(from: entries) { _ in }
  }

  /// The same; `body` sees every entry too.
  mutating func build(
    from entries: LogEntries, _ body: (LogEntry) -> Void
  ) throws(StoreError) {
    var learned: [Key: LogPlace] = [:]
    var walk = entries
    while let entry = try walk.next() {
      body(entry)
      learned[entry.key] = entry.value == nil ? nil : entry.place
    }
    table = learned
  }

  /// Where the newest entry of `key` lies; nil when the key holds nothing, or the index is not ready.
  public func lookup(_ key: Key) -> LogPlace? { table?[key] }

  /// Notes that the newest entry of `key` lies there; does nothing before the index is ready.
  public mutating func remember(_ key: Key, at place: LogPlace) { table?[key] = place }

  /// Notes that `key` holds nothing; does nothing before the index is ready.
  public mutating func forget(_ key: Key) { table?[key] = nil }

  /// An index that is ready and empty: that of an empty log.
  static var ofEmptyLog: HashIndex { HashIndex([:]) }

  /// The keys of a range, in no order, and their places.
  func places(in range: KeyRange) -> [(key: Key, place: LogPlace)] {
    (table ?? [:]).compactMap { range.contains($0.key) ? (key: $0.key, place: $0.value) : nil }
  }
}
