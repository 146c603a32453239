import StrataCore

/// A segment, piece by piece.
extension FileInspector {
  static func inspectSegment(
    _ bytes: ByteView, _ path: String, _ body: (FilePart, ByteView) -> Bool
  ) {
    let footerOffset = bytes.count - SegmentFooter.size
    guard footerOffset >= FileHeader.size else {
      return unreadable(
        FileHeader.size..<bytes.count, "the file ends before its footer", bytes, body)
    }
    do throws(StoreError) {
      let footer = try SegmentFooter(decoding: bytes, path: path)
      guard
        inspectSegmentRecords(
          bytes, to: footer.recordsEnd, next: { footer.block(behind: $0, bytes) }, body)
      else { return }
      for part in footer.parts(of: bytes) {
        guard body(part, bytes.slice(at: part.offset, count: part.count)) else { return }
      }
    } catch {
      // Without the footer nobody knows where the records end; those that prove themselves are shown.
      guard
        inspectSegmentRecords(bytes, to: footerOffset, next: nil, body)
      else { return }
      var part = footerPart(of: bytes)
      if case .corrupt(_, _, let reason) = error, part.damage == nil { part.damage = reason }
      _ = body(part, bytes.suffix(from: footerOffset))
    }
  }

  static func footerPart(of bytes: ByteView, tail: Range<Int>? = nil) -> FilePart {
    let start = bytes.count - SegmentFooter.size
    var part = PartBuilder("footer", at: start, bytes)
    func number(_ offset: Int) -> UInt64 { bytes.uint64(at: start + offset) }
    part.add("records", 8, "\(number(0))")
    part.add("tombstones", 8, "\(number(8))")
    part.add("expiring", 8, "\(number(16))")
    part.add("records end", 8, "\(number(24))")
    part.add("fence", 8, "at \(number(32))")
    part.add("fence entries", 8, "\(number(40))")
    part.add("hash index", 8, "at \(number(48))")
    part.add("slots", 8, "\(number(56))")
    part.add("longest way", 8, "\(number(64))")
    part.add("filter", 8, "at \(number(72))")
    part.add("filter blocks", 8, "\(number(80))")
    part.add("checksums", 8, "at \(number(88))")
    part.add("smallest key", 4, "\(bytes.uint32(at: start + 96)) bytes")
    part.add("largest key", 4, "\(bytes.uint32(at: start + 100)) bytes")
    part.addChecksum("of checksums and keys", of: tail, matching: "")
    part.add("number", 4, "\(bytes.uint32(at: start + 108))")
    part.add("run", 4, "\(bytes.uint32(at: start + 112))")
    part.add("level", 4, "\(bytes.uint32(at: start + 116))")
    part.add("zero", 8, "")
    part.add("magic", 4, bytes.uint32(at: start + 128) == SegmentFooter.magic ? "SEGF" : "not SEGF")
    part.addChecksum("of this footer", of: start..<start + SegmentFooter.size - 4)
    return part.part
  }

  // MARK: Records

  /// Goes over the records up to `end`, damaged ones included.
  ///
  /// - Parameter next: a place behind another where a record begins; nil: nothing says that there are
  ///   records at all, so the first bytes that are none end the walk.
  /// - Returns: false when `body` did.
  private static func inspectSegmentRecords(
    _ bytes: ByteView, to end: Int, next: ((Int) -> Int?)?,
    _ body: (FilePart, ByteView) -> Bool
  ) -> Bool {
    let records = bytes.slice(at: 0, count: end)
    var offset = min(FileHeader.size, end)
    while offset < end {
      if let found = try? SegmentRecord.decode(records, at: offset) {
        let part = recordPart(at: offset, records, found.end)
        guard body(part, bytes.slice(at: offset, count: part.count)) else { return false }
        offset = found.end
        continue
      }
      guard let next else {
        unreadable(offset..<end, "this is no record", bytes, body)
        return true
      }
      // Its lengths may be right for all that: then a sound record, or the end, follows them.
      var resumption = next(offset) ?? end
      if let shape = SegmentRecord.Shape(records, at: offset),
        records.holds(shape.size, at: offset),
        offset + shape.size == end
          || (try? SegmentRecord.decode(records, at: offset + shape.size)) != nil
      {
        resumption = min(resumption, offset + shape.size)
        let part = recordPart(at: offset, records, resumption)
        guard body(part, bytes.slice(at: offset, count: part.count)) else { return false }
      } else {
        unreadable(
          offset..<resumption, RecordDefect.checksum.reason, bytes, body)
      }
      offset = resumption
    }
    return true
  }

  /// A record that seems to end at `end`.
  private static func recordPart(at offset: Int, _ bytes: ByteView, _ end: Int) -> FilePart {
    var part = PartBuilder("record", at: offset, bytes)
    guard let shape = SegmentRecord.Shape(bytes, at: offset) else { return part.part }
    part.addChecksum("of the rest of the record", of: offset + 4..<end)
    let kind = shape.kind.map { "\($0)" } ?? "unknown kind"
    part.add("key length", shape.keyLengthSize, "\(shape.keyLength), \(kind)")
    part.add("value length", shape.valueLengthSize, "\(shape.valueLength)")
    if shape.kind == .expiringValue {
      part.add("expires", 8, "\(bytes.uint64(at: offset + shape.bodyOffset - 8)) ms since 1970")
    }
    part.addText("key", shape.keyLength)
    part.addText("value", shape.valueLength)
    return part.part
  }

  /// A piece that nothing is known about, with its first bytes.
  static func unreadable(
    _ range: Range<Int>, _ reason: String, _ bytes: ByteView, _ body: (FilePart, ByteView) -> Bool
  ) {
    var part = PartBuilder("bytes that cannot be read", at: range.lowerBound, bytes)
    while part.part.count < min(32, range.count) {
      let count = min(8, range.upperBound - part.end)
      let excerpt = bytes.slice(at: part.end, count: count)
      part.add("bytes", count, Escaping.escape(excerpt))
    }
    let more = range.upperBound - part.end
    if more > 0 { part.add("more", more, "\(more) bytes") }
    part.part.damage = reason
    _ = body(part.part, bytes.slice(at: range.lowerBound, count: range.count))
  }
}

extension SegmentFooter {
  /// The next place that the fence knows and where a record begins.
  ///
  /// The fence may be damaged itself, so the record there has to prove it.
  fileprivate func block(behind offset: Int, _ bytes: ByteView) -> Int? {
    let records = bytes.slice(at: 0, count: recordsEnd)
    for block in 0..<fenceCount {
      let place = Int(bytes.uint32(at: fenceOffset + fenceOffsetsPlace + 4 * block))
      if place > offset, (try? SegmentRecord.decode(records, at: place)) != nil { return place }
    }
    return nil
  }

  /// What lies behind the records, piece by piece.
  fileprivate func parts(of bytes: ByteView) -> [FilePart] {
    var parts: [FilePart] = []
    if bytes.slice(at: 0, count: fenceOffset).hasContent(from: recordsEnd) {
      var gap = PartBuilder("gap", at: recordsEnd, bytes)
      gap.add("zeros", fenceOffset - recordsEnd, "not all of them are")
      gap.part.damage = "the gap between records and index is not empty"
      parts.append(gap.part)
    }
    var fence = PartBuilder("fence", at: fenceOffset, bytes)
    for block in 0..<fenceCount {
      let at = fenceOffset + 8 * block
      let prefix = (0..<8).reversed().map { bytes[at + $0] }  // stored as a number
      fence.add("key prefix", 8, ByteView.withBytes(of: prefix) { Escaping.escape($0) })
    }
    for block in 0..<fenceCount {
      let at = fenceOffset + fenceOffsetsPlace + 4 * block
      fence.add("offset", 4, "\(bytes.uint32(at: at))")
    }
    var slots = PartBuilder("hash index", at: slotsOffset, bytes)
    for slot in 0..<slotCount {
      let word = bytes.uint32(at: slotsOffset + HashIndex.slotSize * slot)
      let meaning = word == 0 ? "empty" : "record at \(HashIndex.offset(inSlot: word))"
      slots.add("slot \(slot)", HashIndex.slotSize, meaning)
    }
    var filter = PartBuilder("filter", at: filterOffset, bytes)
    for block in 0..<filterBlocks { filter.add("block \(block)", 64, "512 bits") }
    var checksums = PartBuilder("checksums", at: checksumsOffset, bytes)
    for page in 0..<pageCount {
      let start = fenceOffset + Self.pageSize * page
      let covered = start..<min(start + Self.pageSize, pagesEnd)
      let mismatch = bytes.mismatch(of: covered, storedAt: checksumsOffset + 4 * page)
      checksums.add("page \(page)", 4, mismatch ?? "")
      guard let mismatch else { continue }
      let damage =
        "the checksum of page \(page), bytes \(start) to \(covered.upperBound - 1), \(mismatch)"
      // The zeros before a part are in no part; the part behind them answers for them.
      if start < slotsOffset { fence.note(damage) }
      if start < filterOffset && covered.upperBound > slotsOffset { slots.note(damage) }
      if covered.upperBound > filterOffset { filter.note(damage) }
    }
    var keys = PartBuilder("keys", at: smallestKeyOffset, bytes)
    keys.addText("smallest", smallestKeyLength)
    keys.addText("largest", largestKeyLength)
    let tail = checksumsOffset..<footerOffset
    if let mismatch = bytes.mismatch(of: tail, storedAt: footerOffset + 104) {
      checksums.note("the checksum of checksums and keys \(mismatch)")
      keys.note("the checksum of checksums and keys \(mismatch)")
    }
    let footer = FileInspector.footerPart(of: bytes, tail: tail)
    return parts + [fence.part, slots.part, filter.part, checksums.part, keys.part, footer]
  }
}

extension PartBuilder {
  /// Says what is wrong, unless something else is already.
  fileprivate mutating func note(_ damage: String) { part.damage = part.damage ?? damage }
}
