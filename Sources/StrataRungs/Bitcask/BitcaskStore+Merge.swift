import StrataCore

/// How what is overwritten, deleted or expired goes.
///
///     data.5   data.6   data.7 │ data.9          8 is taken for the result
///     a=1 b=1  b del    c=1    │ c=2  (writers go on)
///        └───────┬────────┘
///            data.8.tmp   a=1 c=1       (c=1 was the newest when the merge began; c=2 stays it)
///                │
///            synced, renamed to data.8   ← commit point: 8 stands for 5, 6 and 7
///                │
///            5, 6, 7 removed
///
/// A crash before the rename leaves 5, 6 and 7, and rubbish; after it, 8 counts and the others are rubbish,
/// whichever of them are still there. Never a mixture: so a tombstone may be left out, since the older
/// record that it hid cannot come back without the tombstone's own file.
extension BitcaskStore {
  /// Merges all data files into one.
  ///
  /// - Returns: the bytes reclaimed: those of the records that are not stored any more.
  /// - Complexity: O(n) in what is alive; writers and readers go on meanwhile.
  public func compact() throws(StoreError) -> Int {
    try maintenance.withLock { () throws(StoreError) in
      try status.checkWritable()
      let hasRubbish = view.withLock { view in
        view.recordBytes > view.keys.liveBytes || view.keys.expiringCount > 0
      }
      return hasRubbish ? try merge() : 0
    }
  }

  /// Merges if the data files have become large enough; false when there is nothing to do.
  public func performMaintenanceStep() throws(StoreError) -> Bool {
    try maintenance.withLock { () throws(StoreError) in
      try status.checkWritable()
      let isDue = writing.withLock { isMergeDue }
      guard isDue else { return false }
      _ = try merge()
      return true
    }
  }

  /// True when the threshold is reached and a merge would reclaim something.
  ///
  /// Called with `writing`.
  var isMergeDue: Bool {
    let (total, live) = view.withLock { ($0.recordBytes, $0.keys.liveBytes) }
    return total > live && threshold.isReached(total)
  }

  /// Called with `maintenance`.
  private func merge() throws(StoreError) -> Int {
    let plan = try beginMerge()
    do throws(StoreError) {
      let output = try writeMerged(plan)
      try switchOver(to: output, plan)
      writing.withLock {
        threshold.adapt(living: view.withLock { $0.keys.liveBytes })
        writes.compactions += 1
        writes.compactedBytes += output.file.counts.size
      }
      try removeInputs(of: plan)
      return max(0, plan.recordBytes - output.file.counts.recordBytes)
    } catch {
      throw failed(error)
    }
  }

  /// What a merge is about.
  private struct MergePlan {
    let inputs: [DataFile]
    let number: UInt32
    let changesBefore: UInt64
    /// The records to keep, in the order in which they lie.
    let places: [(key: Key, place: RecordPlace)]
    /// The keys whose time is over.
    let expired: [(key: Key, place: RecordPlace)]
    let recordBytes: Int
    let created: UnixMilliseconds
  }

  /// The result of a merge, not yet in use.
  private struct MergeOutput {
    let file: DataFile
    let moves: [(key: Key, from: RecordPlace, to: RecordPlace)]
  }

  /// Seals the active file, so that everything written so far is in files that never change.
  private func beginMerge() throws(StoreError) -> MergePlan {
    try whileWriting { () throws(StoreError) in
      try resumeNewest()
      try seal(writingHint: false)
      let number = try takeNumber()
      let now = clock.now
      return view.withLock { view in
        var places: [(key: Key, place: RecordPlace)] = []
        var expired: [(key: Key, place: RecordPlace)] = []
        places.reserveCapacity(view.keys.places.count)
        for (key, place) in view.keys.places {
          let isOver = place.expiresAt <= now && place.expiresAt != .max
          if isOver { expired.append((key, place)) } else { places.append((key, place)) }
        }
        return MergePlan(
          inputs: view.sortedFiles, number: number, changesBefore: view.changes, places: places,
          expired: expired, recordBytes: view.recordBytes, created: now)
      }
    }
  }

  private func writeMerged(_ plan: MergePlan) throws(StoreError) -> MergeOutput {
    let header = BitcaskFileHeader(
      kind: .merged, number: plan.number, identity: identity, changesBefore: plan.changesBefore,
      created: plan.created, previous: plan.inputs.last?.number ?? BitcaskFileHeader.none)
    let temporary = BitcaskFileName.temporary(.data, plan.number)
    var writer = MergeWriter(header, try directory.create(temporary))
    let files = Dictionary(uniqueKeysWithValues: plan.inputs.map { ($0.number, $0) })
    // In the order in which they lie, so that neighbours are read together, and the disk's order never
    // depends on that of a dictionary.
    let places = plan.places.sorted {
      ($0.place.file, $0.place.offset) < ($1.place.file, $1.place.offset)
    }
    var next = 0
    while next < places.count {
      let run = neighbours(of: next, in: places)
      guard let file = files[places[next].place.file] else { break }
      try copy(places[run], from: file, to: &writer)
      next = run.upperBound
      try betweenPieces()
    }
    let (counts, newest, moves) = try writer.finish()
    var hintBytes = 0
    if counts.size > options.unhintedBytes {
      hintBytes = try HintFile.write(for: header, counts: counts, newest, in: directory)
    }
    try directory.rename(temporary, to: BitcaskFileName.of(.data, plan.number))
    try directory.sync()  // ← commit point: the new file stands for all with smaller numbers
    var final = counts
    final.hintBytes = hintBytes
    return MergeOutput(
      file: DataFile(header: header, directory: directory.path, counts: final), moves: moves)
  }

  /// The records from `first` on that lie one behind the other and are not too much for one read.
  private func neighbours(
    of first: Int, in places: [(key: Key, place: RecordPlace)]
  ) -> Range<Int> {
    var end = first + 1
    let start = places[first].place
    while end < places.count {
      let (place, before) = (places[end].place, places[end - 1].place)
      guard place.file == start.file, place.offset == before.offset + Int(before.length),
        place.offset + Int(place.length) - start.offset <= 256 << 10
      else { break }
      end += 1
    }
    return first..<end
  }

  private func copy(
    _ places: ArraySlice<(key: Key, place: RecordPlace)>, from file: DataFile,
    to writer: inout MergeWriter
  ) throws(StoreError) {
    guard let first = places.first?.place, let last = places.last?.place else { return }
    let bytes = try pool.read(
      file, at: first.offset, count: last.offset + Int(last.length) - first.offset)
    try ByteView.withBytes(of: bytes) { (bytes) throws(StoreError) in
      for (key, place) in places {
        let record = bytes.slice(at: place.offset - first.offset, count: Int(place.length))
        try writer.append(record, of: key, at: place, from: file)
      }
    }
  }

  /// What a long merge must not keep from happening: the sync of an interval, and the end of the store.
  private func betweenPieces() throws(StoreError) {
    try status.checkWritable()
    guard options.maintenance == .background else { return }
    _ = try syncAfterInterval()
  }

  /// Lets readers find the records in their new place, unless they were overwritten meanwhile.
  private func switchOver(to output: MergeOutput, _ plan: MergePlan) throws(StoreError) {
    try writing.withLock { () throws(StoreError) in
      if lastNumber < plan.number { lastNumber = plan.number }
      // Whoever still has an old file (a scan, a get under way) reads on from it.
      for file in plan.inputs { try pool.retire(file) }
      view.withLock { view in
        for (key, from, to) in output.moves where view.keys[key] == from { view.keys.set(key, to) }
        for (key, place) in plan.expired where view.keys[key] == place { view.keys.remove(key) }
        for file in plan.inputs { view.remove(file) }
        view.add(output.file)
      }
    }
  }

  private func removeInputs(of plan: MergePlan) throws(StoreError) {
    for file in plan.inputs {
      try directory.remove(file.name)
      if file.counts.hintBytes > 0 {
        try directory.remove(BitcaskFileName.of(.hint, file.number))
      }
    }
  }
}
