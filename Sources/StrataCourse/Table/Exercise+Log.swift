extension Exercise {
  /// Milestone 7: what makes memory survive.
  static let log = [
    Exercise(
      "Strata/Log/FrameEncoder.swift", "FrameEncoder.add(_:_:expiresAt:)",
      "mutating func add(_ key: ByteView, _ value: ByteView?, expiresAt: UnixMilliseconds? = nil)",
      points: 2,
      hints: [
        "The kind follows from what there is: no value, a value, a value with a time.",
        "One record more at the end of the buffer.",
      ]),
    Exercise(
      "Strata/Log/LogFrame.swift", "LogFrame.seal(_:firstSequence:syncedSequence:recordCount:log:)",
      "static func seal(_ buffer: inout ByteBuffer, firstSequence: UInt64, syncedSequence: "
        + "UInt64, recordCount: Int, log: LogIdentity)",
      points: 2,
      hints: [
        "The records lie one behind the other, from `headerSize` on.",
        "Give each its number with `RecordCodec.setSequence`, which tells where the next one "
          + "begins; then set the header.",
      ]),
    Exercise(
      "Strata/Log/LogFrame.swift",
      "LogFrame.setHeader(of:length:firstSequence:syncedSequence:recordCount:log:)",
      "static func setHeader(of buffer: inout ByteBuffer, length: UInt32, firstSequence: "
        + "UInt64, syncedSequence: UInt64, recordCount: UInt32, log: LogIdentity)",
      points: 2,
      hints: [
        "The table at the head of `LogFrame` gives the place of every field.",
        "The checksum comes last, and begins with the seed of the log.",
      ]),
    Exercise(
      "Strata/Log/LogFrame.swift", "LogFrame.init(decoding:at:log:)",
      "init(decoding bytes: ByteView, at offset: Int, log: LogIdentity) throws(RecordDefect)",
      points: 4,
      hints: [
        "A frame counts only if all of it is sound.",
        "Header, its checksum, the number of the log, the length, then every record. The last "
          + "frame of a log that is continued has no records, and its length is a number.",
      ]),
    Exercise(
      "Strata/Log/LogFrame.swift", "LogFrame.checkRecords()",
      "func checkRecords() throws(RecordDefect)",
      points: 3,
      hints: [
        "A batch is never half there.",
        "Decode one record after the other; the numbers must follow one another, and the "
          + "count must be that of the header.",
      ]),
    Exercise(
      "Strata/Log/WriteAheadLog.swift", "WriteAheadLog.create(number:identity:appendingBy:in:)",
      "static func create(number: UInt32, identity: StoreIdentity, appendingBy method: "
        + "AppendMethod = .writing, in directory: any Directory) throws(StoreError) -> "
        + "WriteAheadLog",
      points: 3,
      hints: [
        "A file is durable when its content is, and its name.",
        "Header, sync of the file, sync of the directory, and only then may a frame be appended.",
      ]),
    Exercise(
      "Strata/Log/WriteAheadLog.swift",
      "WriteAheadLog.resume(number:identity:replayed:vouched:isTorn:appendingBy:in:)",
      "static func resume(number: UInt32, identity: StoreIdentity, replayed size: Int, "
        + "vouched: Int, isTorn: Bool, appendingBy method: AppendMethod, in directory: any Directory) "
        + "throws(StoreError) -> WriteAheadLog",
      points: 4,
      hints: [
        "What lies behind the part that was replayed must be gone for good before anything is "
          + "appended.",
        "Truncate, and sync the cut, unless it was of room only: zeros may come back. What nobody "
          + "vouches for is noted as doubtful.",
      ]),
    Exercise(
      "Strata/Log/WriteAheadLog.swift", "WriteAheadLog.sync()",
      "func sync() throws(StoreError)",
      points: 2,
      hints: [
        "After a failed sync the system takes the pages for written. Nobody knows whether an "
          + "earlier process had one.",
        "Write the doubtful bytes again, once, before the first sync.",
      ]),
    Exercise(
      "Strata/Log/LogSet.swift", "LogSet.append(_:last:mark:)",
      "func append(_ frames: ByteView, last: UInt64, mark: UInt64) throws(StoreError)",
      points: 2,
      hints: [
        "Before the first change of this opening, the names must be durable.",
        "Append to the active log; whatever fails ends the use of all logs. Then say how far "
          + "is appended.",
      ]),
    Exercise(
      "Strata/Log/LogSet.swift", "LogSet.sync()",
      "func sync() throws(StoreError) -> (log: UInt32, sequence: UInt64)?",
      points: 3,
      hints: [
        "What is on the disk must be a prefix of what was written.",
        "Frozen logs first, oldest first, then the active one. Note what was appended before "
          + "you begin: more may come meanwhile.",
      ]),
    Exercise(
      "Strata/Log/LogReader.swift", "LogReader.readOne(_:_:_:_:_:_:)",
      "func readOne(_ file: File, _ wasComplete: Bool, _ extent: inout Extent, _ expected: "
        + "inout UInt64, _ mark: inout UInt64, _ body: (LogFrame) throws(StoreError) -> Void) "
        + "throws(StoreError) -> String?",
      points: 5,
      hints: [
        "The end of a log, or damage? Say what is wrong; `read` decides it by what lies behind.",
        "Header first. Then frame after frame: each must be sound and begin with the number "
          + "that is expected. Zeros to the end are no defect.",
      ]),
    Exercise(
      "Strata/Log/LogReader.swift", "LogReader.checkNothingPromised(from:at:expected:defect:)",
      "func checkNothingPromised(from index: Int, at offset: Int, expected: UInt64, defect: "
        + "String) throws(StoreError) -> Int",
      points: 3,
      hints: [
        "A sound frame behind the bad one may say that the bad one was on the disk.",
        "Look for sound frames in this log and in all later ones; one whose mark reaches what "
          + "is missing proves damage.",
      ]),
  ]
}
