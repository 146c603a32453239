import StrataCore
import Testing

@testable import Strata

@Suite("Sorted runs")
struct SortedRunTests {
  /// Segments that hold the even numbers of these ranges.
  private func segments(_ ranges: [Range<Int>]) throws -> [Segment] {
    try ranges.map { range in
      try SegmentFile.open(range.filter { $0 % 2 == 0 }.map { "\($0)" }) { _ in }
    }
  }

  @Test("a key belongs to one segment, whichever order they came in", arguments: [1, 2, 3, 7])
  func lookup(count: Int) throws {
    let parts = (1...count).map { 100 * $0..<100 * $0 + 40 }
    let run = SortedRun(id: 1, level: 1, segments: try segments(parts).reversed())
    #expect(run.isInOrder && run.segments.count == count)
    func place(_ key: String) -> Int? {
      let found = ByteView.withBytes(of: Array(key.utf8)) { run.segment(for: $0) }
      return run.segments.firstIndex { $0 === found }
    }
    for number in 100..<100 * count + 60 {
      #expect(place("\(number)") == number / 100 - 1, "\(number)")
    }
    #expect(place("0") == 0 && place("x") == count - 1)
  }

  @Test("a store asks one segment of a run, also where all keys begin alike")
  func reading() throws {
    let log = EventLog()
    let store = try LogStructuredStore(
      at: "s", options: manualOptions { $0.segmentBytes = 1 }, fileSystem: SimulatedDisk(),
      observer: log.observer)
    let keys = (0..<40).map { Key("\($0 < 20 ? "" : "the same beginning ")\(100 + $0)") }
    for key in keys { try store.put(key, Value(key.bytes)) }
    try store.flush()
    _ = try store.compact()
    #expect(try store.statistics().levels.map(\.segments) == [40])
    for key in keys {
      _ = log.take()
      #expect(try store.get(key) == Value(key.bytes))
      #expect(try store.get(Key(key.bytes + [0])) == nil)
      #expect(log.take().count == 2, "one segment for each get")
    }
    #expect(try store.get("") == nil && store.get("z") == nil && store.get("the") == nil)
    try store.close()
  }

  @Test("segments that overlap are no run")
  func overlap() throws {
    #expect(!SortedRun(id: 1, level: 1, segments: try segments([100..<120, 118..<140])).isInOrder)
    #expect(SortedRun(id: 1, level: 1, segments: try segments([100..<120, 120..<140])).isInOrder)
  }

  @Test("a walk goes from one segment to the next, both ways, and from and to any place")
  func walking() throws {
    let run = SortedRun(
      id: 1, level: 1, segments: try segments([100..<150, 200..<202, 300..<400]))
    let keys = [100..<150, 200..<202, 300..<400].flatMap { $0.filter { $0 % 2 == 0 } }
    for low in [100, 101, 148, 149, 200, 201, 350, 398, 399] {
      for high in [100, 101, 149, 150, 200, 201, 300, 301, 398, 500] {
        let range = KeyRange(from: Key("\(low)"), to: Key("\(high)"))
        let expected = keys.filter { range.contains(Key("\($0)")) }.map { "\($0)" }
        for direction in ScanDirection.allCases {
          let walk = Walk(range: range, direction: direction)
          let found = try SortedRunCursor(run, walk).descriptions().map {
            String($0.split(separator: " ")[1])
          }
          #expect(
            found == (direction == .forward ? expected : expected.reversed()), "\(low) to \(high)")
        }
      }
    }
  }
}
