import StrataCore

/// How ranges are read, and what can be counted.
extension BitcaskStore {
  /// The entries of a range in order of their keys, as they are now.
  ///
  /// Whatever is written or merged meanwhile, the scan goes over the store of this moment, whose files it
  /// keeps readable until it is released.
  ///
  /// - Complexity: O(n log n) to begin: a hash table has no order, so all n keys of the range are copied
  ///   and sorted in memory, after a look at every key there is. Then one read an entry, each somewhere
  ///   else in the files. Sorted segments would need neither.
  public func scan(
    _ range: KeyRange, _ direction: ScanDirection, limit: Int?
  ) throws(StoreError) -> any EntryScan {
    precondition(limit ?? 0 >= 0, "a limit cannot be negative")
    try status.checkReadable()
    let now = clock.now
    var places: [(key: Key, place: RecordPlace)] = []
    let files = view.withLock { view in
      for (key, place) in view.keys.places where range.contains(key) {
        if place.isAlive(at: now) { places.append((key, place)) }
      }
      // A copy of its own: one that shares memory would be copied by the next writer.
      return view.files.mapValues { $0 }
    }
    places.sort { direction == .forward ? $0.key < $1.key : $1.key < $0.key }
    if let limit { places.removeLast(max(0, places.count - limit)) }
    return BitcaskScan(places[...], files, of: self)
  }

  /// What the store holds and has done.
  ///
  /// Cheap: it reads no file. The work done is counted since the store was opened.
  public func statistics() throws(StoreError) -> StoreStatistics {
    try status.checkReadable()
    var statistics = StoreStatistics()
    statistics.engine = "bitcask"
    statistics.durability = options.durability.description
    view.withLock { view in
      statistics.lastSequence = view.changes
      statistics.diskBytes = view.diskBytes
      statistics.reads = view.reads
      let files = view.sortedFiles
      let records = files.reduce(0) { $0 + $1.counts.records }
      statistics.records = records
      guard records > 0 else { return }
      statistics.levels = [
        StoreStatistics.Level(
          level: 0, runs: files.count, segments: files.count, records: records,
          tombstones: files.reduce(0) { $0 + $1.counts.tombstones },
          bytes: files.reduce(0) { $0 + $1.counts.size })
      ]
    }
    statistics.writes = writing.withLock { writes }
    return statistics
  }
}

/// A walk over keys that were sorted when it began; each value is read when its turn has come.
final class BitcaskScan: EntryScan {
  private var rest: ArraySlice<(key: Key, place: RecordPlace)>
  private let files: [UInt32: DataFile]  // kept readable
  private let store: BitcaskStore
  private(set) var expiresAt: UnixMilliseconds?

  init(
    _ places: ArraySlice<(key: Key, place: RecordPlace)>, _ files: [UInt32: DataFile],
    of store: BitcaskStore
  ) {
    rest = places
    self.files = files
    self.store = store
  }

  func next() throws(StoreError) -> Entry? {
    try store.status.checkReadable()
    guard let (key, place) = rest.popFirst(), let file = files[place.file] else { return nil }
    expiresAt = place.end
    return Entry(key: key, value: try store.value(of: key, at: place, in: file))
  }
}
