import StrataCore

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
    let manifest = readManifest(isThere: names.contains(FileName.manifest))
    for name in names where name != FileName.manifest { classify(name, manifest) }
    guard let manifest else {
      // Without its list, each segment can still be held to its own header.
      for (kind, number) in parsed where kind == .segment { verifySegment(number) }
      return
    }
    for row in manifest.segments { verifySegment(row, manifest.identity) }
    checkRuns(manifest)
    verifyLogs(parsed.filter { $0.kind == .log }.map(\.number), manifest)
  }

  private mutating func readManifest(isThere: Bool) -> Manifest? {
    let consequence = "The store cannot be opened."
    guard isThere else {
      report.problems.append(
        VerificationReport.Problem(
          file: FileName.manifest, offset: 0, kind: "manifest",
          reason: "the manifest is missing, although files of a store are there",
          consequence: consequence))
      return nil
    }
    do throws(StoreError) {
      let contents = try directory.read(FileName.manifest)
      report.add(FileName.manifest, "manifest", contents.bytes.count)
      return try contents.withBytes { bytes throws(StoreError) in
        try Manifest(decoding: bytes, path: contents.path)
      }
    } catch {
      report.note(error, FileName.manifest, "manifest", consequence)
      return nil
    }
  }

  /// Lists what is not checked: what the manifest does not name, or all logs when there is none.
  private mutating func classify(_ name: String, _ manifest: Manifest?) {
    if let (kind, number) = FileName.parse(name) {
      guard let manifest else {
        if kind == .log { list(name, kind.name) }
        return
      }
      let isLive =
        kind == .log
        ? number >= manifest.oldestLog : manifest.segments.contains { $0.number == number }
      if isLive { return }
      list(name, "unused \(kind.name)")
      report.warnings.append("\(name) is not part of the store; the next opening removes it.")
    } else if FileName.parseTemporary(name) != nil {
      list(name, "temporary")
      report.warnings.append("\(name) is unfinished; the next opening removes it.")
    } else {
      list(name, "foreign")
      report.warnings.append("\(name) is not the store's; it is left alone.")
    }
  }

  /// Adds a file that is not looked into; its size is 0 when even that cannot be known.
  private mutating func list(_ name: String, _ kind: String) {
    let size = (try? directory.map(name))?.bytes.count
    report.add(name, kind, size ?? 0, isChecked: false)
  }

  private mutating func checkRuns(_ manifest: Manifest) {
    do throws(StoreError) {
      _ = try Recovery.openRuns(of: manifest, in: directory)
    } catch {
      // What is wrong with a segment itself was told already.
      guard case .corrupt(let file, _, _) = error, file.hasSuffix(FileName.manifest) else { return }
      report.note(error, FileName.manifest, "manifest", "The store cannot be opened.")
    }
  }

  /// A segment that no manifest names: by its own header.
  private mutating func verifySegment(_ number: UInt32) {
    let name = FileName.of(.segment, number)
    do throws(StoreError) {
      let contents = try directory.map(name)
      let header = try contents.withBytes { bytes throws(StoreError) in
        try FileHeader(decoding: bytes, file: contents.path)
      }
      verify(try Segment(number: number, identity: header.identity, in: directory))
    } catch {
      list(name, "segment")
      report.note(error, name, "segment", "The segment cannot be used.")
    }
  }

  private mutating func verifySegment(_ row: Manifest.Row, _ identity: StoreIdentity) {
    let name = FileName.of(.segment, row.number)
    do throws(StoreError) {
      verify(try Recovery.openSegment(row, identity, in: directory))
    } catch {
      list(name, "segment")
      report.note(error, name, "segment", "The store cannot be opened.")
    }
  }

  private mutating func verify(_ segment: Segment) {
    let name = FileName.of(.segment, segment.number)
    report.add(name, "segment", segment.size, records: segment.recordCount)
    var problems: [StoreError] = []
    segment.verify { problems.append($0) }
    for problem in problems {
      report.note(
        problem, name, "segment",
        "Reads and merges that come by this place fail; older values are never served instead.")
    }
  }

  private mutating func verifyLogs(_ numbers: [UInt32], _ manifest: Manifest) {
    let name = FileName.of(.log, manifest.oldestLog)
    let consequence = "The store cannot be opened; changes since the last flush are at stake."
    guard numbers.contains(manifest.oldestLog) else {
      return report.problems.append(
        VerificationReport.Problem(
          file: name, offset: 0, kind: "log",
          reason: "the log is missing, although the manifest names it", consequence: consequence))
    }
    var files: [LogReader.File] = []
    var records: [UInt32: Int] = [:]
    do throws(StoreError) {
      for number in numbers.sorted() where number >= manifest.oldestLog {
        let contents = try directory.read(FileName.of(.log, number))
        files.append(LogReader.File(number: number, contents: contents))
      }
      let reader = LogReader(
        identity: manifest.identity, files: files, flushedSequence: manifest.flushedSequence)
      let tear = try reader.read { frame throws(StoreError) in
        records[frame.log, default: 0] += frame.recordCount
      }.tear
      if let tear {
        report.warnings.append(
          "\(tear.file) ends at byte \(tear.offset): \(tear.reason). The next opening cuts it there."
        )
      }
    } catch {
      report.note(error, name, "log", consequence)
    }
    for file in files {
      report.add(
        FileName.of(.log, file.number), "log", file.contents.bytes.count,
        records: records[file.number] ?? 0)
    }
  }
}
