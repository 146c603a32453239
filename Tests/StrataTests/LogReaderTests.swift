import StrataCore
import StrataTestSupport
import Testing

@testable import Strata

/// What is left of two logs, of which the first belongs to a frozen memtable.
@Suite("Several logs")
struct LogReaderTests {
  private let first = "000001.wal"
  private let second = "000002.wal"
  // A frame of one record with key and value of one byte.
  private let frame = LogFrame.headerSize + RecordCodec.headerSize + 2
  private func frameStart(_ index: Int) -> Int { FileHeader.size + frame * index }

  /// `a` and `b` in the first log, which says that it is continued; `c` and `d` in the second.
  ///
  /// Nothing was synced but the headers of the logs, and the process was killed.
  private func files() throws -> StoreFiles {
    try StoreFiles(closing: false) { store throws(StoreError) in
      for key in ["a", "b"] { try store.put(Key(key), "1") }
      try store.freezeForFlush()
      for key in ["c", "d"] { try store.put(Key(key), "1") }
    }
  }

  /// Opens a store of the files, and again after a write: what was cut off stays away.
  private func open(_ files: StoreFiles) throws -> (keys: String, report: RecoveryReport) {
    let disk = try files.disk()
    var store = try LogStructuredStore(at: "s", options: manualOptions(), fileSystem: disk)
    let keys = try store.scan().collect().map(\.key.description).joined()
    let report = store.recovery
    try store.put("z", "1")
    try store.close()
    store = try LogStructuredStore(at: "s", options: manualOptions(), fileSystem: disk)
    #expect(try store.scan().collect().map(\.key.description).joined() == keys + "z")
    #expect(store.recovery.warnings == [] && store.recovery.filesRemoved == [])
    try store.close()
    return (keys, report)
  }

  private func damaged(_ file: String, _ offset: Int, _ reason: String) -> StoreError {
    .corrupt(file: "s/\(file)", offset: offset, reason: reason)
  }

  @Test("both are read in their order")
  func whole() throws {
    let (keys, report) = try open(files())
    #expect(keys == "abcd" && report.warnings == [] && report.logs == [1, 2])
  }

  @Test("a torn tail of the first takes the second along, file and all")
  func tornFirst() throws {
    var files = try files()
    files.flip(first, at: frameStart(1) + 40)
    let (keys, report) = try open(files)
    #expect(keys == "a")
    #expect(report.filesRemoved == [second])
    #expect(
      report.warnings == [
        "s/\(first) ends at byte \(frameStart(1)): the checksum of a record's header does not match. "
          + "3 later batches, never promised to survive, went with it."
      ])
    let sizes = files.bytes.mapValues(\.count)
    #expect(
      report.bytesDropped == sizes[first, default: 0] - frameStart(1) + sizes[second, default: 0])
  }

  @Test("when the end of the first is lost, the second does not follow, and is cut off")
  func gap() throws {
    var files = try files()
    files.cut(first, to: frameStart(1))
    let (keys, report) = try open(files)
    #expect(keys == "a")
    #expect(
      report.warnings == [
        "s/\(second) ends at byte 40: the change with sequence number 2 is missing; 3 follows. "
          + "2 later batches, never promised to survive, went with it."
      ])
  }

  @Test("a second log that was only begun is no log yet, unless the first names it")
  func begun() throws {
    for size in [0, 1, FileHeader.size - 1] {
      var files = try files()
      files.cut(second, to: size)
      #expect(
        throws: damaged(second, 0, "the header of the log is damaged, or the log is cut off")
      ) { try files.open() }
      files.cut(first, to: frameStart(2))
      let (keys, report) = try open(files)
      #expect(keys == "ab" && report.bytesDropped == size && report.filesRemoved == [second])
      #expect(report.warnings == ["s/\(second) ends at byte 0: the log's header is not complete."])
    }
  }

  @Test("a log that was begun has no frames: one with frames and without its header is damaged")
  func headless() throws {
    var files = try files()
    files.cut(first, to: frameStart(2))
    files.flip(second, at: 20)
    #expect(
      throws: damaged(
        second, 0,
        "the log's header is not complete, although it was synced: a sound frame behind it says so")
    ) { try files.open() }
  }

  @Test("a first log that says it is continued must be")
  func missingSecond() throws {
    var files = try files()
    files.remove(second)
    #expect(
      throws: damaged(
        first, frameStart(2), "this log is continued in \(second), which is missing")
    ) { try files.open() }
  }

  @Test("a first log that names another log than the one that follows is refused")
  func anotherSecond() throws {
    for number: UInt32 in [0, 1, 3, .max] {
      var files = try files()
      files.cut(first, to: frameStart(2) + LogFrame.headerSize)  // what follows is room
      files.forge(first, .log) { $0.set(number, at: frameStart(2) + 4) }
      #expect(
        throws: damaged(
          first, frameStart(2),
          "this log is continued in \(FileName.of(.log, number)), which is missing")
      ) { try files.open() }
    }
  }

  @Test("nothing may follow the last frame of a log that is continued")
  func behindTheEnd() throws {
    var files = try files()
    let end = frameStart(2) + LogFrame.headerSize
    files.cut(first, to: end)
    files.bytes[first]? += [0, 0, 1]
    #expect(throws: damaged(first, end, "there is more behind the last frame of the log")) {
      try files.open()
    }
  }

  @Test("a second log that repeats a change, or leaves one out within, is refused")
  func disorder() throws {
    for (number, order) in [
      (UInt64(2), "the change with sequence number 3 is missing; 2 follows"),
      (UInt64(1), "the change with sequence number 3 is missing; 1 follows"),
    ] {
      var files = try files()
      files.forge(second, .log) {
        $0.set(number, at: frameStart(0) + 8)
        $0.set(number, at: frameStart(0) + LogFrame.headerSize + 16)
      }
      #expect(throws: damaged(second, frameStart(0), order)) { try files.open() }
    }
    var files = try files()
    files.forge(second, .log) {
      $0.set(UInt64(5), at: frameStart(1) + 8)
      $0.set(UInt64(5), at: frameStart(1) + LogFrame.headerSize + 16)
    }
    #expect(
      throws: damaged(
        second, frameStart(1), "the change with sequence number 4 is missing; 5 follows")
    ) { try files.open() }
  }
}
