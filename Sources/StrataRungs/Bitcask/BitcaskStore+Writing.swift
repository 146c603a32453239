import StrataCore

/// How a change becomes durable, and then visible.
extension BitcaskStore {
  /// Makes `key` hold `value`.
  public func put(_ key: Key, _ value: Value) throws(StoreError) {
    try apply(WriteBatch([.put(key, value, expiresAt: nil)]))
  }

  /// Makes `key` hold nothing; a record of its own, a tombstone, says so.
  public func delete(_ key: Key) throws(StoreError) { try apply(WriteBatch([.delete(key)])) }

  /// Applies all changes or none.
  ///
  /// Each record says how many of its batch follow; a recovery drops a batch whose end is missing.
  public func apply(_ batch: WriteBatch) throws(StoreError) {
    try batch.checkLengths()
    guard !batch.isEmpty else { return try status.checkWritable() }
    guard batch.count <= BitcaskRecord.maximumBatchCount else {
      throw .invalidArgument(
        "the batch has \(batch.count) changes; the limit is \(BitcaskRecord.maximumBatchCount)")
    }
    var records = RecordBatch(batch, timestamp: clock.now)
    try whileWriting { () throws(StoreError) in try append(&records) }
  }

  private func append(_ batch: inout RecordBatch) throws(StoreError) {
    let current = try activeFile()
    let start = current.file.size
    batch.seal(at: start, synced: current.synced, seed: current.data.seed)
    try current.file.append(batch.buffer.view)
    current.endsWithMark = false
    for (key, entry) in batch.entries { current.newest[key] = entry }
    if schedule.mustSyncNow() {
      try sync()  // ← commit point: from here on, it survives a power cut
    }
    show(batch, in: current.data)  // ← and from here on, readers see it
    writes.userBytes += batch.userBytes
    writes.logBytes += batch.buffer.count
    if schedule.needsWorker || isMergeDue { wakeWorker() }
  }

  private func show(_ batch: borrowing RecordBatch, in file: DataFile) {
    let entries = batch.entries
    let bytes = batch.buffer.count
    view.withLock { view in
      view.update(file) { counts in
        counts.size += bytes
        for (_, entry) in entries { counts.add(entry.kind, length: entry.length) }
      }
      for (key, entry) in entries { view.note(key, entry, in: file.number) }
      view.changes += UInt64(entries.count)
    }
  }

  /// Runs `body` as the only writer; a failure of the disk ends writing until the store is opened again.
  func whileWriting<Result>(
    _ body: () throws(StoreError) -> Result
  ) throws(StoreError) -> Result {
    try writing.withLock { () throws(StoreError) -> Result in
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
    default: _ = status.becomeReadOnly(error)
    }
    return error
  }

  /// Syncs the active file.
  ///
  /// Called with `writing`.
  func sync() throws(StoreError) {
    try active?.sync()
    schedule.synced()
  }

  // MARK: Files

  /// The file to append to: the newest one, or the next where that is full, merged, or missing.
  private func activeFile() throws(StoreError) -> ActiveFile {
    try resumeNewest()
    if let active {
      let isFull = active.file.size >= options.dataFileBytes
      guard isFull, active.file.size > BitcaskFileHeader.size else { return active }
      try seal(writingHint: true)
    }
    let next = try createNext()
    active = next
    return next
  }

  /// Opens the newest file of an earlier process to append to it, where that was not done yet.
  ///
  /// Called with `writing`.
  func resumeNewest() throws(StoreError) {
    guard active == nil, let newest = newestAtOpening else { return }
    active = try resume(newest)
    newestAtOpening = nil
  }

  /// Puts the newest file of an earlier process in order.
  ///
  /// What is cut off must be gone for good before something is appended in its place. And what nobody
  /// vouches for is written again: if the earlier process failed to sync it, the system takes its pages for
  /// written, and no later sync would bring them to the disk.
  private func resume(_ newest: BitcaskRecovery.Newest) throws(StoreError) -> ActiveFile {
    let file = try directory.openForAppending(BitcaskFileName.of(.data, newest.header.number))
    if newest.isTorn { try file.truncate(to: newest.end) }
    if newest.vouched < newest.end { try file.writeAgain(newest.vouched..<newest.end) }
    try file.sync()
    try directory.sync()
    let data = view.withLock { $0.files[newest.header.number] }
    guard let data else { preconditionFailure("recovery knows the newest file") }
    return ActiveFile(
      file, data, synced: newest.end, newest: newest.newest, hintedBytes: newest.hintedBytes,
      endsWithMark: newest.endsWithMark)
  }

  /// What is shown must not be lost: with a promise to keep, the newest file is put in order at once.
  func settleAtOpening() throws(StoreError) {
    guard let newest = newestAtOpening, newest.isTorn || newest.hasUnvouchedRecords else { return }
    guard newest.isTorn || options.durability != .system else { return }
    do throws(StoreError) {
      try resumeNewest()
    } catch {
      directory.close()
      throw error
    }
  }

  /// Ends the active file: from now on it never changes.
  ///
  /// It is synced whatever the durability is, so that a later file never survives where an earlier one has
  /// lost its end. Called with `writing`.
  func seal(writingHint: Bool) throws(StoreError) {
    guard let sealed = active else { return }
    try sealed.appendMark(at: clock.now)
    try sealed.sync()
    try sealed.file.close()
    active = nil
    if writingHint { try writeHint(of: sealed) }
  }

  /// Writes the hint of a file that is synced, unless there is too little that it could spare an opening.
  func writeHint(of file: ActiveFile) throws(StoreError) {
    guard file.synced - file.hintedBytes > options.unhintedBytes else { return }
    var counts = view.withLock { _ in file.data.counts }
    counts.size = file.synced
    let hintBytes = try HintFile.write(
      for: file.data.header, counts: counts, try newestRecords(in: file), in: directory)
    view.withLock { view in
      view.update(file.data) { counts in
        counts.size = file.file.size
        counts.hintBytes = hintBytes
      }
    }
  }

  /// The newest record of each key in a file: what its hint has, and what came after it.
  private func newestRecords(in file: ActiveFile) throws(StoreError) -> [Key: HintEntry] {
    guard file.hintedBytes > BitcaskFileHeader.size else { return file.newest }
    var newest: [Key: HintEntry] = [:]
    let contents = try directory.read(BitcaskFileName.of(.hint, file.data.number))
    _ = try HintFile.read(contents, of: file.data.header, dataSize: file.file.size) {
      newest[$0] = $1
    }
    return newest.merging(file.newest) { $1 }
  }

  private func createNext() throws(StoreError) -> ActiveFile {
    let number = try takeNumber()
    let header = BitcaskFileHeader(
      kind: .data, number: number, identity: identity, changesBefore: view.withLock { $0.changes },
      created: clock.now, previous: lastNumber)
    let file = try BitcaskRecovery.createFile(header, in: directory)
    let data = DataFile(header: header, directory: directory.path, counts: DataFileCounts())
    view.withLock { $0.add(data) }
    lastNumber = number
    return ActiveFile(file, data, synced: BitcaskFileHeader.size)
  }

  /// A file number that was never given before.
  func takeNumber() throws(StoreError) -> UInt32 {
    guard nextNumber < BitcaskFileName.lastNumber else {
      throw .invalidArgument("the store has used up its four billion file numbers; export it")
    }
    defer { nextNumber += 1 }
    return nextNumber
  }
}
