/// The records of the logs on their way into the memtables, some at a time.
///
/// One at a time would do as well, and take longer: see `MemTable.insert(_:)` of several.
struct Replay {
  private let tables: [MemTable]
  private var current = 0
  /// They lie in the logs, which must stay in memory until this is empty.
  private var waiting: [Record] = []
  /// Some handfuls of those that are inserted side by side.
  private static let atOnce = 64

  /// A replay into these, one for each log, in the order of their numbers.
  init(into tables: [MemTable]) { self.tables = tables }

  /// What follows comes from this log: the same as before, or a later one.
  mutating func begin(log: UInt32) {
    while tables[current].log != log {
      finish()
      current += 1
    }
  }

  /// Adds a record, soon.
  mutating func insert(_ record: Record) {
    waiting.append(record)
    if waiting.count == Self.atOnce { finish() }
  }

  /// Adds all that is waiting.
  mutating func finish() {
    tables[current].insert(waiting)
    waiting.removeAll(keepingCapacity: true)
  }
}
