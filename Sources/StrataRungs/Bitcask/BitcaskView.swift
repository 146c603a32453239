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

  /// Adds a file.
  mutating func add(_ file: DataFile) {
    files[file.number] = file
    count(file, 1)
  }

  mutating func remove(_ file: DataFile) {
    if files.removeValue(forKey: file.number) != nil { count(file, -1) }
  }

  /// Changes the numbers of a file that is there.
  mutating func update(_ file: DataFile, _ change: (inout DataFileCounts) -> Void) {
    count(file, -1)
    change(&file.counts)
    count(file, 1)
  }

  private mutating func count(_ file: DataFile, _ sign: Int) {
    diskBytes += sign * (file.counts.size + file.counts.hintBytes)
    recordBytes += sign * file.counts.recordBytes
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
