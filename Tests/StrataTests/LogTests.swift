import StrataCore
import StrataTestSupport
import Testing

@testable import Strata

@Suite("Write-ahead log")
struct LogTests {
  /// What opening a store with these files came to.
  private enum Opening: Equatable {
    case opened(keys: String, dropped: Int, warnings: Int)
    case corrupt(file: String, reason: String)
  }

  /// The files of a store in which a, b, c, d were put one by one.
  private func files(
    _ durability: Durability = .sync, closing: Bool = true
  ) throws -> [String: [UInt8]] {
    let disk = SimulatedDisk()
    let options = manualOptions { $0.durability = durability }
    let store = try LogStructuredStore(at: "s", options: options, fileSystem: disk)
    for key in ["a", "b", "c", "d"] { try store.put(Key(key), "1") }
    if closing { try store.close() }
    let directory = try disk.afterKill().openDirectory("s", creating: false)
    var files: [String: [UInt8]] = [:]
    for name in try directory.names() {
      files[name] = try directory.read(name).withBytes { $0.array }
    }
    // These frames do not end in zeros; those behind the last one are room that was reserved.
    while !closing, files[log]?.last == 0 { files[log]?.removeLast() }
    return files
  }

  /// The files of a store whose changes a, b lie in a frozen log and c, d in the one that follows.
  private func filesOfTwoLogs() throws -> [String: [UInt8]] {
    let disk = SimulatedDisk()
    let options = manualOptions { $0.durability = .sync }
    let store = try LogStructuredStore(at: "s", options: options, fileSystem: disk)
    for key in ["a", "b"] { try store.put(Key(key), "1") }
    try store.freezeForFlush()
    for key in ["c", "d"] { try store.put(Key(key), "1") }
    let directory = try disk.afterKill().openDirectory("s", creating: false)
    var files: [String: [UInt8]] = [:]
    for name in try directory.names() {
      files[name] = try directory.read(name).withBytes { $0.array }
    }
    return files
  }

  private func open(_ files: [String: [UInt8]]) throws -> Opening {
    let disk = SimulatedDisk()
    let directory = try disk.openDirectory("s", creating: true)
    for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
      let file = try directory.create(name)
      try ByteView.withBytes(of: bytes) { view throws(StoreError) in try file.append(view) }
    }
    directory.close()
    do throws(StoreError) {
      return try use(disk)
    } catch {
      guard case .corrupt(let file, _, let reason) = error else { throw error }
      return .corrupt(file: file, reason: reason)
    }
  }

  private func use(_ disk: SimulatedDisk) throws(StoreError) -> Opening {
    let store = try LogStructuredStore(at: "s", options: manualOptions(), fileSystem: disk)
    let keys = try store.scan().collect().map(\.key.description).joined()
    let report = store.recovery
    try store.put("z", "1")
    try store.close()
    // What was opened once opens again, with the new change and without any trace of the tail.
    let again = try LogStructuredStore(at: "s", options: manualOptions(), fileSystem: disk)
    let found = try again.scan().collect().map(\.key.description).joined()
    #expect(found == keys + "z")
    #expect(again.recovery.bytesDropped == 0)
    return .opened(keys: keys, dropped: report.bytesDropped, warnings: report.warnings.count)
  }

  private let log = "000001.wal"
  // A frame of one record with key and value of one byte, behind the file's header.
  private let frame = LogFrame.headerSize + RecordCodec.headerSize + 2
  private func frameStart(_ index: Int) -> Int { FileHeader.size + frame * index }

  @Test("after a clean close, every flipped bit of the log is damage, in every frame")
  func flipsAfterClose() throws {
    for durability in [Durability.sync, .system] {
      let files = try files(durability)
      for bit in 0..<(8 * frameStart(4)) {
        var damaged = files
        damaged[log]?[bit / 8] ^= 1 << UInt8(bit % 8)
        guard case .corrupt(let file, _) = try open(damaged) else {
          Issue.record("\(durability): bit \(bit % 8) of byte \(bit / 8) was not noticed")
          continue
        }
        #expect(file == "s/\(log)")
      }
    }
  }

  @Test("after a kill, damage before a synced mark is an error, and behind it a torn tail")
  func flipsAfterKill() throws {
    let files = try files(.sync, closing: false)
    for index in 0..<4 {
      var damaged = files
      damaged[log]?[frameStart(index) + 40] ^= 1
      if index < 3 {
        let reason =
          "the checksum of a record's header does not match, although it was synced: a sound frame behind it says so"
        #expect(try open(damaged) == .corrupt(file: "s/\(log)", reason: reason))
      } else {
        #expect(try open(damaged) == .opened(keys: "abc", dropped: frame, warnings: 1))
      }
    }
  }

  @Test("without syncs, what lies behind a hole goes with it, and that is said")
  func holes() throws {
    var files = try files(.system, closing: false)
    files[log]?[frameStart(1) + 40] ^= 1
    #expect(try open(files) == .opened(keys: "a", dropped: 3 * frame, warnings: 1))
  }

  @Test("a log that is cut anywhere holds the changes before the cut")
  func cuts() throws {
    let files = try files(.system, closing: false)
    let whole = try #require(files[log])
    for length in FileHeader.size...whole.count {
      var cut = files
      cut[log] = Array(whole.prefix(length))
      let frames = (length - FileHeader.size) / frame
      let rest = (length - FileHeader.size) % frame
      let keys = String("abcd".prefix(frames))
      #expect(
        try open(cut) == .opened(keys: keys, dropped: rest, warnings: rest == 0 ? 0 : 1),
        "cut at \(length)")
    }
  }

  @Test("swapped, repeated, missing and foreign frames are refused")
  func order() throws {
    let files = try files(.sync, closing: false)
    let bytes = try #require(files[log])
    let header = Array(bytes.prefix(FileHeader.size))
    let frames = (0..<4).map { Array(bytes[frameStart($0)..<frameStart($0 + 1)]) }
    func opening(_ order: [Int]) throws -> Opening {
      var changed = files
      changed[log] = header + order.flatMap { frames[$0] }
      return try open(changed)
    }
    func isCorrupt(_ order: [Int]) throws -> Bool {
      if case .corrupt = try opening(order) { true } else { false }
    }
    #expect(try opening([0, 1, 2, 3]) == .opened(keys: "abcd", dropped: 0, warnings: 0))
    #expect(try isCorrupt([0, 2, 1, 3]), "swapped")
    #expect(try isCorrupt([0, 2, 3]), "missing")
    #expect(try isCorrupt([1, 2, 3]), "the first is missing")
    #expect(try isCorrupt([0, 0, 1, 2, 3]), "repeated")
    #expect(try isCorrupt([0, 1, 2, 3, 2]), "repeated behind the last")
  }

  @Test("zeros behind the last frame are room that was not used, and no tear")
  func zeros() throws {
    for durability in [Durability.sync, .system] {
      var files = try files(durability, closing: false)
      for room in [1, LogFrame.headerSize, 1_000] {
        files[log]? += [UInt8](repeating: 0, count: room)
        #expect(try open(files) == .opened(keys: "abcd", dropped: 0, warnings: 0))
      }
    }
  }

  @Test("bytes behind zeros are a torn tail; sound frames there that were promised are damage")
  func bytesBehindZeros() throws {
    let sound = try files(.sync, closing: false)
    var files = sound
    files[log]? += [UInt8](repeating: 0, count: 100) + [1]
    #expect(try open(files) == .opened(keys: "abcd", dropped: 101, warnings: 1))
    files = sound
    files[log]?.replaceSubrange(
      frameStart(1)..<frameStart(2), with: [UInt8](repeating: 0, count: frame))
    guard case .corrupt(let file, _) = try open(files) else {
      Issue.record("a frame that became zeros was not missed")
      return
    }
    #expect(file == "s/\(log)")
  }

  @Test("a store whose room is left behind by a kill has it cut off when it is opened")
  func roomIsCut() throws {
    let disk = SimulatedDisk()
    let options = manualOptions { $0.durability = .system }
    let store = try LogStructuredStore(at: "s", options: options, fileSystem: disk)
    try store.put("a", "1")
    let killed = disk.afterKill()
    let left = try #require(killed.contents(of: log, in: "s"))
    #expect(left.count > frameStart(1))
    #expect(left[frameStart(1)...].allSatisfy { $0 == 0 })
    let again = try LogStructuredStore(at: "s", options: manualOptions(), fileSystem: killed)
    #expect(again.recovery.warnings.isEmpty && again.recovery.bytesDropped == 0)
    #expect(killed.contents(of: log, in: "s")?.count == frameStart(1))
    try again.close()
  }

  @Test("the cut of a tail is synced, be it an earlier opening's; that of mere room is not")
  func cutIsSynced() throws {
    func opening(_ tail: [UInt8]) throws -> String {
      let disk = SimulatedDisk()
      let options = manualOptions { $0.durability = .system }
      try LogStructuredStore(at: "s", options: options, fileSystem: disk).put("a", "1")
      let killed = disk.afterKill()
      let frames = try #require(killed.contents(of: log, in: "s")).prefix(frameStart(1))
      killed.replaceContents(of: log, in: "s", with: frames + tail)
      let before = killed.callCounts
      let store = try LogStructuredStore(at: "s", options: options, fileSystem: killed)
      let calls = killed.callCounts
      defer { try? store.close() }
      return [SimulatedCall.Kind.truncate, .syncFile].map { "\($0) \(calls[$0] - before[$0])" }
        .joined(separator: ", ")
    }
    #expect(try opening([]) == "truncate 0, sync file 1")
    #expect(try opening([0, 0, 0]) == "truncate 1, sync file 0")
    #expect(try opening([0, 1, 0]) == "truncate 1, sync file 1")
  }

  @Test("a log that says it is continued needs the next one, whole at least in its header")
  func continuedLogs() throws {
    let sound = try filesOfTwoLogs()
    let next = "000002.wal"
    #expect(try open(sound) == .opened(keys: "abcd", dropped: 0, warnings: 0))
    var files = sound
    files[next] = nil
    #expect(
      try open(files)
        == .corrupt(
          file: "s/\(log)", reason: "this log is continued in 000002.wal, which is missing"))
    files = sound
    files[next]?.removeLast(2 * frame + 1)
    #expect(
      try open(files)
        == .corrupt(
          file: "s/\(next)",
          reason: "the header of the log is damaged, or the log is cut off"))
    // Without the frame that says so, nobody knows that there ever was a later log.
    files = sound
    files[next] = nil
    files[log]?.removeLast(LogFrame.headerSize)
    #expect(try open(files) == .opened(keys: "ab", dropped: 0, warnings: 0))
  }

  @Test("a log that is missing between two others is missed, whatever the last one holds")
  func missingInTheMiddle() throws {
    for durability in [Durability.sync, .system] {
      for isLastEmpty in [true, false] {
        let disk = SimulatedDisk()
        let options = manualOptions { $0.durability = durability }
        let store = try LogStructuredStore(at: "s", options: options, fileSystem: disk)
        for key in ["a", "b"] {
          try store.put(Key(key), "1")
          try store.freezeForFlush()
        }
        if !isLastEmpty { try store.put("c", "1") }
        let killed = disk.afterKill()
        let directory = try killed.openDirectory("s", creating: false)
        try directory.remove("000002.wal")
        directory.close()
        let reason = "this log is continued in 000002.wal, which is missing"
        let offset = frameStart(1)
        #expect(throws: StoreError.corrupt(file: "s/\(log)", offset: offset, reason: reason)) {
          try LogStructuredStore(at: "s", options: options, fileSystem: killed)
        }
      }
    }
  }

  @Test("logs behind a tear may be removed in any order that a power cut leaves")
  func removalBehindTear() throws {
    let disk = SimulatedDisk(.barePOSIX)
    let options = manualOptions()
    let store = try LogStructuredStore(at: "s", options: options, fileSystem: disk)
    for key in ["a", "b", "c"] {
      try store.put(Key(key), "1")
      try store.freezeForFlush()
    }
    // Of the first log, only the last frame is torn: the others follow what is left without a gap.
    let killed = disk.afterKill()
    var bytes = try #require(killed.contents(of: log, in: "s"))
    bytes.replaceSubrange(frameStart(1)..., with: [1])
    killed.replaceContents(of: log, in: "s", with: bytes)
    var images: [SimulatedDisk] = []
    killed.observer = { call in
      guard call.kind == .remove else { return }
      images += killed.systematicPowerCuts.map { killed.afterPowerCut($0) }
    }
    let opened = try LogStructuredStore(at: "s", options: options, fileSystem: killed)
    killed.observer = nil
    #expect(try opened.scan().collect().map(\.key) == ["a"])
    #expect(opened.recovery.filesRemoved.count == 3 && images.count >= 6)
    for image in images {
      let again = try LogStructuredStore(at: "s", options: options, fileSystem: image)
      let keys = try again.scan().collect().map(\.key.description).joined()
      #expect("abc".hasPrefix(keys) && !keys.isEmpty)
      try again.close()
    }
  }

  @Test("files that are missing, or another store's, are named")
  func missingFiles() throws {
    let sound = try files()
    var files = sound
    files[log] = nil
    #expect(
      try open(files)
        == .corrupt(
          file: "s/\(log)", reason: "the log is missing, although the manifest names it"))
    files = sound
    files["MANIFEST"] = nil
    #expect(
      try open(files)
        == .corrupt(
          file: "s/MANIFEST", reason: "the manifest is missing, although 000001.wal is there"))
    files = sound
    files["000002.wal"] = files[log]
    #expect(
      try open(files)
        == .corrupt(file: "s/000002.wal", reason: "this is file number 1 under a wrong name"))
  }

  @Test("what a creation left that was interrupted is no store yet, and no obstacle")
  func interruptedCreation() throws {
    let bytes = try #require(try files()[log])
    let left = [log: Array(bytes.prefix(FileHeader.size)), "MANIFEST.tmp": [1, 2, 3]]
    #expect(try open(left) == .opened(keys: "", dropped: 0, warnings: 0))
  }

  @Test("other people's files are left alone, and no store is made among them")
  func foreignFiles() throws {
    #expect(throws: StoreError.self) { try open(["notes.txt": [1]]) }
    var files = try files()
    files["notes.txt"] = [1]
    files["000009.seg"] = [1]  // has a name of ours, and is not named by the manifest
    #expect(try open(files) == .opened(keys: "abcd", dropped: 0, warnings: 0))
  }
}
