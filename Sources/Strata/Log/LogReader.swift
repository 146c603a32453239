import StrataCore

/// The frames of a store's logs, read as one stream of consecutive changes, and the end of what counts.
///
///     000004.wal  1 2 3 4 │ 000005.wal  5 6 ✗ 8
///                                           └─ the end, or damage?
///
/// The stream ends at the first frame that is not sound or does not follow. Whether that is a torn tail
/// or damage is decided by what lies *behind* it, in this log and in later ones:
///
/// | behind it | so it is |
/// |---|---|
/// | a sound frame whose synced mark covers it | damage: an error, nothing is changed |
/// | nothing sound, or only frames that were never promised either | a torn tail: cut |
///
/// A sound frame that does not follow the one before it in the same log is damage, whatever is behind. So
/// is a log that says it is continued when no later one is there. Zeros up to the end of a log are room
/// that was reserved and not used: the log ends where they begin.
///
/// A power cut may lose any part of what was not synced, in any order. Frames behind a gap are
/// therefore dropped even when they are sound: what survives is always a *prefix* of what was written.
package struct LogReader {
  /// A log as recovery found it.
  package struct File {
    var number: UInt32
    var contents: FileContents

    /// The log of that number.
    package init(number: UInt32, contents: FileContents) {
      self.number = number
      self.contents = contents
    }
  }

  /// How far one log counts.
  package struct Extent {
    /// The number of the log.
    package var number: UInt32
    /// Bytes that count, header included; 0 when not even the header does.
    package var size: Int
    /// Bytes behind them.
    package var bytesDropped: Int
    var lastSequence: UInt64
    /// Bytes at the beginning that were surely on the disk when a later frame was written.
    var vouchedSize = 0
    /// The number of the log in which it is continued, as its last frame says.
    var nextLog: UInt32?
  }

  /// Why the stream ended before the last byte.
  package struct Tear {
    var file: String
    var offset: Int
    /// What is wrong there.
    package var reason: String
    /// Sound frames behind the tear, which are dropped with it.
    var framesDropped: Int
  }

  let identity: StoreIdentity
  /// The logs in the order of their numbers.
  let files: [File]
  /// The last change that is safe in segments already.
  let flushedSequence: UInt64

  /// A reader of these logs.
  package init(identity: StoreIdentity, files: [File], flushedSequence: UInt64) {
    self.identity = identity
    self.files = files
    self.flushedSequence = flushedSequence
  }

  /// Calls `body` with every frame that counts, in order.
  ///
  /// - Returns: how far each log counts, why the stream ended early, and the highest synced mark.
  /// - Throws: `StoreError.corrupt` when the logs are damaged; then nothing may be replayed.
  package func read(
    _ body: (LogFrame) throws(StoreError) -> Void
  ) throws(StoreError) -> (extents: [Extent], tear: Tear?, mark: UInt64) {
    var expected = flushedSequence + 1
    var mark = flushedSequence
    var extents: [Extent] = []
    for (index, file) in files.enumerated() {
      var extent = Extent(number: file.number, size: 0, bytesDropped: 0, lastSequence: 0)
      // The first log was complete before the manifest could name it, and every other one before the log
      // in front of it could say that it is continued.
      let wasComplete = extents.last.map { $0.nextLog != nil } ?? true
      if let last = extents.last { try checkIsNext(file.number, behind: last, files[index - 1]) }
      let defect = try readOne(file, wasComplete, &extent, &expected, &mark, body)
      let bytes = file.contents.bytes
      guard let defect else {
        extents.append(extent)
        continue
      }
      extent.bytesDropped = bytes.count - extent.size
      extents.append(extent)
      let framesDropped = try checkNothingPromised(
        from: index, at: extent.size, expected: expected, defect: defect)
      for later in files[(index + 1)...] {
        let size = later.contents.bytes.count
        extents.append(
          Extent(number: later.number, size: 0, bytesDropped: size, lastSequence: 0))
      }
      let tear = Tear(
        file: file.contents.path, offset: extent.size, reason: defect, framesDropped: framesDropped)
      return (vouch(for: extents, mark), tear, mark)
    }
    if let last = extents.last { try checkIsNext(nil, behind: last, files[files.count - 1]) }
    return (vouch(for: extents, mark), nil, mark)
  }

  /// Refuses a log that is missing, or one that somebody else's has taken the place of.
  private func checkIsNext(
    _ number: UInt32?, behind extent: Extent, _ file: File
  ) throws(StoreError) {
    guard let next = extent.nextLog, next != number else { return }
    throw .corrupt(
      file: file.contents.path, offset: extent.size - LogFrame.headerSize,
      reason: "this log is continued in \(FileName.of(.log, next)), which is missing")
  }

  /// Notes how far each log was surely synced: up to the last change that the newest mark covers.
  private func vouch(for extents: [Extent], _ mark: UInt64) -> [Extent] {
    zip(extents, files).map { extent, file in
      var extent = extent
      var offset = FileHeader.size
      while offset < extent.size {
        let header = file.contents.bytes.suffix(from: offset)
        // Every frame up to here was read and found to be sound.
        guard LogFrame.lastSequence(inSoundHeader: header) <= mark else { break }
        offset += LogFrame.size(inSoundHeader: header)
        extent.vouchedSize = offset
      }
      return extent
    }
  }

  /// Reads one log up to its end, or up to what does not count; returns what is wrong there.
  private func readOne(
    _ file: File, _ wasComplete: Bool, _ extent: inout Extent, _ expected: inout UInt64,
    _ mark: inout UInt64,
    _ body: (LogFrame) throws(StoreError) -> Void
  ) throws(StoreError) -> String? {
    let bytes = file.contents.bytes
    let path = file.contents.path
    guard FileHeader.isSound(bytes) else {
      guard !wasComplete else {
        throw .corrupt(
          file: path, offset: 0, reason: "the header of the log is damaged, or the log is cut off")
      }
      return "the log's header is not complete"
    }
    // A sound header that is not the one that belongs here is no torn tail: it is an error.
    try FileHeader(decoding: bytes, file: path)
      .check(kind: .log, number: file.number, identity: identity, file: path)
    let log = LogIdentity(identity, number: file.number)
    var offset = FileHeader.size
    extent.size = offset
    while offset < bytes.count {
      let frame: LogFrame
      do throws(RecordDefect) {
        frame = try LogFrame(decoding: bytes, at: offset, log: log)
      } catch {
        return bytes.hasContent(from: offset) ? error.reason : nil
      }
      guard frame.firstSequence == expected else {
        let reason =
          "the change with sequence number \(expected) is missing; \(frame.firstSequence) follows"
        // The end of the log before may be lost in a power cut, unless it says that it is continued. Within a log, behind what is flushed, or
        // backward, no crash leaves a gap between sound frames: somebody repeated, swapped or removed one.
        let isTorn =
          offset == FileHeader.size && !wasComplete && frame.firstSequence > expected
        guard isTorn else { throw .corrupt(file: path, offset: offset, reason: reason) }
        return reason
      }
      try body(frame)
      expected += UInt64(frame.recordCount)
      mark = max(mark, frame.syncedSequence)
      offset += frame.size
      extent.size = offset
      extent.lastSequence = expected - 1
      extent.nextLog = frame.nextLog
      if frame.nextLog != nil {
        guard !bytes.hasContent(from: offset) else {
          throw .corrupt(
            file: path, offset: offset, reason: "there is more behind the last frame of the log")
        }
        return nil
      }
    }
    return nil
  }

  /// Looks at everything behind the end of the stream for a frame that proves damage.
  private func checkNothingPromised(
    from index: Int, at offset: Int, expected: UInt64, defect: String
  ) throws(StoreError) -> Int {
    var framesDropped = 0
    for (distance, file) in files[index...].enumerated() {
      var at = distance == 0 ? offset : FileHeader.size
      let log = LogIdentity(identity, number: file.number)
      while let (frame, start) = LogFrame.first(in: file.contents.bytes, from: at, log: log) {
        at = start + frame.size
        framesDropped += 1
        // A log's header is synced before the first frame: a lost header with a frame is no crash.
        let wasPromised = frame.syncedSequence >= expected || (distance == 0 && offset == 0)
        guard !wasPromised else {
          throw .corrupt(
            file: files[index].contents.path, offset: offset,
            reason: "\(defect), although it was synced: a sound frame behind it says so")
        }
      }
    }
    return framesDropped
  }
}
