import StrataCore

/// The sound frames of all logs, in the order of their changes, and what is missing between them.
///
/// A recovery stops at the first gap, so that what it finds is a prefix of what was written. A salvage
/// takes **every** sound frame, those behind a gap as well: the new store may then hold a later change
/// without an earlier one. The earlier ones are named by their numbers, and every key whose newest sound
/// record is older than they are is uncertain.
///
/// A frame counts as a whole or not at all: a batch is never half there, not even here.
struct LogSalvage {
  /// What was found in one log file.
  struct File {
    var name: String
    var number: UInt32
    var contents: FileContents
  }

  private struct Found {
    var frame: LogFrame
    var file: String
    var offset: Int
  }

  /// Bytes that are no sound frame, and the last change found before them in the logs.
  private struct Hole {
    var file: String
    var range: Range<Int>
    var reason: String
    var before: UInt64?
  }

  /// All sound records.
  let table = MemTable(log: 0)
  private(set) var losses: [SalvageReport.Loss] = []
  private(set) var lastSequence: UInt64
  private(set) var recordCount = 0

  private var found: [Found] = []
  private var holes: [Hole] = []

  /// Reads the logs, given in order of their numbers.
  ///
  /// - Parameter flushed: the last change that is in segments; nil: nobody knows.
  init(_ files: [File], of identity: StoreIdentity?, flushed: UInt64?) {
    lastSequence = flushed ?? 0
    for file in files { read(file, identity, flushed) }
    found.sort { $0.frame.firstSequence < $1.frame.firstSequence }
    var expected = flushed.map { $0 + 1 }
    for item in found {
      let first = item.frame.firstSequence
      if let expected, first < expected { continue }  // repeated
      if let expected, first > expected { note(missing: expected...(first - 1), before: item) }
      item.frame.forEachRecord { table.insert($0) }
      recordCount += item.frame.recordCount
      lastSequence = first + UInt64(item.frame.recordCount) - 1
      expected = lastSequence + 1
    }
    if let last = found.last, let next = last.frame.nextLog,
      !files.contains(where: { $0.number == next })
    {
      losses.append(
        SalvageReport.Loss(
          file: last.file, offset: last.offset, length: 0,
          reason: "this log is continued in \(FileName.of(.log, next)), which is missing",
          changes: (lastSequence + 1)...Record.maximumSequence, isTail: true))
    }
    // What no gap accounts for is behind all that is sound, or bytes that were put between.
    for hole in holes where (hole.before ?? 0) >= lastSequence {
      losses.append(
        SalvageReport.Loss(
          file: hole.file, offset: hole.range.lowerBound, length: hole.range.count,
          reason: hole.reason, changes: (lastSequence + 1)...Record.maximumSequence, isTail: true))
    }
  }

  private mutating func note(missing changes: ClosedRange<UInt64>, before item: Found) {
    let causes = holes.filter { hole in
      guard let before = hole.before else { return true }
      return before + 1 >= changes.lowerBound && before < changes.upperBound
    }
    for hole in causes {
      losses.append(
        SalvageReport.Loss(
          file: hole.file, offset: hole.range.lowerBound, length: hole.range.count,
          reason: hole.reason, changes: changes))
    }
    guard causes.isEmpty else { return }
    losses.append(
      SalvageReport.Loss(
        file: item.file, offset: item.offset, length: 0,
        reason:
          "the changes \(changes.lowerBound) to \(changes.upperBound) are missing before this",
        changes: changes))
  }

  private mutating func read(_ file: File, _ identity: StoreIdentity?, _ flushed: UInt64?) {
    let bytes = file.contents.bytes
    // Without an identity there is no sound header, and no frame can be told from other bytes.
    let log = LogIdentity(identity ?? StoreIdentity(high: 0, low: 0), number: file.number)
    var offset = FileHeader.size
    var holeStart: Int?
    var reason = ""
    var before =
      found.last.map { $0.frame.firstSequence + UInt64($0.frame.recordCount) - 1 } ?? flushed
    if !FileHeader.isSound(bytes) {
      (holeStart, reason) = (0, "the log's header is damaged")
    }
    while offset < bytes.count {
      do throws(RecordDefect) {
        let frame = try LogFrame(decoding: bytes, at: offset, log: log)
        closeHole(file.name, &holeStart, offset, reason, before)
        found.append(Found(frame: frame, file: file.name, offset: offset))
        before = frame.firstSequence + UInt64(frame.recordCount) - 1
        offset += frame.size
      } catch {
        if holeStart == nil {
          if !bytes.hasContent(from: offset) { break }  // room for frames that were never written
          (holeStart, reason) = (offset, error.reason)
        }
        offset += 1
        while offset < bytes.count,
          !bytes.holds(LogFrame.headerSize, at: offset)
            || bytes.uint32(at: offset + 28) != file.number
        { offset += 1 }
      }
    }
    closeHole(file.name, &holeStart, bytes.count, reason, before)
  }

  private mutating func closeHole(
    _ file: String, _ start: inout Int?, _ end: Int, _ reason: String, _ before: UInt64?
  ) {
    guard let from = start else { return }
    holes.append(Hole(file: file, range: from..<end, reason: reason, before: before))
    start = nil
  }
}
