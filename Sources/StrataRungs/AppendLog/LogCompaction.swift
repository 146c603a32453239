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
    let index = view.withLock { $0.index }
    guard !index.isReady else { return index }
    var built = HashIndex()
    try built.build(from: try entries())
    return built
  }

  /// Writes the live entries to a file of that name, makes it the log, and shows it to readers.
  ///
  /// `counts` is what the old log has: what the new one lacks of it is forgotten, beside what was forgotten
  /// before. `writes` counts the compaction and the bytes of the new log. Who had no index has none afterwards.
  ///
  /// - Returns: the bytes reclaimed.
  private func rewrite(
    through name: String, _ live: HashIndex, _ counts: LogCounts
  ) throws(StoreError) -> Int {
    let oldSize = view.withLock { $0.end }
    let temporary = try directory.create(name)
    var result = try copyLiveEntries(live, to: temporary)
    try temporary.sync()
    try directory.rename(name, to: options.logName)  // ← commit point: the log is the new one
    try directory.sync()
    result.counts.forgotten = counts.forgotten + counts.records - result.counts.records
    let reader = try directory.openForReading(options.logName)
    let newView = result
    view.withLock { view in
      // Who reads the old file goes on reading it; it is gone when the last reader is.
      view = View(
        file: reader, end: temporary.size,
        index: view.index.isReady ? newView.index : HashIndex(), counts: newView.counts,
        reads: view.reads)
    }
    try file?.close()
    file = temporary
    needsNewline = false
    writes.compactions += 1
    writes.compactedBytes += temporary.size
    return max(0, oldSize - temporary.size)
  }

  /// Copies, in one walk over the log, each entry that the index says is its key's newest.
  private func copyLiveEntries(
    _ live: HashIndex, to temporary: any WritableFile
  ) throws(StoreError) -> (index: HashIndex, counts: LogCounts) {
    let now = clock.now
    var all = try entries()
    var index = HashIndex.ofEmptyLog
    var counts = LogCounts()
    var lines: [UInt8] = []
    var written = 0
    func write() throws(StoreError) {
      try ByteView.withBytes(of: lines) { bytes throws(StoreError) in try temporary.append(bytes) }
      written += lines.count
      lines.removeAll(keepingCapacity: true)
    }
    while let entry = try all.next() {
      guard live.lookup(entry.key) == entry.place, !entry.isDead(at: now) else { continue }
      let start = lines.count
      LogLine.write(entry.key, entry.value, entry.expiresAt, into: &lines)
      index.remember(
        entry.key, at: LogPlace(offset: written + start, length: lines.count - start))
      counts.add(entry)
      lines.append(UInt8(ascii: "\n"))
      if lines.count >= 1 << 20 { try write() }
    }
    try write()
    return (index, counts)
  }
}
