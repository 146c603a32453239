import StrataCore

/// One data file of the store, as readers know it; its bytes never change up to where it was written.
///
/// It lives as long as somebody may read from it: the store, a get under way, or a scan.
final class DataFile: @unchecked Sendable {
  let header: BitcaskFileHeader
  let path: String
  /// What the checksums of its records begin with.
  let seed: UInt32

  // Guarded by the store's `view`.
  var counts: DataFileCounts

  // Guarded by the lock of the `ReaderPool`.
  fileprivate var reader: (any ReadableFile)?
  fileprivate var lastUse: UInt64 = 0

  init(header: BitcaskFileHeader, directory: String, counts: DataFileCounts) {
    self.header = header
    path = "\(directory)/\(BitcaskFileName.of(.data, header.number))"
    seed = header.checksum
    self.counts = counts
  }

  var number: UInt32 { header.number }
  var name: String { BitcaskFileName.of(.data, number) }
  var isMerged: Bool { header.kind == .merged }
}

/// What is in a data file.
struct DataFileCounts: Equatable, Sendable {
  /// All of its bytes.
  var size = BitcaskFileHeader.size
  /// Records, marks left out.
  var records = 0
  var tombstones = 0
  /// The bytes of the records, marks left out.
  var recordBytes = 0
  /// The bytes of its hint; 0 when there is none.
  var hintBytes = 0

  mutating func add(_ kind: BitcaskRecord.Kind, length: Int) {
    guard kind != .mark else { return }
    records += 1
    recordBytes += length
    if kind == .tombstone { tombstones += 1 }
  }
}

/// Data files that are open for reading: opened when first needed, shared by all threads, closed again
/// when there are too many.
///
/// Reads name their offset, so that one descriptor serves any number of threads at once; a pool of several
/// for each file would only be needed if reading meant seeking first.
final class ReaderPool: @unchecked Sendable {
  private let directory: any Directory
  private let capacity: Int
  private let lock = Lock()
  // Guarded by `lock`.
  private var open: [DataFile] = []
  private var uses: UInt64 = 0
  private var isClosed = false

  init(_ directory: any Directory, capacity: Int) {
    self.directory = directory
    self.capacity = capacity
  }

  /// How many files are open at present.
  var openCount: Int { lock.withLock { open.count } }

  /// Reads a piece of a data file.
  func read(_ file: DataFile, at offset: Int, count: Int) throws(StoreError) -> [UInt8] {
    let reader = try lock.withLock { () throws(StoreError) -> any ReadableFile in
      try self.reader(of: file)
    }
    return try reader.read(at: offset, count: count)
  }

  /// Keeps the file readable for whoever still has it, although its name is about to go.
  func retire(_ file: DataFile) throws(StoreError) {
    try lock.withLock { () throws(StoreError) in
      _ = try reader(of: file)
      open.removeAll { $0 === file }
    }
  }

  /// Called with `lock`.
  private func reader(of file: DataFile) throws(StoreError) -> any ReadableFile {
    uses += 1
    file.lastUse = uses
    if let reader = file.reader { return reader }
    // The directory's descriptor may be somebody else's by now.
    if isClosed { throw .closed }
    let reader = try directory.openForReading(file.name)
    file.reader = reader
    open.append(file)
    if open.count > capacity,
      let oldest = open.indices.min(by: { open[$0].lastUse < open[$1].lastUse })
    {
      // Whoever reads from it at the moment has it until it is done.
      open.remove(at: oldest).reader = nil
    }
    return reader
  }

  /// Opens no file any more; who reads at the moment may finish.
  func close() {
    lock.withLock {
      isClosed = true
      for file in open { file.reader = nil }
      open.removeAll()
    }
  }
}
