import StrataCore

/// How a change becomes durable, and then visible.
extension LogStructuredStore {
  /// Writes the changes that `encode` puts into a frame, all or nothing, and waits until they are written.
  @inline(__always)
  func write(
    needsSync: Bool, _ encode: (inout FrameEncoder) -> Void
  ) throws(StoreError) {
    guard commits.tryTurn(patiently: !needsSync) else {
      let commit = Commit(needsSync: needsSync)
      encode(&commit.frame)
      try commit.frame.checkSize()
      return try commits.submit(commit) { group in
        asWriter { () throws(StoreError) in try write(group) }
      }
    }
    encode(&loneFrame)
    let error = asWriter { () throws(StoreError) in try writeLoneFrame(needsSync: needsSync) }
    loneFrame.removeAll()
    commits.endTurn()
    if let error { throw error }
  }

  /// Runs `body`, which has the turn; a failure, other than of the arguments, ends writing.
  private func asWriter(_ body: () throws(StoreError) -> Void) -> StoreError? {
    do throws(StoreError) {
      try status.checkWritable()
    } catch {
      return error
    }
    do throws(StoreError) {
      try makeRoom()
      try body()
      return nil
    } catch {
      switch error {
      case .closed, .invalidArgument: break
      default: fail(error)
      }
      return error
    }
  }

  /// Writes the frame of a writer who met no other: log, then memtable.
  ///
  /// Called with the turn.
  private func writeLoneFrame(needsSync: Bool) throws(StoreError) {
    let mark = logs.syncedSequence
    try loneFrame.checkSize()
    let last = seal(&loneFrame, mark: mark)
    let frame = loneFrame.frame
    withActive { $0.expect(frame.suffix(from: LogFrame.headerSize)) }  // its place comes meanwhile
    try append(frame, last: last, mark: mark, needsSync: needsSync)
    insert(frame)
    visibleSequence.store(last, ordering: .releasing)  // ← from here on, readers see the changes
  }

  /// The same for a group of writers.
  private func write(_ group: [Commit]) throws(StoreError) {
    let mark = logs.syncedSequence
    var last: UInt64 = 0
    groupBuffer.removeAll()
    for commit in group {
      last = seal(&commit.frame, mark: mark)
      groupBuffer.append(commit.frame.frame)
    }
    try append(
      groupBuffer.view, last: last, mark: mark, needsSync: group.contains(where: \.needsSync))
    for commit in group { insert(commit.frame.frame) }
    visibleSequence.store(last, ordering: .releasing)
    if groupBuffer.capacity > 1 << 20 { groupBuffer = ByteBuffer(capacity: 4096) }
  }

  /// Numbers the changes of a frame; returns the number of the last one.
  private func seal(_ frame: inout FrameEncoder, mark: UInt64) -> UInt64 {
    frame.seal(first: nextSequence, syncedSequence: mark, log: logs.activeIdentity)
    nextSequence += UInt64(frame.recordCount)
    return nextSequence - 1
  }

  /// Brings sealed frames as far as the durability demands.
  private func append(
    _ frames: ByteView, last: UInt64, mark: UInt64, needsSync: Bool
  ) throws(StoreError) {
    let first = visibleSequence.load(ordering: .relaxed) + 1
    try logs.append(frames, last: last, mark: mark)
    observer?(
      .appended(
        log: logs.activeIdentity.number, records: Int(last - first) + 1, bytes: frames.count))
    if isWorkWaiting {
      isWorkWaiting = false
      wakeWorker()
    }
    if needsSync {
      try syncLogs()  // ← commit point: from here on, the changes survive a power cut
    } else {
      try syncAtInterval()
    }
  }

  private func insert(_ frame: ByteView) {
    withActive { table in
      var offset = LogFrame.headerSize
      while offset < frame.count {
        table.expect(frame.suffix(from: offset))
        let record = RecordCodec.trusted(at: frame.start + offset)
        table.insert(record)
        offset += RecordCodec.size(of: record)
      }
    }
  }

  /// Calls `body` with the active memtable, which only the writer replaces.
  @inline(__always)
  private func withActive(_ body: (MemTable) -> Void) {
    withUncounted(Unmanaged.passUnretained(active), body)
  }

  func syncLogs() throws(StoreError) {
    if let (log, sequence) = try logs.sync() { observer?(.synced(log: log, sequence: sequence)) }
  }

  /// With interval durability: leaves the sync to the worker, or does it when there is none.
  private func syncAtInterval() throws(StoreError) {
    guard case .interval(let milliseconds) = options.durability else { return }
    guard options.maintenance == .manual else {
      if !isWorkerToSync.exchange(true, ordering: .sequentiallyConsistent) { wakeWorker() }
      return
    }
    let now = clock.now
    // A clock that was set back ends the interval too.
    if now < lastSync || now - lastSync >= UInt64(milliseconds) {
      try syncLogs()
      lastSync = now
    }
  }

  /// The background's part: syncs when the last time is an interval ago.
  ///
  /// - Returns: for how many milliseconds there is nothing to do; nil: until the next write.
  func syncAfterInterval() throws(StoreError) -> Int? {
    guard case .interval(let milliseconds) = options.durability else { return nil }
    let now = SystemTime.monotonicNanoseconds
    let elapsed = Int((now - lastIntervalSync.load(ordering: .relaxed)) / 1_000_000)
    if logs.hasUnsynced && elapsed < milliseconds { return milliseconds - elapsed }
    // Before it looks for something to sync: a write after that wakes the worker again.
    isWorkerToSync.store(false, ordering: .sequentiallyConsistent)
    guard logs.hasUnsynced else { return nil }
    lastIntervalSync.store(now, ordering: .relaxed)
    try syncLogs()
    return nil
  }

  // MARK: Room

  /// So many runs, and each write waits a millisecond; so many, and it waits for a compaction.
  static let runsThatSlowDown = 24
  private static let runsThatStop = 40

  /// Freezes the memtable when it is full; waits first where background work has fallen behind.
  private func makeRoom() throws(StoreError) {
    if isBehind.load(ordering: .relaxed) {
      observer?(.stalled(milliseconds: backlog.pause()))
    }
    guard active.memory >= options.memTableBytes, !active.isEmpty else { return }
    if options.maintenance == .background { try waitForBacklog() }
    try freeze()
  }

  private func waitForBacklog() throws(StoreError) {
    wakeWorker()
    let waited = backlog.wait { [self] in
      guard status.isWritable else { return false }
      let version = current.retain()
      if !version.frozen.isEmpty { return true }
      // Many runs are a backlog only while the policy means to merge them.
      return version.runs.count >= Self.runsThatStop
        && options.compactionPolicy.pick(shape(of: version)) != nil
    }
    if let waited { observer?(.stalled(milliseconds: waited)) }
    try status.checkWritable()
  }

  /// Puts the memtable aside and begins a new one, with a new log.
  ///
  /// Called with the turn.
  func freeze() throws(StoreError) {
    let number = try takeFileNumber()
    let log = try WriteAheadLog.create(
      number: number, identity: identity, appendingBy: options.durability.appendMethod,
      in: directory)
    try logs.rotate(to: log)
    let full = active
    let fresh = MemTable(log: number, after: active)
    active = fresh
    current.update { version in
      Version(active: fresh, frozen: [full] + version.frozen, runs: version.runs)
    }
    observer?(.froze(log: full.log, records: full.recordCount, bytes: full.recordBytes))
    wakeWorker()
  }

  /// A file number that was never given before.
  func takeFileNumber() throws(StoreError) -> UInt32 {
    try Manifest.checkFileNumber(nextFileNumber.load(ordering: .relaxed))
    return nextFileNumber.wrappingAdd(1, ordering: .relaxed).oldValue
  }
}
