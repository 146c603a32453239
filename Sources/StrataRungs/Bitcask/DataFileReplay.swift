import StrataCore

/// The records of a data file as a recovery reads them: whole batches only, up to where the file is sound.
///
///     ┌ batch ┐┌──── batch ────┐┌ batch …
///     │ a=1   ││ b=2 │ c=3     ││ d=4 │ (the power went out)
///     └───────┘└───────────────┘└───────
///                              ▲
///                              end: what counts
struct DataFileReplay {
  /// Where the last whole batch ends.
  private(set) var end: Int
  /// What stopped it before the end of the file.
  private(set) var defect: (offset: Int, reason: String)?
  /// Everything before this was on the disk, as records or a hint say.
  private(set) var vouched: Int
  /// True when there are records that nobody vouches for.
  private(set) var hasUnvouchedRecords = false
  /// True when the last thing before `end` is a synced mark.
  private(set) var endsWithMark = false
  private(set) var counts = DataFileCounts()

  private typealias Found = (key: Key, entry: HintEntry)
  private var pending: [Found] = []
  private var expected = 0

  /// Reads a file from `start` on, whose bytes before that are known from a hint.
  ///
  /// - Parameter body: is given each record that counts, in order; marks are left out.
  init(
    _ file: any ReadableFile, _ header: BitcaskFileHeader, from start: Int,
    vouched knownVouched: Int = 0,
    counts known: DataFileCounts, size: Int, _ body: (Key, HintEntry) -> Void
  ) throws(StoreError) {
    end = start
    vouched = knownVouched
    counts = known
    var scan = RecordScan(file, seed: header.checksum, from: start, size: size)
    var lastRecordOffset = -1
    walk: while true {
      switch try scan.next() {
      case .end: break walk
      case .defect(let defect, let offset):
        self.defect = (offset, defect.reason)
        break walk
      case .record(let record, let offset, let key):
        guard add(record, offset, key) else {
          defect = (offset, "the record does not belong to the batch before it")
          break walk
        }
        guard pending.isEmpty || expected == 0 else { continue }
        if record.kind != .mark { lastRecordOffset = offset }
        finishBatch(at: scan.offset, endsWithMark: record.kind == .mark, body)
      }
    }
    if defect == nil, !pending.isEmpty { defect = (size, "the file ends within a batch") }
    hasUnvouchedRecords = lastRecordOffset >= vouched
    counts.size = end
  }

  /// Adds a record to the batch that it belongs to; false when it does not fit there.
  private mutating func add(_ record: BitcaskRecord, _ offset: Int, _ key: Key) -> Bool {
    guard pending.isEmpty || record.following == expected - 1, record.synced <= offset else {
      return false
    }
    vouched = max(vouched, record.synced)
    guard record.kind != .mark else { return pending.isEmpty && record.following == 0 }
    let entry = HintEntry(
      kind: record.kind, offset: offset, length: record.size, timestamp: record.timestamp,
      expiresAt: record.expiresAt)
    pending.append((key, entry))
    expected = record.following
    return true
  }

  private mutating func finishBatch(
    at offset: Int, endsWithMark: Bool, _ body: (Key, HintEntry) -> Void
  ) {
    for (key, entry) in pending {
      counts.add(entry.kind, length: entry.length)
      body(key, entry)
    }
    pending.removeAll(keepingCapacity: true)
    expected = 0
    end = offset
    self.endsWithMark = endsWithMark
  }
}

/// Tells a torn end from damage.
///
/// | behind the bad bytes | so they are |
/// |---|---|
/// | a sound record that knows that they were on the disk | damage: an error, nothing is changed |
/// | none such | a torn tail: cut |
enum TornTail {
  /// True when a record behind `offset` says that what is there was synced.
  ///
  /// - Complexity: O(bytes behind it); only a file with a bad end pays for it.
  static func isVouchedFor(
    _ offset: Int, in file: any ReadableFile, seed: UInt32, size: Int
  ) throws(StoreError) -> Bool {
    let header = BitcaskRecord.headerSize
    var window = FileWindow(file, size: size)
    let piece = 64 << 10
    var start = offset + 1
    while start + header <= size {
      let count = min(piece + header - 1, size - start)
      try window.load(start, count)
      let isFound = window.withBytes(at: start, count: count) { bytes in
        (0...(count - header)).contains { position in
          let place = start + position
          let synced = Int(bytes.uint32(at: position + 32))
          guard synced > offset, synced <= place, (1...4).contains(bytes[position + 39]) else {
            return false
          }
          let candidate = bytes.slice(at: position, count: header)
          return (try? BitcaskRecord(header: candidate, seed: seed)) != nil
        }
      }
      if isFound { return true }
      start += piece
    }
    return false
  }
}
