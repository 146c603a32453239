import StrataCore

/// What looking at every byte of a store found.
public struct VerificationReport: Equatable, Sendable {
  /// One file and what it holds.
  public struct File: Equatable, Sendable {
    /// Its name in the directory.
    public var name: String
    /// `manifest`, `log`, `segment`, `temporary` or `foreign`.
    public var kind: String
    /// Its size.
    public var bytes: Int
    /// Records in it.
    public var records: Int
  }

  /// One damage.
  public struct Problem: Equatable, Sendable {
    /// The file's name in the directory.
    public var file: String
    /// Where in it.
    public var offset: Int
    /// The kind of the file.
    public var kind: String
    /// What is wrong there.
    public var reason: String
    /// What that means for the store.
    public var consequence: String
  }

  /// Every file of the directory, by name.
  public var files: [File] = []
  /// Everything that is wrong.
  public var problems: [Problem] = []
  /// What is remarkable, but not wrong: a torn tail, rubbish that the next opening removes.
  public var warnings: [String] = []

  /// True when nothing is wrong.
  public var isSound: Bool { problems.isEmpty }
}

extension LogStructuredStore {
  /// Looks at every byte of the store at `path`, and changes nothing.
  ///
  /// Every file is read whole: headers, every record with its checksums and its order, every page of every
  /// index, every slot and filter bit against the record it is about, and the logs as a recovery would
  /// read them. One damage does not hide the next.
  ///
  /// - Throws: `locked` when the store is open, `notFound` when there is none.
  public static func verify(
    at path: String, fileSystem: any FileSystem = LocalFileSystem()
  ) throws(StoreError) -> VerificationReport {
    let directory = try fileSystem.openDirectory(path, creating: false)
    defer { directory.close() }
    try directory.lock()
    var verification = Verification(directory: directory)
    try verification.run()
    return verification.report
  }
}

/// One verification on its way.
private struct Verification {
  let directory: any Directory
  var report = VerificationReport()

  mutating func run() throws(StoreError) {
    let names = try directory.names()
    let parsed = names.compactMap(FileName.parse)
    guard names.contains(FileName.manifest) || !parsed.isEmpty else {
      throw .notFound(path: directory.path)
    }
    let manifest = readManifest()
    for name in names where name != FileName.manifest {
      try classify(name, manifest)
    }
    guard let manifest else { return }
    for row in manifest.segments { verifySegment(row, manifest.identity) }
    try verifyLogs(parsed.filter { $0.kind == .log }.map(\.number), manifest)
  }

  private mutating func readManifest() -> Manifest? {
    let consequence = "The store cannot be opened."
    do throws(StoreError) {
      let contents = try directory.read(FileName.manifest)
      add(FileName.manifest, "manifest", contents.bytes.count)
      return try contents.withBytes { bytes throws(StoreError) in
        try Manifest(decoding: bytes, path: contents.path)
      }
    } catch {
      note(error, FileName.manifest, "manifest", consequence)
      return nil
    }
  }

  /// Lists what the manifest does not name.
  private mutating func classify(_ name: String, _ manifest: Manifest?) throws(StoreError) {
    if let (kind, number) = FileName.parse(name) {
      guard let manifest else { return add(name, kind.name, try directory.read(name).bytes.count) }
      let isLive =
        kind == .log
        ? number >= manifest.oldestLog : manifest.segments.contains { $0.number == number }
      if isLive { return }
      add(name, "unused \(kind.name)", try directory.read(name).bytes.count)
      report.warnings.append("\(name) is not part of the store; the next opening removes it.")
    } else if FileName.parseTemporary(name) != nil {
      add(name, "temporary", try directory.read(name).bytes.count)
      report.warnings.append("\(name) is unfinished; the next opening removes it.")
    } else {
      add(name, "foreign", 0)
      report.warnings.append("\(name) is not the store's; it is left alone.")
    }
  }

  private mutating func verifySegment(_ row: Manifest.Row, _ identity: StoreIdentity) {
    let name = FileName.of(.segment, row.number)
    do throws(StoreError) {
      let segment = try Recovery.openSegment(row, identity, in: directory)
      add(name, "segment", segment.size, records: segment.recordCount)
      var problems: [StoreError] = []
      segment.verify { problems.append($0) }
      for problem in problems {
        note(
          problem, name, "segment",
          "Reads and merges that come by this place fail; older values are never served instead.")
      }
    } catch {
      note(error, name, "segment", "The store cannot be opened.")
    }
  }

  private mutating func verifyLogs(
    _ numbers: [UInt32], _ manifest: Manifest
  ) throws(StoreError) {
    let name = FileName.of(.log, manifest.oldestLog)
    let consequence = "The store cannot be opened; changes since the last flush are at stake."
    guard numbers.contains(manifest.oldestLog) else {
      return report.problems.append(
        VerificationReport.Problem(
          file: name, offset: 0, kind: "log",
          reason: "the log is missing, although the manifest names it", consequence: consequence))
    }
    var files: [LogReader.File] = []
    for number in numbers where number >= manifest.oldestLog {
      let contents = try directory.read(FileName.of(.log, number))
      files.append(LogReader.File(number: number, contents: contents))
    }
    let reader = LogReader(
      identity: manifest.identity, files: files, flushedSequence: manifest.flushedSequence)
    var records: [UInt32: Int] = [:]
    do throws(StoreError) {
      let (extents, tear, _) = try reader.read { frame throws(StoreError) in
        records[frame.log, default: 0] += frame.recordCount
      }
      if extents.first?.size == 0 { throw reader.headerIsLost }
      if let tear {
        report.warnings.append(
          "\(tear.file) ends at byte \(tear.offset): \(tear.reason). The next opening cuts it there."
        )
      }
    } catch {
      note(error, name, "log", consequence)
    }
    for file in files {
      add(
        FileName.of(.log, file.number), "log", file.contents.bytes.count,
        records: records[file.number] ?? 0)
    }
  }

  private mutating func add(_ name: String, _ kind: String, _ bytes: Int, records: Int = 0) {
    report.files.append(
      VerificationReport.File(name: name, kind: kind, bytes: bytes, records: records))
    report.files.sort { $0.name < $1.name }
  }

  private mutating func note(
    _ error: StoreError, _ name: String, _ kind: String, _ consequence: String
  ) {
    var problem = VerificationReport.Problem(
      file: name, offset: 0, kind: kind, reason: error.description, consequence: consequence)
    if case .corrupt(let path, let offset, let reason) = error {
      problem.offset = offset
      problem.reason = reason
      if let last = path.split(separator: "/").last { problem.file = String(last) }
    }
    report.problems.append(problem)
  }
}
