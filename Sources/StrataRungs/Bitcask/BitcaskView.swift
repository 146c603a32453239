import StrataCore

/// What readers see of a Bitcask store at one moment.
struct BitcaskView {
  var keys = KeyDirectory()
  /// By number.
  private(set) var files: [UInt32: DataFile] = [:]
  /// Changes made in the store's whole life.
  var changes: UInt64 = 0
  var reads = StoreStatistics.ReadTotals()
  /// The bytes of all data files and hints.
  private(set) var diskBytes = 0
  /// The bytes of all records, overwritten ones and tombstones included.
  private(set) var recordBytes = 0

  /// Adds a file, or puts its new numbers in place of the old ones.
  mutating func add(_ file: DataFile) {
    remove(file)
    files[file.number] = file
    diskBytes += file.counts.size + file.counts.hintBytes
    recordBytes += file.counts.recordBytes
  }

  mutating func remove(_ file: DataFile) {
    guard let known = files.removeValue(forKey: file.number) else { return }
    diskBytes -= known.counts.size + known.counts.hintBytes
    recordBytes -= known.counts.recordBytes
  }

  /// Changes the numbers of a file.
  mutating func update(_ file: DataFile, _ change: (inout DataFileCounts) -> Void) {
    remove(file)
    change(&file.counts)
    add(file)
  }

  /// The files in the order of their numbers.
  var sortedFiles: [DataFile] { files.values.sorted { $0.number < $1.number } }

  /// Notes a record that is the newest of its key from now on.
  mutating func note(_ key: Key, _ entry: HintEntry, in file: UInt32) {
    if entry.kind == .tombstone {
      keys.remove(key)
    } else {
      keys.set(key, entry.place(in: file))
    }
  }
}
