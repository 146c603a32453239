import StrataCore
import Testing

@testable import StrataCourse

/// Bytes as a person reads them.
@Suite("Annotated bytes")
struct ByteNoteTests {
  /// A record `apple = green`, change 7, with checksums of nothing.
  private let record: [UInt8] =
    [UInt8](repeating: 0, count: 8) + [5, 0, 0, 0, 5, 0, 0, 1, 7, 0, 0, 0, 0, 0, 0, 0]
    + Array("applegreen".utf8)

  @Test("sixteen bytes a line, with their text, a mark at the place, and the record's fields")
  func ofRecord() {
    #expect(
      ByteNotes.lines(record, file: "record", around: 17) == [
        "     0  00 00 00 00 00 00 00 00 05 00 00 00 05 00 00 01  ................",
        "    16  07 00 00 00 00 00 00 00 61 70 70 6c 65 67 72 65  ........applegre"
          + "  ← byte 17 is here",
        "    32  65 6e                                            en",
        "at 0: record of kind 1, key of 5 bytes, value of 5, change 7",
      ])
  }

  @Test("of a log, each frame and its records")
  func ofLog() {
    let header = [UInt8](repeating: 1, count: 40)
    let frame: [UInt8] =
      [
        0, 0, 0, 0, 34, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0,
        0, 0,
      ]
    let lines = ByteNotes.lines(header + frame + record, file: "000001.wal", around: 0)
    #expect(
      lines.suffix(2) == [
        "at 40: frame, 34 bytes of records, from change 7, 1 of them, synced up to 6",
        "at 72: record of kind 1, key of 5 bytes, value of 5, change 7",
      ])
  }

  @Test("lengths that lead nowhere, and cut files, explain what they can and no more")
  func damaged() {
    for length in 0..<record.count {
      _ = ByteNotes.lines(Array(record.prefix(length)), file: "record", around: length)
    }
    let junk = [UInt8](repeating: 0xFF, count: 200)
    for name in ["record", "000001.wal", "000001.seg", "data.1", "log.jsonl"] {
      #expect(!ByteNotes.lines(junk, file: name, around: 150).isEmpty)
    }
  }

  @Test("what was done to a file is said in a few words")
  func change() {
    func words(_ new: [UInt8]) -> String { ByteNotes.change(of: "f", from: [1, 2, 3], to: new) }
    #expect(words([1, 2]) == "the last 1 of 3 bytes of f are cut off")
    #expect(words([1, 0xA2, 3]) == "byte 1 of f becomes a2, where it was 02")
    #expect(words([1, 2, 3, 4]) == "1 bytes are appended to f")
    #expect(words([9, 9, 9]) == "f gets other bytes, 3 of them")
    #expect(words([9]) == "f gets other bytes, 1 of them")
    #expect(ByteNotes.change(of: "f", from: [5], to: [5, 0, 0]) == "2 bytes are appended to f")
  }

  @Test("a script tells of the damage, and of what was done on this copy alone")
  func damageInScript() {
    let transcript = Transcript()
    transcript.begin(engine: "append-log")
    transcript.add("put a 1")
    for cut in ["first", "second"] {
      transcript.change(onCopyOf: 1, "the \(cut) cut")
      transcript.add("get a", ["1"])
    }
    let failure = transcript.complete(CheckFailure(expected: "", actual: ""))
    #expect(
      failure.script == [
        "# engines: append-log", "put a 1",
        "# here the store is closed, the second cut, and it is opened again", "get a", "---", "1",
      ])
  }
}
