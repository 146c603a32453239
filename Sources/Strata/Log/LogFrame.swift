import StrataCore

/// What a write-ahead log is made of: one frame for each batch, all or nothing.
///
/// | offset | size | meaning |
/// |---:|---:|---|
/// | 0 | 4 | CRC-32C of the store's identity (16 bytes) followed by bytes 4 to 31 |
/// | 4 | 4 | length of the records behind this header; of a log that is continued: the number of the next |
/// | 8 | 8 | sequence number of the first record; the others follow one by one |
/// | 16 | 8 | synced mark: every change up to this number was on the disk when this was written |
/// | 24 | 4 | number of records; 0: a synced mark; 0xFFFFFFFF: the log is continued in a later one |
/// | 28 | 4 | number of this log |
/// | 32 | | the records, each with its own two checksums |
///
/// A frame counts if its header and *every* record in it are sound: a batch is never half there.
///
/// The checksum of the header covers the store's identity, which is random and stands in no frame: a value
/// that holds a copy of another store's log can never be taken for frames of this one.
///
/// The **synced mark** tells damage from a power cut. When a bad frame is followed by a sound one
/// whose mark covers it, it once was safely on the disk, and somebody damaged it since: that is an
/// error. When nothing behind it says so, it never was promised to survive: it is the torn tail.
///
/// When a memtable is frozen, the last frame of its log says in which log it is **continued**. It is
/// written when that log is durable, so whoever finds the one without the other knows what is missing.
///
/// Behind the last frame there may be zeros: room that was reserved and not used.
public struct LogFrame: Sendable {
  /// The size of a frame without its records.
  public static let headerSize = 32

  /// The sequence number of the first record.
  public var firstSequence: UInt64
  /// Everything up to this number was on the disk when the frame was written.
  public var syncedSequence: UInt64
  /// How many records it has; 0: it only carries its mark.
  public var recordCount: Int
  /// The number of the next log, in the last frame of a log that has one.
  public var nextLog: UInt32?
  /// The number of the log it was written to.
  public var log: UInt32
  /// The encoded records; valid as long as the log's bytes.
  public var records: ByteView

  /// The size of the whole frame.
  public var size: Int { Self.headerSize + records.count }

  private static let continuedMark = UInt32.max

  /// The number of the last record in a frame whose header was found to be sound.
  ///
  /// A frame of no records comes last and was not synced itself: it counts as one that is still to come.
  static func lastSequence(inSoundHeader header: ByteView) -> UInt64 {
    let count = header.uint32(at: 24)
    return header.uint64(at: 8) + (count == continuedMark ? 1 : max(1, UInt64(count))) - 1
  }

  /// The size of a frame whose header was found to be sound.
  static func size(inSoundHeader header: ByteView) -> Int {
    headerSize + (header.uint32(at: 24) == continuedMark ? 0 : Int(header.uint32(at: 4)))
  }

  /// Seals a frame of no records; `nextLog` is given in the last one of a log that is continued.
  package static func sealEmpty(
    _ buffer: inout ByteBuffer, after last: UInt64, syncedSequence: UInt64,
    nextLog: UInt32? = nil, log: LogIdentity
  ) {
    buffer.removeAll()
    buffer.appendZeros(headerSize)
    setHeader(
      of: &buffer, length: nextLog ?? 0, firstSequence: last + 1, syncedSequence: syncedSequence,
      recordCount: nextLog == nil ? 0 : continuedMark, log: log)
  }

  /// Seals a frame: `buffer` holds `headerSize` bytes of room, then the records.
  static func seal(
    _ buffer: inout ByteBuffer, firstSequence: UInt64, syncedSequence: UInt64, recordCount: Int,
    log: LogIdentity
  ) {
    var offset = headerSize
    for index in 0..<recordCount {
      offset = RecordCodec.setSequence(firstSequence + UInt64(index), at: offset, in: &buffer)
    }
    assert(offset == buffer.count, "the record count must be that of the buffer")
    setHeader(
      of: &buffer, length: UInt32(buffer.count - headerSize), firstSequence: firstSequence,
      syncedSequence: syncedSequence,
      recordCount: UInt32(recordCount), log: log)
  }

  private static func setHeader(
    of buffer: inout ByteBuffer, length: UInt32, firstSequence: UInt64, syncedSequence: UInt64,
    recordCount: UInt32, log: LogIdentity
  ) {
    buffer.set(length, at: 4)
    buffer.set(firstSequence, at: 8)
    buffer.set(syncedSequence, at: 16)
    buffer.set(recordCount, at: 24)
    buffer.set(log.number, at: 28)
    let header = buffer.view.slice(at: 4, count: headerSize - 4)
    buffer.set(CRC32C.checksum(of: header, continuing: log.seed), at: 0)
  }

  /// The frame at `offset` of the log `log`, after everything about it was checked.
  init(decoding bytes: ByteView, at offset: Int, log: LogIdentity) throws(RecordDefect) {
    guard bytes.holds(Self.headerSize, at: offset) else { throw .headerIncomplete }
    let header = bytes.slice(at: offset, count: Self.headerSize)
    guard
      CRC32C.checksum(of: header.suffix(from: 4), continuing: log.seed) == header.uint32(at: 0)
    else { throw .headerChecksum }
    guard header.uint32(at: 28) == log.number else {
      throw .impossible("been written to log \(header.uint32(at: 28))")
    }
    let size = Self.size(inSoundHeader: header)
    guard bytes.holds(size, at: offset) else { throw .bodyIncomplete }
    firstSequence = header.uint64(at: 8)
    syncedSequence = header.uint64(at: 16)
    let isContinued = header.uint32(at: 24) == Self.continuedMark
    nextLog = isContinued ? header.uint32(at: 4) : nil
    recordCount = isContinued ? 0 : Int(header.uint32(at: 24))
    self.log = log.number
    records = bytes.slice(at: offset, count: size).suffix(from: Self.headerSize)
    try checkRecords()
  }

  /// The first sound frame of the log at or behind `offset`, found byte by byte, and where it begins.
  static func first(
    in bytes: ByteView, from offset: Int, log: LogIdentity
  ) -> (frame: LogFrame, offset: Int)? {
    var offset = offset
    while bytes.holds(headerSize, at: offset) {
      // The log's own number stands in every frame: a cheap test before the checksums.
      if bytes.uint32(at: offset + 28) == log.number,
        let frame = try? LogFrame(decoding: bytes, at: offset, log: log)
      {
        return (frame, offset)
      }
      offset += 1
    }
    return nil
  }

  private func checkRecords() throws(RecordDefect) {
    var offset = 0
    var count = 0
    while offset < records.count {
      let record: Record
      do {
        record = try RecordCodec.decode(records, at: offset)
      } catch RecordDefect.headerIncomplete, RecordDefect.bodyIncomplete {
        throw .impossible("a length that does not fit into its frame")
      }
      guard record.sequence == firstSequence &+ UInt64(count) else {
        throw .impossible(
          "sequence number \(record.sequence), which does not follow the one before")
      }
      offset += RecordCodec.size(of: record)
      count += 1
    }
    guard count == recordCount else {
      throw .impossible("\(count) records in a frame that should have \(recordCount)")
    }
  }

  /// Calls `body` with each record in turn.
  package func forEachRecord<Failure: Error>(
    _ body: (Record) throws(Failure) -> Void
  ) throws(Failure) {
    var offset = 0
    while offset < records.count {
      let record = RecordCodec.trusted(at: records.start + offset)
      try body(record)
      offset += RecordCodec.size(of: record)
    }
  }
}

/// Which log of which store a frame belongs to.
package struct LogIdentity {
  let number: UInt32
  /// The checksum of the store's identity, with which the checksum of each frame's header begins.
  let seed: UInt32

  /// The log of that number in a store.
  package init(_ store: StoreIdentity, number: UInt32) {
    var buffer = ByteBuffer(capacity: 16)
    buffer.append(store.high)
    buffer.append(store.low)
    self.number = number
    seed = CRC32C.checksum(of: buffer.view)
  }
}
