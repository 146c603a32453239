import StrataCore

/// The files of a damaged store, sorted by what they say they are.
///
/// A file is what its header says, whatever its name is; a file without a sound header is what its name
/// says. Most headers decide whose store it is: a file with another identity is not read.
struct SalvageFiles {
  struct Segment {
    var name: String
    var number: UInt32
    var contents: FileContents
    /// What the manifest says about it.
    var row: Manifest.Row?
    /// Its run, counted from the newest.
    var rank = 0
  }

  private(set) var identity: StoreIdentity?
  /// Nil when it is missing, damaged, or not this store's present one.
  private(set) var manifest: Manifest?
  private(set) var logs: [LogSalvage.File] = []
  private(set) var segments: [Segment] = []
  private(set) var losses: [SalvageReport.Loss] = []
  private(set) var warnings: [String] = []

  init(_ directory: any Directory) throws(StoreError) {
    let names = try directory.names().filter {
      $0 == FileName.manifest || FileName.parse($0) != nil
    }
    guard !names.isEmpty else { throw .notFound(path: directory.path) }
    var files: [(name: String, contents: FileContents)] = []
    for name in names {
      do throws(StoreError) {
        files.append((name, try directory.map(name)))
      } catch {
        lose(name, 0, "\(error)", keys: LostKeys())
      }
    }
    identity = Self.identity(of: files.map(\.contents.bytes))
    for file in files { classify(file.name, file.contents) }
    logs.sort { $0.number < $1.number }
    segments.sort { $0.number < $1.number }
    if !names.contains(FileName.manifest) { lose(FileName.manifest, 0, "the manifest is missing") }
    checkManifest()
    if let manifest {
      choose(by: manifest)
    } else {
      rankByFooters()
      warnings.append(
        "Without a manifest nobody knows which files are superseded: what was deleted may be back, "
          + "and a file that is missing is not noticed.")
    }
  }

  /// The identity in most of the sound headers; of two, the first.
  private static func identity(of files: [ByteView]) -> StoreIdentity? {
    let all = files.compactMap { try? FileHeader(decoding: $0, file: "").identity }
    var best: (identity: StoreIdentity, count: Int)?
    for identity in all {
      let count = all.count { $0 == identity }
      if count > best?.count ?? 0 { best = (identity, count) }
    }
    return best?.identity
  }

  private mutating func classify(_ name: String, _ contents: FileContents) {
    let header = try? FileHeader(decoding: contents.bytes, file: name)
    let named = FileName.parse(name)
    let kind = header?.kind ?? named?.kind ?? .manifest
    let number = header?.number ?? named?.number ?? 0
    if let header, header.identity != identity {
      return lose(
        name, contents.bytes.count, "this file belongs to another store",
        keys: name == FileName.manifest ? nil : LostKeys())
    }
    if name != FileName.of(kind, number) {
      warnings.append("\(name) is \(FileName.of(kind, number)) under a wrong name.")
    }
    switch kind {
    case .manifest:
      do throws(StoreError) {
        manifest = try Manifest(decoding: contents.bytes, path: contents.path)
      } catch {
        lose(name, contents.bytes.count, error.description)
      }
    case .log: logs.append(LogSalvage.File(name: name, number: number, contents: contents))
    case .segment: segments.append(Segment(name: name, number: number, contents: contents))
    }
  }

  /// Does without a manifest that names what is not there, beside segments that it does not know.
  ///
  /// It is an old one, or damage met the traces of a crash: either way no guide to what is superseded.
  private mutating func checkManifest() {
    guard let manifest else { return }
    let numbers = Set(segments.map(\.number))
    let missing = manifest.segments.filter { !numbers.contains($0.number) }
    let isLogMissing = !logs.contains { $0.number == manifest.oldestLog }
    let knowsAll = numbers.isSubset(of: manifest.segments.map(\.number))
    guard !knowsAll, !missing.isEmpty || isLogMissing else { return }
    lose(FileName.manifest, 0, "it names files that are not there, and not those that are")
    for row in missing {
      lose(
        FileName.of(.segment, row.number), 0, "the segment is missing, or was superseded",
        keys: LostKeys())
    }
    self.manifest = nil
  }

  /// Leaves what the manifest names, each with its place in the order.
  private mutating func choose(by manifest: Manifest) {
    let ranks = Self.ranks(of: manifest.segments.map { ($0.level, $0.run) })
    var chosen: [Segment] = []
    for (row, rank) in zip(manifest.segments, ranks) {
      let copies = segments.filter { $0.number == row.number }
      if copies.isEmpty {
        losses.append(
          SegmentSalvage.missing(
            FileName.of(.segment, row.number), rank: rank, length: 0,
            reason: "the segment is missing"))
      }
      for var segment in copies {
        (segment.row, segment.rank) = (row, rank)
        chosen.append(segment)
      }
    }
    let numbers = Set(manifest.segments.map(\.number))
    for segment in segments where !numbers.contains(segment.number) {
      warnings.append("\(segment.name) is not part of the store and was not read.")
    }
    for log in logs where log.number < manifest.oldestLog {
      warnings.append("\(log.name) is not part of the store and was not read.")
    }
    segments = chosen
    logs.removeAll { $0.number < manifest.oldestLog }
  }

  /// Orders segments by their own footers, where there is no manifest.
  ///
  /// One without a sound footer may be anything, so it counts as newer than all others.
  private mutating func rankByFooters() {
    let places = segments.map { segment -> (level: UInt32, run: UInt32) in
      let footer = try? SegmentFooter(decoding: segment.contents.bytes, path: segment.contents.path)
      return footer.map { ($0.level, $0.run) } ?? (0, .max)
    }
    for (index, rank) in Self.ranks(of: places).enumerated() { segments[index].rank = rank }
  }

  /// For each place, how many of the others are newer.
  private static func ranks(of places: [(level: UInt32, run: UInt32)]) -> [Int] {
    let order = places.sorted { ($0.level, $1.run) < ($1.level, $0.run) }
    return places.map { place in order.firstIndex { $0 == place } ?? 0 }
  }

  private mutating func lose(
    _ name: String, _ length: Int, _ reason: String, keys: LostKeys? = nil
  ) {
    // What a log held may be newer than anything that was found.
    let rank = FileName.parse(name)?.kind == .log ? -1 : 0
    losses.append(
      SalvageReport.Loss(
        file: name, offset: 0, length: length, reason: reason, keys: keys, rank: rank))
  }
}
