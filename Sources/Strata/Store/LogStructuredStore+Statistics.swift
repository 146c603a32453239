import StrataCore

/// What can be counted without stopping anybody.
extension LogStructuredStore {
  /// What the store holds and has done.
  ///
  /// Cheap: it reads no file.
  public func statistics() throws(StoreError) -> StoreStatistics {
    try status.checkReadable()
    let version = current.retain()
    var statistics = StoreStatistics()
    statistics.engine = "lsm"
    statistics.durability = options.durability.description
    statistics.lastSequence = visibleSequence.load(ordering: .acquiring)
    statistics.levels = levels(of: version)
    statistics.records = statistics.levels.reduce(0) { $0 + $1.records }
    let logBytes = logs.bytes
    statistics.diskBytes =
      logBytes + version.segments.reduce(0) { $0 + $1.size }
      + Manifest.fixedSize + Manifest.rowSize * version.segments.count + 4
    statistics.writes = totalsLock.withLock { flushedTotals }
    // The totals go with what is in segments; what is still in memory comes on top.
    for table in [version.active] + version.frozen {
      statistics.writes.userBytes += table.userBytes
    }
    statistics.writes.logBytes += logBytes
    statistics.reads = current.readTotals
    (statistics.stalls, statistics.stalledMilliseconds) = backlog.totals
    return statistics
  }

  private func levels(of version: Version) -> [StoreStatistics.Level] {
    let tables = ([version.active] + version.frozen).filter { !$0.isEmpty }
    var levels: [StoreStatistics.Level] = []
    if !tables.isEmpty {
      levels.append(
        StoreStatistics.Level(
          level: -1, runs: tables.count, segments: 0,
          records: tables.reduce(0) { $0 + $1.recordCount },
          tombstones: tables.reduce(0) { $0 + $1.tombstoneCount },
          bytes: tables.reduce(0) { $0 + $1.recordBytes }))
    }
    for level in Set(version.runs.map(\.level)).sorted() {
      let runs = version.runs.filter { $0.level == level }
      let segments = runs.flatMap(\.segments)
      levels.append(
        StoreStatistics.Level(
          level: level, runs: runs.count, segments: segments.count,
          records: segments.reduce(0) { $0 + $1.recordCount },
          tombstones: segments.reduce(0) { $0 + $1.tombstoneCount },
          bytes: segments.reduce(0) { $0 + $1.size }))
    }
    return levels
  }

  /// What is alive, and what it takes on disk.
  ///
  /// - Complexity: O(n): it walks over every entry.
  public func spaceUse() throws(StoreError) -> SpaceUse {
    var space = SpaceUse()
    try snapshot().forEach { key, value in
      space.liveEntries += 1
      space.liveBytes += key.byteCount + value.byteCount
      return true
    }
    space.diskBytes = try statistics().diskBytes
    return space
  }
}
