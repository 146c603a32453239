import StrataCore

/// Opening a Bitcask store: from what an earlier process left to a key directory in memory.
///
///     lock ─▶ headers ─▶ hints, or records where there is no hint ─▶ key directory ─▶ rubbish removed
///
/// Nothing is changed before everything was read. All data files but the newest were on the disk before the
/// next one was begun; so only the newest can have a torn tail.
struct BitcaskRecovery {
  /// The newest data file, which may be appended to.
  struct Newest {
    var header: BitcaskFileHeader
    /// Where it counts up to; what is behind is to be cut off.
    var end: Int
    /// The bytes of it.
    var size: Int
    /// Up to here it was on the disk.
    var vouched: Int
    var hasUnvouchedRecords: Bool
    var endsWithMark: Bool
    var hintedBytes: Int
    /// The newest record of each key behind what the hint covers.
    var newest: [Key: HintEntry]

    /// True when it has to be put in order before anything is appended.
    var isTorn: Bool { end < size }
  }

  private(set) var report = RecoveryReport()
  private(set) var view = BitcaskView()
  private(set) var newest: Newest?
  private(set) var nextNumber: UInt32 = 0
  private(set) var identity: StoreIdentity
  private let directory: any Directory

  /// Reads the store in a locked directory; makes one when there is none.
  init(
    in directory: any Directory, _ options: BitcaskOptions, clock: any WallClock
  ) throws(StoreError) {
    self.directory = directory
    let files = try BitcaskFiles(in: directory)
    identity = files.live.first?.header.identity ?? options.identity ?? .random()
    nextNumber = files.nextNumber
    guard !files.live.isEmpty else {
      try create(files, options, clock)
      return
    }
    for file in files.live {
      try load(file, isNewest: file.number == files.live.last?.number, files)
    }
    let last = files.live[files.live.count - 1]
    view.changes = last.header.changesBefore
    if last.header.kind == .data {
      view.changes += UInt64(view.files[last.number]?.counts.records ?? 0)
    }
    try removeRubbish(files)
  }

  // MARK: A new store

  private mutating func create(
    _ files: BitcaskFiles, _ options: BitcaskOptions, _ clock: any WallClock
  ) throws(StoreError) {
    // An interrupted creation leaves a first file without records, and nothing else.
    let first = BitcaskFileName.of(.data, 0)
    if let name = files.rubbish.first(where: { $0 != first }) {
      throw .corrupt(
        file: "\(directory.path)/\(first)", offset: 0,
        reason: "the data files are missing, although \(name) is there")
    }
    try OpeningCheck.mayCreate(
      in: directory, beside: files.foreign, createsIfMissing: options.createsIfMissing)
    for name in files.rubbish { try directory.remove(name) }
    let header = BitcaskFileHeader(
      kind: .data, number: 0, identity: identity, changesBefore: 0, created: clock.now,
      previous: BitcaskFileHeader.none)
    try BitcaskRecovery.createFile(header, in: directory).close()
    nextNumber = 1
    view.add(DataFile(header: header, directory: directory.path, counts: DataFileCounts()))
    newest = Newest(
      header: header, end: BitcaskFileHeader.size, size: BitcaskFileHeader.size,
      vouched: BitcaskFileHeader.size, hasUnvouchedRecords: false, endsWithMark: false,
      hintedBytes: BitcaskFileHeader.size, newest: [:])
    report.wasCreated = true
  }

  /// Makes a data file with a header and nothing else; it is there after a power cut.
  static func createFile(
    _ header: BitcaskFileHeader, in directory: any Directory
  ) throws(StoreError) -> any WritableFile {
    let file = try directory.create(BitcaskFileName.of(.data, header.number))
    try ByteView.withBytes(of: header.encoded) { (bytes) throws(StoreError) in
      try file.append(bytes)
    }
    try file.sync()
    try directory.sync()
    return file
  }

  // MARK: An old store

  private mutating func load(
    _ file: BitcaskFiles.Data, isNewest: Bool, _ files: BitcaskFiles
  ) throws(StoreError) {
    let mayBeTorn = isNewest && file.header.kind == .data
    var entries: [Key: HintEntry] = [:]
    var counts = DataFileCounts()
    if files.hints.contains(file.number) { counts = try loadHint(of: file) }
    let hinted = counts.size
    // Without a hint nobody vouches even for the file's header: its sync may have failed.
    let vouched = counts.hintBytes > 0 ? hinted : 0
    var replay: DataFileReplay?
    if hinted < file.size {
      let read = try DataFileReplay(
        file.reader, file.header, from: hinted, vouched: vouched, counts: counts, size: file.size
      ) { key, entry in
        view.note(key, entry, in: file.number)
        if mayBeTorn { entries[key] = entry }
      }
      report.logs.append(file.number)
      report.records += read.counts.records - counts.records
      counts = read.counts
      replay = read
      if let defect = read.defect { try judge(defect, read.end, file, mayBeTorn: mayBeTorn) }
    }
    if !mayBeTorn, hinted < file.size || hinted == BitcaskFileHeader.size {
      guard replay?.endsWithMark ?? false else {
        throw .corrupt(
          file: file.reader.path, offset: file.size,
          reason: "the end of the file is missing: there is no mark")
      }
    }
    view.add(DataFile(header: file.header, directory: directory.path, counts: counts))
    guard mayBeTorn else { return }
    newest = Newest(
      header: file.header, end: counts.size, size: file.size, vouched: replay?.vouched ?? vouched,
      hasUnvouchedRecords: replay?.hasUnvouchedRecords ?? false,
      endsWithMark: replay?.endsWithMark ?? false, hintedBytes: hinted, newest: entries)
  }

  /// Takes the entries from the hint; a damaged hint is passed over with a warning.
  private mutating func loadHint(
    of file: BitcaskFiles.Data
  ) throws(StoreError) -> DataFileCounts {
    let name = BitcaskFileName.of(.hint, file.number)
    do throws(StoreError) {
      return try HintFile.read(
        try directory.map(name), of: file.header, dataSize: file.size,
        prepare: { view.keys.reserve($0) }
      ) { view.note($0, $1, in: file.number) }
    } catch {
      guard case .corrupt(let path, let offset, let reason) = error,
        path == "\(directory.path)/\(name)"
      else { throw error }
      report.warnings.append(
        "\(path) is damaged at byte \(offset) (\(reason)); its data file was read instead.")
      return DataFileCounts()
    }
  }

  private mutating func judge(
    _ defect: (offset: Int, reason: String), _ end: Int, _ file: BitcaskFiles.Data, mayBeTorn: Bool
  ) throws(StoreError) {
    var isDamage = !mayBeTorn
    if mayBeTorn {
      isDamage = try TornTail.isVouchedFor(
        defect.offset, in: file.reader, seed: file.header.checksum, size: file.size)
    }
    if isDamage {
      throw .corrupt(file: file.reader.path, offset: defect.offset, reason: defect.reason)
    }
    report.bytesDropped = file.size - end
    report.warnings.append("\(file.reader.path) ends at byte \(end): \(defect.reason).")
  }

  private mutating func removeRubbish(_ files: BitcaskFiles) throws(StoreError) {
    guard !files.rubbish.isEmpty else { return }
    // The merged file may be known to the system's cache only, if the merge's process was killed at once.
    // What it stands for may be removed when its name is durable, and not before.
    try directory.sync()
    for name in files.rubbish { try directory.remove(name) }
    report.filesRemoved = files.rubbish
  }
}
