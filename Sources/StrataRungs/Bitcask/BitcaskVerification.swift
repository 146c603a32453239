import StrataCore

extension BitcaskStore {
  /// Looks at every byte of the store at `path`, and changes nothing.
  ///
  /// Every record of every data file is read with its checksums, and every hint is compared with its data
  /// file. One damaged file does not hide the next; within a file, what is behind the first damage that
  /// hides where the next record begins is not looked at.
  ///
  /// - Throws: `locked` when the store is open, `notFound` when there is none.
  public static func verify(
    at path: String, fileSystem: any FileSystem = LocalFileSystem()
  ) throws(StoreError) -> VerificationReport {
    let directory = try fileSystem.openDirectory(path, creating: false)
    defer { directory.close() }
    try directory.lock()
    var verification = BitcaskVerification(directory: directory)
    try verification.run()
    return verification.report
  }
}

/// One verification on its way.
private struct BitcaskVerification {
  let directory: any Directory
  var report = VerificationReport()

  mutating func run() throws(StoreError) {
    let names = try directory.names()
    guard names.contains(where: { BitcaskFileName.parse($0) != nil }) else {
      throw .notFound(path: directory.path)
    }
    let files: BitcaskFiles
    do throws(StoreError) {
      files = try BitcaskFiles(in: directory)
    } catch {
      guard case .corrupt = error else { throw error }
      report.note(error, "data files", "data", "The store cannot be opened.")
      for name in names { list(name, "data") }
      return
    }
    for name in files.rubbish {
      list(name, "unused")
      report.warnings.append("\(name) does not count; the next opening removes it.")
    }
    for name in files.foreign {
      list(name, "foreign")
      report.warnings.append("\(name) is not the store's; it is left alone.")
    }
    for file in files.live {
      let isNewest = file.number == files.live.last?.number
      let newest = try verifyData(file, mayBeTorn: isNewest && file.header.kind == .data)
      if files.hints.contains(file.number) { verifyHint(of: file, newest) }
    }
  }

  private mutating func list(_ name: String, _ kind: String) {
    let size = try? directory.openForReading(name).size()
    report.add(name, kind, size ?? 0, isChecked: false)
  }

  /// Reads all records; answers those that a hint may name, by offset.
  private mutating func verifyData(
    _ file: BitcaskFiles.Data, mayBeTorn: Bool
  ) throws(StoreError) -> [Int: (key: Key, entry: HintEntry)] {
    var records: [Int: (key: Key, entry: HintEntry)] = [:]
    let name = BitcaskFileName.of(.data, file.number)
    let replay = try DataFileReplay(
      file.reader, file.header, from: BitcaskFileHeader.size, counts: DataFileCounts(),
      size: file.size
    ) { records[$1.offset] = ($0, $1) }
    report.add(name, file.header.kind.name, file.size, records: replay.counts.records)
    guard let defect = replay.defect else {
      if !mayBeTorn, !replay.endsWithMark {
        report.note(
          .corrupt(
            file: file.reader.path, offset: file.size,
            reason: "the end of the file is missing: there is no mark"), name,
          file.header.kind.name, "The store cannot be opened.")
      }
      return records
    }
    let hinted = try hintedBytes(of: file)
    var isDamage = !mayBeTorn || defect.offset < hinted
    if !isDamage {
      isDamage = try TornTail.isVouchedFor(
        defect.offset, in: file.reader, seed: file.header.checksum, size: file.size)
    }
    if isDamage {
      report.note(
        .corrupt(file: file.reader.path, offset: defect.offset, reason: defect.reason), name,
        file.header.kind.name,
        defect.offset < hinted
          ? "Reads and merges that come by this place fail; older values are never served instead."
          : "The store cannot be opened.")
    } else {
      report.warnings.append(
        "\(file.reader.path) ends at byte \(replay.end): \(defect.reason). The next opening cuts it "
          + "there.")
    }
    return records
  }

  /// Up to where a sound hint says that the file was on the disk.
  private func hintedBytes(of file: BitcaskFiles.Data) throws(StoreError) -> Int {
    let name = BitcaskFileName.of(.hint, file.number)
    guard try directory.names().contains(name) else { return 0 }
    let counts = try? HintFile.read(
      directory.read(name), of: file.header, dataSize: file.size, { _, _ in })
    return counts?.size ?? 0
  }

  private mutating func verifyHint(
    of file: BitcaskFiles.Data, _ records: [Int: (key: Key, entry: HintEntry)]
  ) {
    let name = BitcaskFileName.of(.hint, file.number)
    let consequence = "Opening reads the data file instead."
    do throws(StoreError) {
      let contents = try directory.read(name)
      var wrong: HintEntry?
      var entries = 0
      _ = try HintFile.read(contents, of: file.header, dataSize: file.size) { key, entry in
        entries += 1
        if let found = records[entry.offset], found.key != key || found.entry != entry {
          wrong = entry
        }
      }
      report.add(name, "hint", contents.bytes.count, records: entries)
      guard let wrong else { return }
      report.note(
        .corrupt(
          file: contents.path, offset: HintFile.fixedSize,
          reason: "the entry about byte \(wrong.offset) is not what the data file holds there"),
        name, "hint", "Reads of this key fail.")
    } catch {
      list(name, "hint")
      report.note(error, name, "hint", consequence)
    }
  }
}
