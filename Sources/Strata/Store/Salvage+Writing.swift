import StrataCore

/// The second half of a salvage: the new store.
extension Salvage {
  /// Writes the newest sound record of each key, in order, into segments of one run, and the manifest.
  mutating func write(
    into directory: any Directory, _ options: StoreOptions, _ uncertain: (Key) -> Void
  ) throws(StoreError) {
    var manifest = Manifest(identity: options.identity ?? .random())
    let run = manifest.takeRun()
    _ = try WriteAheadLog.create(
      number: manifest.oldestLog, identity: manifest.identity, in: directory)
    var writer: SegmentWriter?
    while let (record, rank) = newest() {
      lastSequence = max(lastSequence, record.sequence)
      let key = Key(record.key)
      if report.losses.contains(where: {
        $0.mayHide(key, newerThan: record.sequence, rank: rank)
      }) {
        report.uncertainKeys += 1
        uncertain(key)
      }
      if record.kind != .tombstone {
        if writer == nil {
          writer = try SegmentWriter(
            number: try manifest.takeFileNumber(), identity: manifest.identity,
            place: SegmentPlace(run: run, level: Self.level), in: directory)
        }
        try writer?.add(record)
        report.entries += 1
        if let full = writer, full.isFull || full.size >= options.segmentBytes {
          try finish(&writer, &manifest, run, directory)
        }
      }
      try pass(key)
    }
    try finish(&writer, &manifest, run, directory)
    manifest.flushedSequence = lastSequence
    try directory.sync()
    try manifest.commit(in: directory)  // ← commit point: from here on, this is a store
  }

  private func finish(
    _ writer: inout SegmentWriter?, _ manifest: inout Manifest, _ run: UInt32,
    _ directory: any Directory
  ) throws(StoreError) {
    guard let complete = writer else { return }
    try complete.finish()
    writer = nil
    let segment = try Segment(
      number: complete.number, identity: manifest.identity, in: directory)
    manifest.segments.append(
      Manifest.Row(
        number: segment.number, run: run, level: UInt32(Self.level),
        footerChecksum: segment.footerChecksum, size: segment.size))
  }

  /// The level of the only run: below new ones, whatever the policy.
  private static var level: Int { 1 }

  /// The newest record of the smallest key that is left.
  private func newest() -> (record: Record, rank: Int)? {
    var best: (record: Record, rank: Int)?
    for source in sources {
      guard let record = source.cursor.current else { continue }
      if let found = best {
        let order = record.key.compare(to: found.record.key)
        let isNewer = (source.rank, found.record.sequence) < (found.rank, record.sequence)
        if order > 0 || (order == 0 && !isNewer) { continue }
      }
      best = (record, source.rank)
    }
    return best
  }

  /// Goes on behind `key` everywhere.
  private func pass(_ key: Key) throws(StoreError) {
    for source in sources {
      while let record = source.cursor.current, !(key < Key(record.key)) {
        try source.cursor.advance()
      }
    }
  }
}
