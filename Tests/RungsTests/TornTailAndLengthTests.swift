import StrataCore
import StrataTestSupport
import Testing

@testable import StrataRungs

@Suite("Torn tails and damaged lengths")
struct TornTailAndLengthTests {
  /// The changes that an opening and one put make to the disk.
  private func changes(
    of disk: SimulatedDisk, _ open: (SimulatedDisk) throws -> any KeyValueStore
  ) throws -> [SimulatedCall] {
    var calls: [SimulatedCall] = []
    disk.observer = { if $0.kind.isChanging { calls.append($0) } }
    try open(disk).put("next", "1")
    disk.observer = nil
    return calls
  }

  private func expectCutBeforeAppend(_ calls: [SimulatedCall], in name: String) throws {
    let kinds = calls.filter { $0.name == name }.map(\.kind)
    let cut = try #require(kinds.firstIndex(of: .truncate))
    let append = try #require(kinds.firstIndex(of: .append))
    #expect(cut < append)
    #expect(kinds[cut..<append].contains(.syncFile), "the cut is not durable: \(calls)")
  }

  @Test("a torn tail of an append log is cut off for good before anything is appended")
  func appendLog() throws {
    for durability: Durability in [.sync, .system] {
      let disk = try Rung.disk([
        "log.jsonl": Array("{\"key\":\"a\",\"value\":\"1\"}\n{\"key\":\"b\",\"va".utf8)
      ])
      let calls = try changes(of: disk) { try Rung.log($0, durability: durability) }
      try expectCutBeforeAppend(calls, in: "log.jsonl")
    }
  }

  @Test("a torn tail of a data file is cut off for good before anything is appended")
  func bitcask() throws {
    let filled = SimulatedDisk(.ordered)
    let store = try Rung.bitcask(filled)
    try store.put("a", "1")
    try store.put("b", "2")
    let whole = try #require(filled.contents(of: "data.0", in: "store"))
    for durability: Durability in [.sync, .system] {
      let disk = try Rung.disk(["data.0": Array(whole.dropLast(3))])
      let calls = try changes(of: disk) { disk in
        try Rung.bitcask(disk) { $0.durability = durability }
      }
      try expectCutBeforeAppend(calls, in: "data.0")
    }
  }

  /// A closed store of two data files and their hints.
  private func closedStore() throws -> [String: [UInt8]] {
    let disk = SimulatedDisk(.ordered)
    let store = try Rung.bitcask(disk) { $0.dataFileBytes = 150 }
    for key in ["a", "b", "c", "d"] as [Key] { try store.put(key, "a value of some length") }
    try store.close()
    return Rung.files(of: disk)
  }

  /// Opens, reads everything and verifies; whatever comes of it, no read may ask for too much.
  private func readAll(_ files: [String: [UInt8]], _ what: String) throws -> Int {
    let disk = try Rung.disk(files)
    let answered = Rung.answeredReads(of: disk)
    var options = BitcaskOptions()
    options.maintenance = .manual
    do throws(StoreError) {
      let store = try BitcaskStore(at: "store", options: options, fileSystem: disk)
      for key in ["a", "b", "c", "d"] as [Key] {
        do throws(StoreError) { _ = try store.get(key) } catch { continue }
      }
      _ = try store.compact()
    } catch {
      if case .corrupt = error {} else { Issue.record("\(what): \(error)") }
    }
    do throws(StoreError) {
      _ = try BitcaskStore.verify(at: "store", fileSystem: disk)
    } catch {
      if case .corrupt = error {} else { Issue.record("\(what): \(error)") }
    }
    let reads = disk.callCounts[.readPiece]
    #expect(answered() == reads, "\(what)")
    return reads
  }

  @Test(
    "whatever stands where a length should, no read of a Bitcask store asks for more than the file has"
  )
  func damagedLengths() throws {
    let files = try closedStore()
    #expect(files.keys.contains("hint.0"))
    var reads = 0
    for (name, bytes) in files {
      for start in 0...(bytes.count - 4) {
        for filler: UInt8 in [0x00, 0x7F, 0xFF] {
          var damaged = files
          damaged[name]?.replaceSubrange(start..<start + 4, with: repeatElement(filler, count: 4))
          reads += try readAll(damaged, "\(name), \(filler) from \(start)")
        }
      }
    }
    #expect(reads > 1_000)
  }

  @Test("so it is with the lengths in a hint whose checksum is right")
  func sealedHints() throws {
    let files = try closedStore()
    let hint = try #require(files["hint.0"])
    // Behind the file's header: sizes, counts and entries; see the table at HintFile.
    for start in 60..<(hint.count - 8) {
      for filler: UInt8 in [0x01, 0x7F, 0xFF] {
        var forged = SealedFile(hint)
        forged.bytes.replaceSubrange(start..<start + 4, with: repeatElement(filler, count: 4))
        forged.set(hint.count - 4, toChecksumOf: 56, hint.count - 60)
        var damaged = files
        damaged["hint.0"] = forged.bytes
        _ = try readAll(damaged, "hint.0, \(filler) from \(start)")
      }
    }
  }

  @Test("a line without an end costs an append log no more than the file's own bytes")
  func endlessLine() throws {
    let text = "{\"key\":\"a\",\"value\":\"1\"}\n" + String(repeating: "x", count: 700_000)
    for buildsIndex in [true, false] {
      let disk = try Rung.disk(["log.jsonl": Array(text.utf8)])
      let answered = Rung.answeredReads(of: disk)
      var options = AppendLogOptions()
      options.buildsIndex = buildsIndex
      options.maintenance = .manual
      let store = try AppendLogStore(at: "store", options: options, fileSystem: disk)
      #expect(try store.get("a") == "1")
      #expect(store.recovery.bytesDropped == 700_000)
      let reads = disk.callCounts[.readPiece]
      #expect(answered() == reads)
      #expect(reads > 1)
    }
  }
}
