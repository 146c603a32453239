import StrataCore

/// Any file of a store, piece by piece, with the meaning of every byte.
///
/// It shows what is there, damaged or not, and needs nothing but the file: no store, no lock. Pieces are
/// handed out one at a time, so that a file of any size can be looked at. Every checksum is computed
/// again; behind a damaged piece it goes on at the next place that proves itself.
public enum FileInspector {
  /// Calls `body` with each piece and its bytes, from the beginning, until it returns false.
  ///
  /// - Throws: `io` when the file cannot be read, `invalidArgument` when it is no file of a store.
  public static func inspect(
    _ path: String, fileSystem: any FileSystem = LocalFileSystem(),
    _ body: (FilePart, _ bytes: ByteView) -> Bool
  ) throws(StoreError) {
    try inspect(try FileContents.read(path, fileSystem: fileSystem), body)
  }

  /// True when this may be a file of a store: its name or its first bytes say so.
  public static func recognises(_ contents: FileContents) -> Bool {
    let isNamed = contents.name == FileName.manifest || FileName.parse(contents.name) != nil
    return isNamed || contents.withBytes { resemblesHeader($0) }
  }

  /// The same for a file that was read already.
  ///
  /// A file is the store's when its name or its first bytes say so; either may be damaged.
  public static func inspect(
    _ contents: FileContents, _ body: (FilePart, _ bytes: ByteView) -> Bool
  ) throws(StoreError) {
    let name = contents.path.split(separator: "/").last.map(String.init) ?? ""
    let named = name == FileName.manifest ? (FileKind.manifest, 0) : FileName.parse(name)
    try contents.withBytes { bytes throws(StoreError) in
      guard named != nil || resemblesHeader(bytes) else {
        throw .invalidArgument("\(contents.path): this is not a file of a Strata store")
      }
      let header = headerPart(bytes, contents.path)
      guard body(header, bytes.prefix(header.count)), bytes.count >= FileHeader.size else { return }
      // A sound header is right about the file; of a damaged one, the name knows better.
      let isSound = FileHeader.isSound(bytes)
      guard !isSound || bytes.uint16(at: 8) == FileHeader.currentVersion,
        let kind = isSound
          ? FileKind(rawValue: bytes[10]) : named?.0 ?? FileKind(rawValue: bytes[10])
      else { return unreadable(FileHeader.size..<bytes.count, "see the file header", bytes, body) }
      switch kind {
      case .manifest: inspectManifest(bytes, body)
      case .log:
        let number = isSound ? bytes.uint32(at: 12) : named?.1 ?? bytes.uint32(at: 12)
        inspectLog(bytes, LogIdentity(identity(in: bytes), number: number), body)
      case .segment: inspectSegment(bytes, contents.path, body)
      }
    }
  }

  /// True when at least half of the magic is there.
  private static func resemblesHeader(_ bytes: ByteView) -> Bool {
    (0..<min(8, bytes.count)).count { bytes[$0] == UInt8(FileHeader.magic >> (8 * $0) & 0xFF) } >= 4
  }

  private static func headerPart(_ bytes: ByteView, _ path: String) -> FilePart {
    var part = PartBuilder("file header", at: 0, bytes)
    let isMagic = bytes.count >= 8 && bytes.uint64(at: 0) == FileHeader.magic
    part.add("magic", 8, isMagic ? "0x89 STRATA newline" : "should be 89 53 54 52 41 54 41 0a")
    part.add("version", 2, "\(bytes.uint16(at: 8))")
    part.add("kind", 1, FileKind(rawValue: bytes[10])?.name ?? "unknown")
    part.add("zero", 1, "")
    part.add("number", 4, "\(bytes.uint32(at: 12))")
    part.add(
      "identity", 16,
      identity(in: bytes).description)
    part.add("zero", 4, "")
    part.addChecksum("", of: 0..<36)
    do throws(StoreError) {
      _ = try FileHeader(decoding: bytes, file: path)
    } catch {
      if case .corrupt(_, _, let reason) = error, part.part.damage == nil {
        part.part.damage = reason
      }
    }
    return part.part
  }

  /// The identity that a header holds, which must be there.
  private static func identity(in bytes: ByteView) -> StoreIdentity {
    StoreIdentity(high: bytes.uint64(at: 16), low: bytes.uint64(at: 24))
  }

  // MARK: Manifest

  private static func inspectManifest(_ bytes: ByteView, _ body: (FilePart, ByteView) -> Bool) {
    var part = PartBuilder("live files", at: FileHeader.size, bytes)
    part.add("flushed", 8, "changes up to \(bytes.uint64(at: 40)) are in segments")
    part.add("oldest log", 4, FileName.of(.log, bytes.uint32(at: 48)))
    part.add("next file", 4, "\(bytes.uint32(at: 52))")
    part.add("next run", 4, "\(bytes.uint32(at: 56))")
    part.add("segments", 4, "\(bytes.uint32(at: 60))")
    let totals = [
      "user bytes", "log bytes", "flushed bytes", "compacted bytes", "flushes", "compactions",
    ]
    for (index, name) in totals.enumerated() {
      part.add(name, 8, "\(bytes.uint64(at: 64 + 8 * index))")
    }
    // As many rows as there is room for, whatever the count says.
    let rows = max(0, bytes.count - 4 - Manifest.fixedSize) / Manifest.rowSize
    for row in 0..<rows {
      let at = Manifest.fixedSize + Manifest.rowSize * row
      part.add("segment", 4, FileName.of(.segment, bytes.uint32(at: at)))
      part.add("run", 4, "\(bytes.uint32(at: at + 4))")
      part.add("level", 4, "\(bytes.uint32(at: at + 8))")
      part.add("its checksum", 4, "")
      part.add("its size", 8, "\(bytes.uint64(at: at + 16)) bytes")
    }
    let rest = bytes.count - 4 - part.end
    if rest > 0 { part.add("more", rest, "no whole segment") }
    part.addChecksum("", of: FileHeader.size..<max(FileHeader.size, part.end))
    if bytes.count < Manifest.fixedSize + 4 {
      part.part.damage = "the file ends within the list"
    } else if part.part.damage == nil,
      bytes.count != Manifest.fixedSize + Manifest.rowSize * Int(bytes.uint32(at: 60)) + 4
    {
      part.part.damage = "the number of segments does not fit the size of the file"
    }
    _ = body(part.part, bytes.suffix(from: FileHeader.size))
  }

  // MARK: Log

  private static func inspectLog(
    _ bytes: ByteView, _ log: LogIdentity, _ body: (FilePart, ByteView) -> Bool
  ) {
    var offset = FileHeader.size
    while offset < bytes.count {
      guard bytes.holds(LogFrame.headerSize, at: offset), bytes.hasContent(from: offset) else {
        return inspectEnd(bytes, from: offset, body)
      }
      let header = bytes.slice(at: offset, count: LogFrame.headerSize)
      let isSound =
        CRC32C.checksum(of: header.suffix(from: 4), continuing: log.seed) == header.uint32(at: 0)
      // A sound header's length leads to the next frame; else the next sound frame has to be found.
      let size = LogFrame.size(inSoundHeader: header)
      let end =
        isSound
        ? min(bytes.count, offset + size)
        : LogFrame.first(in: bytes, from: offset + 1, log: log)?.offset ?? bytes.count
      var frame = framePart(at: offset, bytes.slice(at: 0, count: end), log)
      if isSound {
        do throws(RecordDefect) {
          _ = try LogFrame(decoding: bytes, at: offset, log: log)
        } catch {
          frame.damage =
            error == .bodyIncomplete ? "the file ends within this frame" : error.reason
        }
      } else if frame.damage == nil {
        frame.damage = "these bytes are too few for a frame"  // and so they hold no checksum
      }
      guard body(frame, bytes.slice(at: offset, count: frame.count)),
        inspectRecords(
          bytes, from: offset + frame.count, to: end, isTrusted: isSound, body)
      else { return }
      offset = end
    }
  }

  /// What is too short for a frame, or was only set aside for one.
  private static func inspectEnd(
    _ bytes: ByteView, from offset: Int, _ body: (FilePart, ByteView) -> Bool
  ) {
    if bytes.hasContent(from: offset) {
      return unreadable(
        offset..<bytes.count, "the file ends within a frame's header", bytes, body)
    }
    let part = FilePart(
      offset: offset, count: bytes.count - offset, title: "zeros, set aside for frames")
    _ = body(part, bytes.suffix(from: offset))
  }

  private static func framePart(
    at offset: Int, _ bytes: ByteView, _ log: LogIdentity
  ) -> FilePart {
    // What is no frame may end anywhere: the next sound one begins there.
    let count = bytes.holds(4, at: offset + 24) ? bytes.uint32(at: offset + 24) : 1
    let title = [0: "synced mark", .max: "continued in a later log"][count] ?? "frame"
    var part = PartBuilder(title, at: offset, bytes)
    part.addChecksum(
      "of the identity and the next 28 bytes", of: offset + 4..<offset + LogFrame.headerSize,
      continuing: log.seed)
    if count == .max {
      part.add("next", 4, FileName.of(.log, bytes.uint32(at: offset + 4)))
    } else {
      part.add("length", 4, "\(bytes.uint32(at: offset + 4)) bytes of records")
    }
    part.add("first", 8, "sequence number \(bytes.uint64(at: offset + 8))")
    part.add("synced", 8, "changes up to \(bytes.uint64(at: offset + 16)) were on the disk")
    part.add("records", 4, "\(count == .max ? 0 : count)")
    part.add("log", 4, "\(bytes.uint32(at: offset + 28))")
    return part.part
  }
}
