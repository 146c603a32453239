import StrataCore

/// What to measure, and how to write it down.
struct BenchRequest: Equatable, Sendable {
  var workloads = Workload.usual
  /// Entries of the store.
  var count = 100_000
  /// Reads of each reading workload; other workloads do a fixed share of them.
  var operations = 1_000_000
  var valueSize = 100
  /// Reads and mixed work are measured once for each number of threads.
  var threads = [1]
  /// Another order of random operations; 1 is that of the other programs.
  var seed = 1
  /// That of the stages which do not sync every write.
  var durability = Durability.system
  var format = BenchFormat.text
  /// Ends the process as kill −9 does when everything is measured, and so leaves the store as it is.
  var isKilled = false
}

/// For people, for programs, or for a table of several engines.
enum BenchFormat: String, CaseIterable, Sendable {
  case text, json, lines
}

extension BenchRequest {
  /// The most threads that can be asked for.
  static let mostThreads = 64
  /// The threads that write together in `fillsync`.
  static let syncingThreads = 8
  /// The puts in a batch.
  static let batchSize = 1000

  /// Random numbers for one purpose; the purposes are numbered as in the other programs.
  func seed(_ purpose: UInt64) -> UInt64 { purpose &+ (UInt64(seed) &- 1) &* 1_000_003 }

  /// Walks over everything: enough for as many entries as there are reads, and at least three.
  var passes: Int { max(3, (operations + count - 1) / count) }
  /// Ranges of a hundred entries.
  var ranges: Int { max(1, operations / 50) }
  /// Gets and puts of one thread.
  var mixedOperations: Int { max(1, operations / 2) }
  /// Batches that fill a store.
  var batches: Int { max(1, count / BenchRequest.batchSize) }
  /// Synced writes, for so many threads in all.
  func syncs(threads: Int) -> Int { min(threads == 1 ? 1000 : 2000, operations) }
  /// Synced batches.
  var syncedBatches: Int { max(1, min(100, operations / BenchRequest.batchSize)) }
  /// Values of 1 MiB.
  var largeValues: Int { min(500, count) }
  /// Reads of them.
  var largeReads: Int { min(2000, operations) }
}
