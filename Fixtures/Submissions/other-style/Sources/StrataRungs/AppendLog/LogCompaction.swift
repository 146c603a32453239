import StrataCore

/// How the log stops growing: it is rewritten with the newest entry of each key.
///
///     log.jsonl       a=1  b=1  a=2  b deleted  c=1
///                                │               │
///     log.jsonl.tmp             a=2             c=1
///                          └── synced, then renamed over the log ──┘
///
/// A crash before the rename leaves the old log, and rubbish that the next opening removes; a crash after
/// it leaves the new one. Both hold the same keys. The tombstones can all go, because there is no older
/// file in which a deleted key could still be found.
///
/// **What it lacks**: writers wait while the whole log is rewritten, however little of it is superfluous.
extension AppendLogStore {
  /// Rewrites the log without what is overwritten, deleted or expired.
  ///
  /// - Returns: the bytes reclaimed: old size minus new size.
  public func compact() throws(StoreError) -> Int { try compact(through: nil) }

  /// The same through a temporary file of that name in the directory of the log; nil: the usual one.
  ///
  /// - Throws: `invalidArgument` when there is a file of that name already.
  public func compact(through temporaryName: String?) throws(StoreError) -> Int {
    try whileWriting { () throws(StoreError) in
      let name = temporaryName ?? options.temporaryName
      try checkTemporary(name)
      let counts = try counts()
      let live = try liveIndex()
      guard counts.records > live.count || counts.expiring > 0 else { return 0 }
      _ = try settledFile()
      return try rewrite(through: name, live, counts)
    }
  }

  private func checkTemporary(_ name: String) throws(StoreError) {
    guard AppendLogOptions.isPlainName(name) else {
      throw .invalidArgument("\"\(name)\" cannot be the name of a temporary file")
    }
    if try directory.names().contains(name) {
      throw .invalidArgument("\(directory.path)/\(name): this file is there already")
    }
  }

  private func counts() throws(StoreError) -> LogCounts {
    if let counts = view.withLock({ $0.counts }) { return counts }
    return try LogCounts(of: try entries())
  }

  /// The index, or one that is built for this purpose only.
  private func liveIndex() throws(StoreError) -> HashIndex {
    let known = view.withLock { $0.index }
    guard !known.isReady else { return known }
    var built = HashIndex()
    try built.build(from: try entries())
    return built
  }

  private func rewrite(
    through name: String, _ live: HashIndex, _ counts: LogCounts
  ) throws(StoreError) -> Int {
    let oldEnd = view.withLock { $0.end }
    let target = try directory.create(name)
    let copy: LogCopy
    do throws(StoreError) {
      copy = try copyOfLiveEntries(live, to: target)
      try target.sync()
      // Commit point: up to here the old log counts, from here on the new one.
      try directory.rename(name, to: options.logName)
    } catch {
      try? target.close()
      try? directory.remove(name)
      throw error
    }
    try directory.sync()
    let dropped = counts.records - copy.counts.records
    try switchOver(to: target, copy, forgotten: counts.forgotten + dropped)
    return oldEnd - copy.size
  }

  private func copyOfLiveEntries(
    _ live: HashIndex, to target: any WritableFile
  ) throws(StoreError) -> LogCopy {
    let now = clock.now
    var copy = LogCopy(to: target)
    var walk = try entries()
    while let entry = try walk.next() {
      guard live.lookup(entry.key) == entry.place, !entry.isDead(at: now) else { continue }
      try copy.add(entry)
    }
    try copy.writeOut()
    return copy
  }

  /// Lets readers and writers see the new log; it has its name already, durably.
  private func switchOver(
    to target: any WritableFile, _ copy: LogCopy, forgotten: Int
  ) throws(StoreError) {
    let reader = try directory.openForReading(options.logName)
    var counts = copy.counts
    counts.forgotten = forgotten
    let (size, index, ready) = (copy.size, copy.index, counts)
    view.withLock { view in
      view = View(
        file: reader, end: size, index: view.index.isReady ? index : HashIndex(), counts: ready,
        reads: view.reads)
    }
    try? file?.close()
    file = target
    needsNewline = false
    schedule.synced()
    writes.compactedBytes += size
    writes.compactions += 1
  }
}
