import StrataCore
import StrataTestSupport
import Testing

@testable import Strata

@Suite("Frames of a log")
struct LogFrameTests {
  private static let identity = StoreIdentity(high: 1, low: 2)

  /// Decodes the frame of a log with `put b = 1 @7` and `delete a @8`, after a change, its checksums made
  /// to match: frame at byte 40, records at 72 (26 bytes) and 98 (25 bytes).
  private func decode(
    _ change: (inout SealedFile) -> Void = { _ in }
  ) throws(RecordDefect) -> (first: UInt64, synced: UInt64, records: [String]) {
    let log = LogIdentity(Self.identity, number: 3)
    var buffer = ByteBuffer()
    FileHeader(kind: .log, number: 3, identity: Self.identity).encode(into: &buffer)
    var frame = ByteBuffer()
    frame.appendZeros(LogFrame.headerSize)
    withRecord("b", "1") { frame.append($0.bytes) }
    withRecord("a", kind: .tombstone) { frame.append($0.bytes) }
    LogFrame.seal(&frame, firstSequence: 7, syncedSequence: 5, recordCount: 2, log: log)
    buffer.append(frame.view)
    var file = SealedFile(buffer.view.array)
    change(&file)
    file.seal(.log)
    return try ByteView.withBytes(of: file.bytes) { view throws(RecordDefect) in
      let frame = try LogFrame(decoding: view, at: FileHeader.size, log: log)
      var records: [String] = []
      frame.forEachRecord { records.append($0.description) }
      return (frame.firstSequence, frame.syncedSequence, records)
    }
  }

  private func refuses(
    _ what: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout SealedFile) -> Void
  ) {
    #expect(throws: RecordDefect.impossible(what), sourceLocation: sourceLocation) {
      try decode(change)
    }
  }

  @Test("a frame comes back as it was, also when it is sealed anew")
  func roundTrip() throws {
    let frame = try decode()
    #expect(frame == (7, 5, ["put b = 1 @7", "delete a @8"]))
  }

  @Test("a record that does not fit into its frame is refused, wherever the frame ends")
  func lengths() {
    for length: UInt32 in 1..<51 where length != 26 {
      refuses("a length that does not fit into its frame") { $0.set(length, at: 44) }
    }
    refuses("a length that does not fit into its frame") { $0.set(UInt32(1 << 20), at: 72 + 8) }
    #expect(throws: RecordDefect.bodyIncomplete) { try decode { $0.set(UInt32(52), at: 44) } }
    #expect(throws: RecordDefect.bodyIncomplete) { try decode { $0.set(UInt32.max, at: 44) } }
  }

  @Test("sequence numbers that are not consecutive are refused")
  func sequences() {
    let reason = "which does not follow the one before"
    refuses("sequence number 8, \(reason)") { $0.set(UInt64(8), at: 72 + 16) }
    refuses("sequence number 7, \(reason)") { $0.set(UInt64(7), at: 98 + 16) }
    refuses("sequence number 9, \(reason)") { $0.set(UInt64(9), at: 98 + 16) }
    refuses("sequence number 7, \(reason)") { $0.set(UInt64.max, at: 48) }
  }

  @Test("a frame must have as many records as it says")
  func counts() {
    for count: UInt32 in [0, 1, 3] {
      refuses("2 records in a frame that should have \(count)") { $0.set(count, at: 64) }
    }
    refuses("1 records in a frame that should have 2") { $0.set(UInt32(26), at: 44) }
    refuses("0 records in a frame that should have 2") { $0.set(UInt32(0), at: 44) }
  }

  @Test("where the log is continued stands in the place of a length, and no record behind it")
  func continued() throws {
    let frame = try decode {
      $0.set(UInt32.max, at: 64)
      $0.set(UInt32(4_000_000_000), at: 44)
    }
    #expect(frame == (7, 5, []))
  }

  @Test("a frame of another log is refused")
  func anotherLog() {
    refuses("been written to log 4") { $0.set(UInt32(4), at: 68) }
  }

  @Test("in a log, a frame that no writer of ours wrote is damage where a later one vouches for it")
  func damage() throws {
    let original = try StoreFiles { store throws(StoreError) in
      for key in ["a", "b", "c"] { try store.put(Key(key), "1") }
    }
    let name = "000001.wal"
    let second = FileHeader.size + 58
    let reason = "a record has 1 records in a frame that should have 2"
    var files = original
    files.forge(name, .log) { $0.set(UInt32(2), at: second + 24) }
    let refusal = StoreError.corrupt(
      file: "s/\(name)", offset: second,
      reason: "\(reason), although it was synced: a sound frame behind it says so")
    #expect(throws: refusal) { try files.open() }
    let report = try LogStructuredStore.verify(at: "s", fileSystem: try files.disk())
    #expect(report.problems.map(\.offset) == [second])
    // Without the mark that a close puts behind them, nothing says that the frames were ever synced.
    files.forge(name, .log) { $0.bytes.removeLast(LogFrame.headerSize) }
    let store = try files.open()
    #expect(
      store.recovery.warnings == [
        "s/\(name) ends at byte \(second): \(reason). "
          + "1 later batches, never promised to survive, went with it."
      ])
    #expect(try store.scan().collect().map(\.key) == ["a"])
    try store.close()
  }
}
