import StrataCore
import Testing

@testable import Strata
@testable import StrataShell

@Suite("Reports")
struct ReportTests {
  @Test("numbers as people read them")
  func units() {
    #expect(Units.count(0) == "0")
    #expect(Units.count(1_204_000) == "1,204,000")
    #expect(Units.count(-1005) == "-1,005")
    #expect(Units.bytes(1023) == "1023 B")
    #expect(Units.bytes(1536) == "1.5 KiB")
    #expect(Units.bytes(64 << 20) == "64.0 MiB")
    #expect(Units.plural(1, "entry", "entries") == "1 entry")
    #expect(Units.plural(2, "entry", "entries") == "2 entries")
    #expect(Units.nanoseconds(999) == "999 ns")
    #expect(Units.nanoseconds(1234) == "1.2 µs")
    #expect(Units.nanoseconds(2_500_000_000) == "2.5 s")
    #expect(Units.clock(seconds: 3725) == "1:02:05")
    #expect(Units.clock(seconds: 7.9) == "0:07")
    #expect(Units.decimal(-0.004, 2) == "0.00")
    #expect(Units.decimal(1.005, 0) == "1")
    #expect(Units.ratio(1, 0) == "–")
    #expect(Units.ratio(7, 2) == "3.50")
  }

  @Test("a picture has a row for each level and a piece for each run")
  func picture() {
    let levels = [
      StoreStatistics.Level(
        level: -1, runs: 1, segments: 0, records: 3, tombstones: 0, bytes: 100),
      StoreStatistics.Level(
        level: 0, runs: 3, segments: 3, records: 30, tombstones: 1, bytes: 500),
      StoreStatistics.Level(
        level: 1, runs: 1, segments: 2, records: 99, tombstones: 0, bytes: 1000),
    ]
    #expect(
      StoreShapePicture(levels: levels, width: 60).text == """
        memory            3 records   100 B  ░
        level 0  3 runs, 3 segments   500 B  ██│██│██
        level 1   1 run, 2 segments  1000 B  ████████████████
        """)
    #expect(StoreShapePicture(levels: []).text == "(nothing)")
    #expect(
      StoreShapePicture(levels: levels, scale: 2000, width: 60).lines[2].hasSuffix("  ████████"))
  }

  @Test("progress shows bar, rate and time left")
  func progress() {
    let line = Progress(of: "a.tsv", size: 1000, on: Output())
      .line(bytes: 250, entries: 5000, seconds: 2)
    #expect(line == "a.tsv  █████░░░░░░░░░░░░░░░  25 %  5,000 entries  2,500/s  0:06 left")
    let done = Progress(of: "dir/a.tsv", size: 1000, on: Output())
    #expect(done.summary(entries: 1200, seconds: 0.5) == "a.tsv  1,200 entries loaded in 0.50 s")
    let unknown = Progress(of: "-", size: nil, on: Output()).line(
      bytes: 2048, entries: 1, seconds: 1)
    #expect(unknown == "-  2.0 KiB  1 entry  1/s")
  }

  @Test("a piece of a file is shown field by field")
  func inspection() {
    let part = FilePart(
      offset: 16, count: 12, title: "header",
      fields: [
        FilePart.Field(offset: 16, count: 4, name: "magic", meaning: "the beginning"),
        FilePart.Field(offset: 18, count: 10, name: "longer name", meaning: "the rest"),
      ], damage: "wrong")
    let bytes = [UInt8](0..<12)
    ByteView.withBytes(of: bytes) { view in
      let text = InspectionText()
      #expect(
        text.lines(part, view) == [
          "00000010  header, 12 bytes",
          "  00000010  00 01 02 03                magic        the beginning",
          "  00000012  02 03 04 05 06 07 08 09 …  longer name  the rest",
          "  damaged: wrong",
        ])
      #expect(text.json(part, view).line.contains("\"hex\":\"00010203\""))
    }
  }

  @Test("JSON text is escaped")
  func json() {
    let value = JSONText.object([
      ("a\"b", .string("\u{1}\n\\")), ("n", .array([.integer(-1), .decimal(0.5), .null])),
      ("t", .boolean(true)), ("inf", .decimal(.infinity)),
    ])
    #expect(
      value.line == #"{"a\"b":"\u0001\n\\","n":[-1,0.5,null],"t":true,"inf":null}"#)
  }

  @Test("statistics as text name numerators and denominators")
  func statistics() {
    var statistics = StoreStatistics()
    statistics.engine = "lsm"
    statistics.writes.userBytes = 1000
    statistics.writes.logBytes = 1500
    statistics.writes.flushedBytes = 1000
    statistics.reads.gets = 4
    statistics.reads.segmentsAsked = 6
    var space = SpaceUse()
    space.liveBytes = 800
    space.diskBytes = 1000
    let text = StatisticsText(path: "kvdata", statistics: statistics, space: space).text
    #expect(text.contains("write amplification  2.50  2.4 KiB to files / 1000 B from users"))
    #expect(text.contains("read amplification   1.50  6 segments asked / 4 gets"))
    #expect(text.contains("space amplification  1.25  1000 B on disk / 800 B live"))
  }

  @Test("every error has its exit status and its name")
  func exitStatus() {
    let io = StoreError.io(call: "read", path: "p", errno: 5)
    let expected: [(StoreError, Int32, String)] = [
      (.invalidArgument("x"), 2, "invalidArgument"), (.notFound(path: "p"), 4, "notFound"),
      (.corrupt(file: "f", offset: 1, reason: "r"), 3, "corrupt"), (io, 4, "io"),
      (.noSpace(path: "p"), 4, "noSpace"), (.locked(path: "p"), 5, "locked"),
      (.closed, 2, "closed"), (.readOnly(cause: io), 6, "readOnly"),
    ]
    for (error, status, kind) in expected {
      #expect(ExitStatus(error).rawValue == status)
      #expect(error.kind == kind)
    }
  }
}
