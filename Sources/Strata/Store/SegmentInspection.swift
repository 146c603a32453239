import StrataCore

/// A segment, piece by piece.
extension FileInspector {
  static func inspectSegment(
    _ contents: FileContents, _ body: (FilePart, ByteView) -> Bool
  ) {
    let bytes = contents.bytes
    let footer: SegmentFooter
    do throws(StoreError) {
      footer = try SegmentFooter(decoding: bytes, path: contents.path)
    } catch {
      var part = FilePart(
        offset: FileHeader.size, count: bytes.count - FileHeader.size, title: "the rest")
      part.damage = error.description
      _ = body(part, bytes.suffix(from: FileHeader.size))
      return
    }
    var offset = FileHeader.size
    while offset < footer.recordsEnd {
      do throws(RecordDefect) {
        let records = bytes.slice(at: 0, count: footer.recordsEnd)
        let record = try RecordCodec.decode(records, at: offset)
        guard body(recordPart(record, at: offset, bytes), record.bytes) else { return }
        offset += record.bytes.count
      } catch {
        var part = FilePart(
          offset: offset, count: footer.recordsEnd - offset, title: "the other records")
        part.damage = error.reason
        guard body(part, bytes.slice(at: offset, count: part.count)) else { return }
        offset = footer.recordsEnd
      }
    }
    for part in footer.parts(of: bytes) {
      guard body(part, bytes.slice(at: part.offset, count: part.count)) else { return }
    }
  }
}

extension SegmentFooter {
  /// What lies behind the records, piece by piece.
  fileprivate func parts(of bytes: ByteView) -> [FilePart] {
    var fence = PartBuilder("fence", at: fenceOffset, bytes)
    for block in 0..<fenceCount {
      let at = fenceOffset + 16 * block
      let prefix = (0..<8).reversed().map { bytes[at + $0] }  // stored as a number
      fence.add("key prefix", 8, ByteView.withBytes(of: prefix) { Escaping.escape($0) })
      fence.add("offset", 8, "\(bytes.uint64(at: at + 8))")
    }
    var slots = PartBuilder("hash index", at: slotsOffset, bytes)
    for slot in 0..<slotCount {
      let word = bytes.uint64(at: slotsOffset + 8 * slot)
      slots.add("slot \(slot)", 8, word == 0 ? "empty" : "record at \(word & 0xFF_FFFF_FFFF)")
    }
    var filter = PartBuilder("filter", at: filterOffset, bytes)
    for block in 0..<filterBlocks { filter.add("block \(block)", 64, "512 bits") }
    var checksums = PartBuilder("checksums", at: checksumsOffset, bytes)
    for page in 0..<pageCount { checksums.add("page \(page)", 4, "") }
    var keys = PartBuilder("keys", at: smallestKeyOffset, bytes)
    let smallest = bytes.slice(at: smallestKeyOffset, count: smallestKeyLength)
    keys.add("smallest", smallestKeyLength, Escaping.escape(smallest.prefix(64)))
    let largest = bytes.slice(at: largestKeyOffset, count: largestKeyLength)
    keys.add("largest", largestKeyLength, Escaping.escape(largest.prefix(64)))
    return [fence.part, slots.part, filter.part, checksums.part, keys.part, footerPart(of: bytes)]
  }

  private func footerPart(of bytes: ByteView) -> FilePart {
    var part = PartBuilder("footer", at: footerOffset, bytes)
    part.add("records", 8, "\(recordCount)")
    part.add("tombstones", 8, "\(tombstoneCount)")
    part.add("expiring", 8, "\(expiringCount)")
    part.add("records end", 8, "\(recordsEnd)")
    part.add("fence", 8, "at \(fenceOffset)")
    part.add("fence entries", 8, "\(fenceCount)")
    part.add("hash index", 8, "at \(slotsOffset)")
    part.add("slots", 8, "\(slotCount)")
    part.add("longest way", 8, "\(longestProbe)")
    part.add("filter", 8, "at \(filterOffset)")
    part.add("filter blocks", 8, "\(filterBlocks)")
    part.add("checksums", 8, "at \(checksumsOffset)")
    part.add("smallest key", 4, "\(smallestKeyLength) bytes")
    part.add("largest key", 4, "\(largestKeyLength) bytes")
    part.add("checksum", 4, "of checksums and keys")
    part.add("number", 4, "\(number)")
    part.add("magic", 4, "SEGF")
    part.add("checksum", 4, "of this footer: matches")
    return part.part
  }
}
