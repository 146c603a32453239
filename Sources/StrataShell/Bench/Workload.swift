/// What a benchmark does to a store, in the order in which it is done.
///
/// The names are those under which other programs measure the same, with the same data: see
/// `Fixtures/Race`.
enum Workload: String, CaseIterable, Sendable {
  // The loop itself.

  /// Nothing but a random number and its key: what every read below takes on top.
  case loopGet = "loop-get"
  /// Nothing but a key and a value: what every write below takes on top.
  case loopPut = "loop-put"

  // A store of entries in random order.

  /// Puts with keys in random order.
  case fillrandom
  /// Waiting until nothing is left to be done in the background.
  case settle
  /// Closing the store.
  case close
  /// Opening it, up to the first value read.
  case openClean = "open-clean"
  /// Gets of keys that are there, each value copied into an array of its own.
  case readrandom
  /// The same without a copy, where the engine can.
  case readview
  /// The same into an array that is used again, where the engine can.
  case readinto
  /// Gets of keys that are not there.
  case readmissing
  /// All entries in order, without a copy where the engine can; an operation is one entry.
  case scan
  /// The same with a copy of every key and value.
  case scanentries
  /// A hundred entries in order, from a random key on.
  case range100
  /// `readrandom` when everything is in one sorted run.
  case readrandomCompacted = "readrandom-compacted"
  /// `readview` then.
  case readviewCompacted = "readview-compacted"
  /// `readinto` then.
  case readintoCompacted = "readinto-compacted"
  /// `readmissing` then.
  case readmissingCompacted = "readmissing-compacted"
  /// `scan` then.
  case scanCompacted = "scan-compacted"
  /// `range100` then.
  case range100Compacted = "range100-compacted"
  /// Half gets, half puts, of few keys very often and of many rarely.
  case mixed = "mixed50-zipf"

  // Stores of their own.

  /// Puts with ascending keys.
  case fillseq
  /// Batches of a thousand puts; an operation is one put.
  case fillbatch = "fillbatch1000"
  /// Puts of keys that are there, chosen at random.
  case overwrite
  /// Everything merged into one, after each key was overwritten five times on average.
  case compact
  /// Opening a store whose process was killed behind its last put, up to the first value read.
  case openAfterKill = "open-after-kill"

  // With a sync for every operation.

  /// An append to a file and a sync of it, without any store: the floor under the next three.
  case fdatasync
  /// Puts, each on the disk when it returns; by one thread, then by eight.
  case fillsync
  /// Batches of a thousand puts, each on the disk when it returns.
  case fillbatchSync = "fillbatch1000-sync"

  // Values of 1 MiB.

  /// Puts of large values.
  case fillLarge = "fill1M"
  /// Gets of them.
  case readLarge = "read1M"

  /// What is measured when nothing is chosen: all but the values that need half a GiB.
  static let usual = allCases.filter { $0 != .fillLarge && $0 != .readLarge }
}

/// Workloads that share a store, which is empty at the beginning.
enum BenchStage: CaseIterable {
  case loop, random, sequential, batches, overwriting, killed
  case floor, synced, syncedTogether, syncedBatches, large

  /// What is measured, in this order.
  var workloads: [Workload] {
    switch self {
    case .loop: [.loopGet, .loopPut]
    case .random:
      [
        .fillrandom, .settle, .close, .openClean, .readrandom, .readview, .readinto, .readmissing,
        .scan, .scanentries, .range100, .readrandomCompacted, .readviewCompacted,
        .readintoCompacted, .readmissingCompacted, .scanCompacted, .range100Compacted, .mixed,
      ]
    case .sequential: [.fillseq]
    case .batches: [.fillbatch]
    case .overwriting: [.overwrite, .compact]
    case .killed: [.openAfterKill]
    case .floor: [.fdatasync]
    case .synced, .syncedTogether: [.fillsync]
    case .syncedBatches: [.fillbatchSync]
    case .large: [.fillLarge, .readLarge]
    }
  }

  /// True when every write waits for the disk, whatever durability was asked for.
  var isSynced: Bool { self == .synced || self == .syncedTogether || self == .syncedBatches }

  /// True when the store has to be there again after its process has ended.
  var needsFiles: Bool { self == .killed || self == .floor || isSynced }

  /// The stages in which something of this is measured.
  static func all(for workloads: [Workload]) -> [BenchStage] {
    allCases.filter { !Set($0.workloads).isDisjoint(with: workloads) }
  }
}
