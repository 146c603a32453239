import StrataCore

/// One piece of a file, with a meaning for each of its bytes: a header, a frame, a record, a page.
public struct FilePart: Equatable, Sendable {
  /// Some neighbouring bytes with one meaning.
  public struct Field: Equatable, Sendable {
    /// Where they begin in the file.
    public var offset: Int
    /// How many there are.
    public var count: Int
    /// What they are.
    public var name: String
    /// What they say.
    public var meaning: String
  }

  /// Where the piece begins in the file.
  public var offset: Int
  /// How many bytes it has.
  public var count: Int
  /// What it is.
  public var title: String
  /// Its fields, in order.
  public var fields: [Field] = []
  /// What is wrong with it; nil: nothing.
  public var damage: String?
}

/// Any file of a store, piece by piece, with the meaning of every byte.
///
/// It shows what is there, damaged or not, and needs nothing but the file: no store, no lock. Pieces are
/// handed out one at a time, so that a file of any size can be looked at.
public enum FileInspector {
  /// Calls `body` with each piece and its bytes, from the beginning, until it returns false.
  ///
  /// - Throws: `io` when the file cannot be read, `corrupt` when it has no header of ours.
  public static func inspect(
    _ path: String, fileSystem: any FileSystem = LocalFileSystem(),
    _ body: (FilePart, _ bytes: ByteView) -> Bool
  ) throws(StoreError) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard let name = parts.last, !name.isEmpty else {
      throw .invalidArgument("\(path): this is no file")
    }
    let folder = parts.count == 1 ? "." : parts.dropLast().joined(separator: "/")
    let directory = try fileSystem.openDirectory(folder.isEmpty ? "/" : folder, creating: false)
    defer { directory.close() }
    try inspect(try directory.read(String(name)), body)
  }

  /// The same for a file that was read already.
  public static func inspect(
    _ contents: FileContents, _ body: (FilePart, _ bytes: ByteView) -> Bool
  ) throws(StoreError) {
    let bytes = contents.bytes
    let header = try FileHeader(decoding: bytes, file: contents.path)
    guard body(headerPart(header, bytes), bytes.slice(at: 0, count: FileHeader.size)) else {
      return
    }
    switch header.kind {
    case .manifest: inspectManifest(contents, body)
    case .log: inspectLog(bytes, LogIdentity(header.identity, number: header.number), body)
    case .segment: inspectSegment(contents, body)
    }
  }

  private static func headerPart(_ header: FileHeader, _ bytes: ByteView) -> FilePart {
    var part = PartBuilder("file header", at: 0, bytes)
    part.add("magic", 8, "0x89 STRATA newline")
    part.add("version", 2, "\(bytes.uint16(at: 8))")
    part.add("kind", 1, header.kind.name)
    part.add("zero", 1, "")
    part.add("number", 4, "\(header.number)")
    part.add("identity", 16, header.identity.description)
    part.add("zero", 4, "")
    part.add("checksum", 4, "matches")
    return part.part
  }

  // MARK: Manifest

  private static func inspectManifest(
    _ contents: FileContents, _ body: (FilePart, ByteView) -> Bool
  ) {
    let bytes = contents.bytes
    var part = PartBuilder("live files", at: FileHeader.size, bytes)
    do throws(StoreError) {
      let manifest = try Manifest(decoding: bytes, path: contents.path)
      part.add("flushed", 8, "changes up to \(manifest.flushedSequence) are in segments")
      part.add("oldest log", 4, FileName.of(.log, manifest.oldestLog))
      part.add("next file", 4, "\(manifest.nextFileNumber)")
      part.add("next run", 4, "\(manifest.nextRun)")
      part.add("segments", 4, "\(manifest.segments.count)")
      part.add("user bytes", 8, "\(manifest.totals.userBytes)")
      part.add("log bytes", 8, "\(manifest.totals.logBytes)")
      part.add("flushed bytes", 8, "\(manifest.totals.flushedBytes)")
      part.add("compacted bytes", 8, "\(manifest.totals.compactedBytes)")
      part.add("flushes", 8, "\(manifest.totals.flushes)")
      part.add("compactions", 8, "\(manifest.totals.compactions)")
      for row in manifest.segments {
        part.add("segment", 4, FileName.of(.segment, row.number))
        part.add("run", 4, "\(row.run)")
        part.add("level", 4, "\(row.level)")
        part.add("its checksum", 4, "")
        part.add("its size", 8, "\(row.size) bytes")
      }
      part.add("checksum", 4, "matches")
    } catch {
      part.part.count = bytes.count - FileHeader.size
      part.part.damage = error.description
    }
    _ = body(part.part, bytes.suffix(from: FileHeader.size))
  }

  // MARK: Log

  private static func inspectLog(
    _ bytes: ByteView, _ log: LogIdentity, _ body: (FilePart, ByteView) -> Bool
  ) {
    var offset = FileHeader.size
    while offset < bytes.count {
      do throws(RecordDefect) {
        let frame = try LogFrame(decoding: bytes, at: offset, log: log)
        guard body(framePart(frame, at: offset, bytes), bytes.slice(at: offset, count: 32)) else {
          return
        }
        var at = offset + LogFrame.headerSize
        while at < offset + frame.size {
          let record = Record(trustedAt: bytes.start + at)
          guard body(recordPart(record, at: at, bytes), record.bytes) else { return }
          at += record.bytes.count
        }
        offset += frame.size
      } catch {
        var part = FilePart(offset: offset, count: bytes.count - offset, title: "the rest")
        part.damage = error.reason
        _ = body(part, bytes.suffix(from: offset))
        return
      }
    }
  }

  private static func framePart(_ frame: LogFrame, at offset: Int, _ bytes: ByteView) -> FilePart {
    var part = PartBuilder(frame.recordCount == 0 ? "synced mark" : "frame", at: offset, bytes)
    part.add("checksum", 4, "of the identity and the next 28 bytes: matches")
    part.add("length", 4, "\(frame.records.count) bytes of records")
    part.add("first", 8, "sequence number \(frame.firstSequence)")
    part.add("synced", 8, "changes up to \(frame.syncedSequence) were on the disk")
    part.add("records", 4, "\(frame.recordCount)")
    part.add("log", 4, "\(frame.log)")
    return part.part
  }

  static func recordPart(_ record: Record, at offset: Int, _ bytes: ByteView) -> FilePart {
    var part = PartBuilder("record \(record.sequence)", at: offset, bytes)
    part.add("checksum", 4, "of the next 20 bytes, from offset 4 of the record: matches")
    part.add("checksum", 4, "of the body: matches")
    part.add("value length", 4, "\(record.value.count)")
    part.add("key length", 3, "\(record.key.count)")
    part.add("kind", 1, "\(record.kind)")
    part.add("sequence", 8, "\(record.sequence)")
    if let moment = record.expiresAt { part.add("expires", 8, "\(moment) ms since 1970") }
    part.add("key", record.key.count, Escaping.escape(record.key.prefix(64)))
    part.add("value", record.value.count, Escaping.escape(record.value.prefix(64)))
    return part.part
  }
}

/// Puts fields one behind the other.
struct PartBuilder {
  var part: FilePart

  init(_ title: String, at offset: Int, _ bytes: ByteView) {
    part = FilePart(offset: offset, count: 0, title: title)
  }

  mutating func add(_ name: String, _ count: Int, _ meaning: String) {
    part.fields.append(
      FilePart.Field(
        offset: part.offset + part.count, count: count, name: name, meaning: meaning))
    part.count += count
  }
}

extension ByteView {
  /// The first bytes, at most so many.
  func prefix(_ limit: Int) -> ByteView { slice(at: 0, count: min(limit, count)) }
}
