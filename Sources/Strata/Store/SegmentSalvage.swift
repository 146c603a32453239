import StrataCore

/// The sound records of one segment, damaged or not.
///
/// Records follow each other, each with its lengths under its checksum. Where that chain breaks,
/// the index still knows where every record begins, and it has checksums of its own; so one damaged
/// record costs one record. Only where the index is damaged too, records are looked for byte by byte:
/// what is found so might be bytes of some value that look like a record, and all keys from there on
/// are uncertain.
struct SegmentSalvage {
  /// Where the sound records begin, in order of their keys.
  private(set) var offsets: [Int] = []
  private(set) var losses: [SalvageReport.Loss] = []
  private(set) var warnings: [String] = []
  let contents: FileContents
  let rank: Int

  private let name: String
  private let footer: SegmentFooter?
  /// Beginnings of records that the sound pages of the index know, ascending.
  private var knownOffsets: [Int] = []
  private var isIndexSound = false

  /// Reads the file `name`, which was found to be this store's segment of that number.
  init(_ contents: FileContents, name: String, number: UInt32, row: Manifest.Row?, rank: Int) {
    self.contents = contents
    self.name = name
    self.rank = rank
    let bytes = contents.bytes
    let decoded = try? SegmentFooter(decoding: bytes, path: contents.path)
    footer = decoded.flatMap { $0.number == number ? $0 : nil }
    if let row, footer != nil, bytes.uint32(at: bytes.count - 4) != row.footerChecksum {
      lose(0..<bytes.count, "this is another segment of the same number", LostKeys())
      return
    }
    if !FileHeader.isSound(bytes) {
      warnings.append("\(name): the file header is damaged; the name and the rest say whose it is.")
    }
    readIndex()
    walk()
  }

  /// A loss of the whole file.
  static func missing(_ name: String, rank: Int, length: Int, reason: String) -> SalvageReport.Loss
  {
    SalvageReport.Loss(file: name, offset: 0, length: length, reason: reason, rank: rank)
  }

  // MARK: The index

  private mutating func readIndex() {
    let bytes = contents.bytes
    guard let footer else {
      return warnings.append("\(name): the footer is damaged; the records were read without it.")
    }
    let tail = bytes.slice(
      at: footer.checksumsOffset, count: footer.footerOffset - footer.checksumsOffset)
    isIndexSound = CRC32C.checksum(of: tail) == footer.tailChecksum
    guard isIndexSound else {
      return warnings.append("\(name): the index is damaged; the records were read without it.")
    }
    let pages = CheckedPages(
      bytes.slice(at: footer.fenceOffset, count: footer.pagesEnd - footer.fenceOffset),
      checksums: tail.slice(at: 0, count: 4 * footer.pageCount), path: contents.path,
      fileOffset: footer.fenceOffset)
    let slots = footer.slotsOffset - footer.fenceOffset
    for slot in 0..<footer.slotCount {
      let place = slots + HashIndex.slotSize * slot
      guard let view = try? pages.view(at: place, count: HashIndex.slotSize) else {
        isIndexSound = false
        continue
      }
      let word = view.uint32(at: 0)
      if word != 0 { knownOffsets.append(HashIndex.offset(inSlot: word)) }
    }
    knownOffsets.sort()
    if !isIndexSound { warnings.append("\(name): a page of the index is damaged.") }
  }

  // MARK: The records

  private mutating func walk() {
    let end = footer?.recordsEnd ?? contents.bytes.count
    let bytes = contents.bytes.slice(at: 0, count: end)
    var offset = min(FileHeader.size, end)
    var previous: Key?
    while offset < end {
      if let (record, end) = soundRecord(bytes, at: offset, behind: previous) {
        offsets.append(offset)
        offset = end
        previous = Key(record.key)
        continue
      }
      if footer == nil && isFence(behind: offset) { return }
      let (next, isCertain) = next(behind: offset, in: bytes, previous)
      let before = next.flatMap { soundRecord(bytes, at: $0, behind: previous) }.map {
        Key($0.record.key)
      }
      lose(
        offset..<(next ?? end), reason(bytes, at: offset),
        LostKeys(after: previous, before: isCertain ? before : nil))
      offset = next ?? end
    }
    if footer == nil {
      lose(end..<end, "the file ends before its footer", LostKeys(after: previous))
    }
  }

  private func soundRecord(
    _ bytes: ByteView, at offset: Int, behind previous: Key?
  ) -> (record: Record, end: Int)? {
    guard let found = try? SegmentRecord.decode(bytes, at: offset) else { return nil }
    if let previous, !(previous < Key(found.record.key)) { return nil }
    return found
  }

  private func reason(_ bytes: ByteView, at offset: Int) -> String {
    do throws(RecordDefect) {
      _ = try SegmentRecord.decode(bytes, at: offset)
      return "a record's key does not sort behind the one before"
    } catch {
      return error.reason
    }
  }

  /// The next sound record, and whether it is certain that it is one.
  private func next(
    behind offset: Int, in bytes: ByteView, _ previous: Key?
  ) -> (offset: Int?, isCertain: Bool) {
    var low = 0
    var high = knownOffsets.count
    while low < high {
      let middle = (low + high) / 2
      if knownOffsets[middle] <= offset { low = middle + 1 } else { high = middle }
    }
    for known in knownOffsets[low...]
    where soundRecord(bytes, at: known, behind: previous) != nil { return (known, isIndexSound) }
    guard !isIndexSound else { return (nil, true) }
    // What looks like a length may be one of anything, and each such place costs a checksum of so many
    // bytes. A search that has summed up the file many times over ends without a find.
    var patience = 16 * bytes.count
    var at = offset + 1
    while at < bytes.count, patience > 0 {
      if soundRecord(bytes, at: at, behind: previous) != nil { return (at, false) }
      if let shape = SegmentRecord.Shape(bytes, at: at), bytes.holds(shape.size, at: at) {
        patience -= shape.size
      }
      at += 1
    }
    return (nil, false)
  }

  /// True when the records end at `offset` and their own fence follows: then none is missing.
  private func isFence(behind offset: Int) -> Bool {
    let bytes = contents.bytes
    let at = (offset + 63) & ~63
    guard !offsets.isEmpty, (offset..<min(at, bytes.count)).allSatisfy({ bytes[$0] == 0 }) else {
      return false
    }
    let starts = stride(from: 0, to: offsets.count, by: SegmentFooter.fenceInterval)
    let count = (offsets.count - 1) / SegmentFooter.fenceInterval + 1
    guard bytes.holds(12 * count, at: at) else { return false }
    for (entry, index) in starts.enumerated() {
      let record = record(at: offsets[index])
      guard bytes.uint64(at: at + 8 * entry) == record?.key.sortingPrefix,
        bytes.uint32(at: at + 8 * count + 4 * entry) == UInt32(offsets[index])
      else { return false }
    }
    return true
  }

  /// The record at a place where one was found sound; nil should the file have changed meanwhile.
  fileprivate func record(at offset: Int) -> Record? {
    try? SegmentRecord.decode(contents.bytes, at: offset).record
  }

  private mutating func lose(_ range: Range<Int>, _ reason: String, _ keys: LostKeys) {
    losses.append(
      SalvageReport.Loss(
        file: name, offset: range.lowerBound, length: range.count, reason: reason, keys: keys,
        rank: rank))
  }
}

/// A walk over the sound records of a damaged segment.
final class SegmentSalvageCursor: RecordSource {
  private let salvage: SegmentSalvage
  private var index = 0

  init(_ salvage: SegmentSalvage) { self.salvage = salvage }

  func fill(_ batch: inout RecordBatch) {
    while !batch.isFull, index < salvage.offsets.count {
      if let record = salvage.record(at: salvage.offsets[index]) { batch.append(record) }
      index += 1
    }
  }
}
