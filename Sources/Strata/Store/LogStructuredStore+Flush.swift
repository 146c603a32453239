import StrataCore

/// One piece of background work that was done.
public enum MaintenanceStep: Equatable, Sendable {
  /// A frozen memtable became these segments; none when it held nothing worth keeping.
  case flushed(log: UInt32, segments: [UInt32])
  /// Segments were merged into others.
  case compacted(inputs: [UInt32], outputs: [UInt32])
}

/// How memory becomes files.
extension LogStructuredStore {
  /// Brings everything that is in memory into segments.
  public func flush() throws(StoreError) {
    try freezeForFlush()
    try withMaintenance { () throws(StoreError) in _ = try flushFrozen() }
  }

  /// Does one step of the work that waits: a flush, or a compaction if the policy wants one.
  ///
  /// - Returns: what was done; nil when there was nothing to do.
  public func performMaintenanceStep() throws(StoreError) -> MaintenanceStep? {
    try withMaintenance { () throws(StoreError) -> MaintenanceStep? in
      if let flushed = try flushOldest() { return flushed.step }
      guard let task = options.compactionPolicy.pick(shape(of: current.retain())) else {
        return nil
      }
      return try execute(task).step
    }
  }

  /// Freezes the memtable unless it is empty.
  func freezeForFlush() throws(StoreError) {
    do throws(StoreError) {
      try commits.withTurn { () throws(StoreError) in
        try status.checkWritable()
        if !active.isEmpty { try freeze() }
      }
    } catch {
      throw failed(error)
    }
  }

  /// Runs `body` as the only one who changes the set of files; a failure ends writing.
  func withMaintenance<Result>(
    _ body: () throws(StoreError) -> Result
  ) throws(StoreError) -> Result {
    try maintenance.withLock { () throws(StoreError) -> Result in
      try status.checkWritable()
      do throws(StoreError) {
        return try body()
      } catch {
        throw failed(error)
      }
    }
  }

  /// Notes that writing has come to an end, where `error` says so.
  func failed(_ error: StoreError) -> StoreError {
    switch error {
    case .closed, .readOnly, .invalidArgument: break
    default: fail(error)
    }
    return error
  }

  /// Flushes all frozen memtables, oldest first; returns the bytes of records that were superfluous.
  func flushFrozen() throws(StoreError) -> Int {
    var dropped = 0
    while let flushed = try flushOldest() { dropped += flushed.bytesDropped }
    return dropped
  }

  /// Makes the oldest frozen memtable a run of segments.
  ///
  /// Called with `maintenance`.
  func flushOldest() throws(StoreError) -> (step: MaintenanceStep, bytesDropped: Int)? {
    let version = current.retain()
    guard let table = version.frozen.last else { return nil }
    let everything = MemTableCursor(table, .everything, asOf: .max)
    let number = manifest.takeRun()
    let segments = try writeSegments(
      of: SegmentPlace(run: number, level: 0), from: everything, above: version.runs)
    let logBytes = logs.size(of: table.log)
    var next = manifest
    let run = SortedRun(id: number, level: 0, segments: segments)
    // A memtable that recovery found empty, its log's frames lost, says nothing about what is flushed.
    next.flushedSequence = max(next.flushedSequence, table.lastSequence)
    next.oldestLog = version.frozen.dropLast().last?.log ?? version.active.log
    next.totals.userBytes += table.userBytes
    next.totals.logBytes += logBytes
    next.totals.flushedBytes += segments.reduce(0) { $0 + $1.size }
    next.totals.flushes += 1
    try commit(next, runs: segments.isEmpty ? version.runs : version.runs + [run])
    current.update { version in
      Version(
        active: version.active, frozen: version.frozen.filter { $0 !== table },
        runs: segments.isEmpty ? version.runs : version.runs + [run])
    }
    logs.drop(table.log, flushed: table.lastSequence)
    try remove(.log, table.log)
    backlog.notifyAll()
    for segment in segments {
      observer?(
        .flushed(
          log: table.log, segment: segment.number, records: segment.recordCount,
          bytes: segment.size))
    }
    let kept = segments.reduce(0) { $0 + $1.recordBytes }
    return (
      .flushed(log: table.log, segments: segments.map(\.number)), table.recordBytes - kept
    )
  }

  /// Makes `next`, with these runs, the store's manifest, in one durable step.
  ///
  /// Called with `maintenance`.
  func commit(_ next: Manifest, runs: [SortedRun]) throws(StoreError) {
    var next = next
    next.nextFileNumber = nextFileNumber.load(ordering: .acquiring)
    next.segments = runs.flatMap { run in
      run.segments.map { segment in
        Manifest.Row(
          number: segment.number, run: run.id, level: UInt32(run.level),
          footerChecksum: segment.footerChecksum, size: segment.size)
      }
    }
    let bytes = try next.commit(in: directory)
    manifest = next
    totalsLock.withLock { flushedTotals = next.totals }
    isBehind.store(
      runs.count >= Self.runsThatSlowDown && options.maintenance == .background,
      ordering: .relaxed)
    observer?(.committed(manifestBytes: bytes))
  }

  func remove(_ kind: FileKind, _ number: UInt32) throws(StoreError) {
    let name = FileName.of(kind, number)
    try directory.remove(name)
    observer?(.removed(file: name))
  }

  // MARK: Writing segments

  /// Writes the records of a walk into new segments of one run, complete, synced and under their names,
  /// but not yet part of the store.
  ///
  /// What nobody can miss is left out: a tombstone, or a value that has expired, when no run in `older`
  /// could hold an older record of the key. Where one could, an expired value becomes a tombstone: it
  /// must go on hiding the older record, even when somebody sets the clock back.
  func writeSegments(
    of place: SegmentPlace, from source: any RecordSource, above older: [SortedRun],
    betweenRecords: (_ bytes: Int) throws(StoreError) -> Void = { _ in }
  ) throws(StoreError) -> [Segment] {
    let now = clock.now
    var records = try RecordCursor(source)
    var numbers: [UInt32] = []
    var unfinished: SegmentWriter?
    do throws(StoreError) {
      while let record = records.current {
        if kept(record, at: now, above: older) == nil {
          try betweenRecords(record.body.count)
          try records.advance()
          continue
        }
        let number = try takeFileNumber()
        let writer = try SegmentWriter(
          number: number, identity: identity, place: place, in: directory)
        unfinished = writer
        try fill(writer, from: &records, at: now, above: older, betweenRecords)
        try writer.finish()
        unfinished = nil
        numbers.append(number)
      }
      if !numbers.isEmpty { try directory.sync() }
    } catch {
      unfinished?.abandon()
      // Nobody will name them; what cannot be removed now, the next recovery removes.
      for number in numbers { try? directory.remove(FileName.of(.segment, number)) }
      throw error
    }
    var segments: [Segment] = []
    for number in numbers {
      segments.append(try Segment(number: number, identity: identity, in: directory))
    }
    return segments
  }

  /// Adds the record that the cursor stands on, and those behind it until the segment is full.
  private func fill(
    _ writer: SegmentWriter, from records: inout RecordCursor, at now: UnixMilliseconds,
    above older: [SortedRun], _ betweenRecords: (_ bytes: Int) throws(StoreError) -> Void
  ) throws(StoreError) {
    let limit = options.segmentBytes
    repeat {
      let record = records.standing
      if let record = kept(record, at: now, above: older) { try writer.add(record) }
      try betweenRecords(record.body.count)
      try records.advance()
    } while records.current != nil && !writer.isFull && writer.size < limit
  }

  /// What is to be written of a record; nil when nobody can miss it.
  private func kept(_ record: Record, at now: UnixMilliseconds, above older: [SortedRun]) -> Record?
  {
    guard record.isDead(at: now) else { return record }
    if isForgettable(record.key, above: older) { return nil }
    return record.kind == .expiringValue ? record.tombstone : record
  }

  private func isForgettable(_ key: ByteView, above older: [SortedRun]) -> Bool {
    older.allSatisfy { run in
      let segment = run.segment(for: key)
      return key < segment.smallestKey || key > segment.largestKey
    }
  }
}
