import StrataCore

/// The records in a frame of a log.
extension FileInspector {
  /// Goes over the records of a frame, from `start` to `end`, damaged ones included.
  ///
  /// A record whose header is sound leads to the next one; behind any other, nothing is known.
  ///
  /// - Parameter isTrusted: false when nothing says that there are records at all: then the first
  ///   bytes that are no record end the walk.
  /// - Returns: false when `body` did.
  static func inspectRecords(
    _ bytes: ByteView, from start: Int, to end: Int, isTrusted: Bool,
    _ body: (FilePart, ByteView) -> Bool
  ) -> Bool {
    let records = bytes.slice(at: 0, count: end)
    var offset = start
    while offset < end {
      var defect: RecordDefect?
      do throws(RecordDefect) {
        _ = try RecordCodec.decode(records, at: offset)
      } catch {
        defect = error
      }
      let isHeaderSound = [nil, .bodyChecksum, .bodyIncomplete].contains(defect)
      guard records.holds(RecordCodec.headerSize, at: offset), isTrusted || isHeaderSound else {
        unreadable(offset..<end, defect?.reason ?? "this is no record", bytes, body)
        return true
      }
      var part = recordPart(at: offset, records, isHeaderSound: isHeaderSound)
      if part.damage == nil { part.damage = defect?.reason }
      guard body(part, bytes.slice(at: offset, count: part.count)) else { return false }
      offset += part.count
      guard isHeaderSound else {
        if offset < end {
          unreadable(
            offset..<end, "the record before does not say where it ends", bytes, body)
        }
        return true
      }
    }
    return true
  }

  private static func recordPart(
    at offset: Int, _ bytes: ByteView, isHeaderSound: Bool
  ) -> FilePart {
    let header = bytes.slice(at: offset, count: RecordCodec.headerSize)
    let bodyOffset = offset + RecordCodec.headerSize
    let size = isHeaderSound ? RecordCodec.encodedSize(header) : 0
    let isWhole = isHeaderSound && bytes.holds(size, at: offset)
    var part = PartBuilder("record \(header.uint64(at: 16))", at: offset, bytes)
    part.addChecksum(
      "of the next 20 bytes, from offset 4 of the record", of: offset + 4..<bodyOffset)
    part.addChecksum("of the body", of: isWhole ? bodyOffset..<offset + size : nil)
    let keyLength = Int(header.uint32(at: 12) & 0xFF_FFFF)
    let valueLength = Int(header.uint32(at: 8))
    part.add("value length", 4, "\(valueLength)")
    part.add("key length", 3, "\(keyLength)")
    let kind = RecordKind(rawValue: header[15])
    part.add("kind", 1, kind.map { "\($0)" } ?? "unknown")
    part.add("sequence", 8, "\(header.uint64(at: 16))")
    guard isHeaderSound else { return part.part }
    if kind == .expiringValue {
      part.add("expires", 8, "\(bytes.uint64(at: bodyOffset)) ms since 1970")
    }
    part.addText("key", keyLength)
    part.addText("value", valueLength)
    return part.part
  }
}
