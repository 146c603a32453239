import StrataCore
import Testing

@Suite("What is found in a file that was not synced")
struct TornDataTests {
  /// A file with some synced bytes and many unsynced appends behind them.
  private func disk(_ personality: SimulatedDisk.Personality) throws -> SimulatedDisk {
    let disk = SimulatedDisk(personality)
    let store = try disk.store()
    let file = try store.write("synced\n", to: "a")
    try file.sync()
    try store.sync()
    for number in 0..<40 { try file.append("append \(number): \(lines(number % 5))") }
    return disk
  }

  @Test("on an ordered disk it is always a beginning of what was written", arguments: seeds)
  func orderedNeverTearsTheMiddle(seed: UInt64) throws {
    let disk = try disk(.ordered)
    let whole = try #require(disk.contents(of: "a", in: "store"))
    var sizes: Set<Int> = []
    for image in disk.images(500, seed: seed) {
      let found = try #require(image.contents(of: "a", in: "store"))
      #expect(whole.starts(with: found))
      sizes.insert(found.count)
    }
    #expect(sizes.count > 50, "tears must be found at many places")
  }

  @Test("on bare POSIX a late sector may be there without an early one")
  func sectorsAreIndependent() throws {
    let disk = try disk(.barePOSIX)
    let whole = try #require(disk.contents(of: "a", in: "store"))
    var holes = 0
    for seed in UInt64(0)..<200 {
      let cut = SimulatedPowerCut(names: .all, files: [.sectors(seed: seed, .zeros)])
      let found = try #require(disk.afterPowerCut(cut).contents(of: "a", in: "store"))
      #expect(found.starts(with: "synced\n".utf8))
      #expect(found.count <= whole.count)
      // Every byte is the one that was written, or a zero where nothing was.
      #expect(zip(found, whole).allSatisfy { $0 == $1 || $0 == 0 })
      let firstHole = found.firstIndex(of: 0) ?? found.count
      if found[firstHole...].contains(where: { $0 != 0 }) { holes += 1 }
    }
    #expect(holes > 20)
  }

  @Test("sectors change as a whole")
  func sectorsAreWhole() throws {
    let disk = SimulatedDisk(.barePOSIX)
    let store = try disk.store()
    let file = try store.create("a")
    try store.sync()
    try file.append(String(repeating: "x", count: 512 * 6))
    for seed in UInt64(0)..<100 {
      let cut = SimulatedPowerCut(names: .all, files: [.sectors(seed: seed, .zeros)])
      let found = try #require(disk.afterPowerCut(cut).contents(of: "a", in: "store"))
      for start in stride(from: 0, to: found.count, by: 512) {
        #expect(Set(found[start..<min(start + 512, found.count)]).count == 1)
      }
    }
  }

  @Test(
    "on bare POSIX a file may have grown without its bytes",
    arguments: SimulatedPowerCut.Filler.allCases)
  func grown(filler: SimulatedPowerCut.Filler) throws {
    let disk = SimulatedDisk(.barePOSIX)
    let store = try disk.store()
    try store.write("what a removed file held", to: "gone").sync()
    let file = try store.write("old ", to: "a")
    try file.sync()
    try store.remove("gone")
    try store.sync()
    try file.append("new bytes")
    var found: Set<[UInt8]> = []
    for seed in UInt64(0)..<50 {
      let cut = SimulatedPowerCut(names: .all, files: [.grown(changes: 0, seed: seed, filler)])
      let bytes = try #require(disk.afterPowerCut(cut).contents(of: "a", in: "store"))
      #expect(bytes.starts(with: "old ".utf8))
      #expect(bytes.count > 4)
      found.insert(bytes)
    }
    switch filler {
    case .zeros: #expect(found.contains(Array("old ".utf8) + [0, 0, 0, 0, 0, 0, 0, 0, 0]))
    case .leftovers: #expect(found.contains(Array("old ".utf8) + Array(" a remove".utf8)))
    case .junk: #expect(found.count > 20)
    }
  }

  @Test("a truncation that was not synced may not have happened")
  func truncation() throws {
    let disk = SimulatedDisk(.barePOSIX)
    let store = try disk.store()
    let file = try store.write("record, torn", to: "a")
    try file.sync()
    try store.sync()
    try file.truncate(to: 7)
    #expect(disk.text("a") == "record,")
    #expect(disk.afterPowerCut(.worst).text("a") == "record, torn")
    try file.append(" more")
    let found = Set(disk.images(400, seed: 1).map { $0.text("a") })
    #expect(found.isSuperset(of: ["record, torn", "record,", "record, mo", "record, more"]))
    try file.sync()
    #expect(disk.afterPowerCut(.worst).text("a") == "record, more")
  }

  @Test("bytes that somebody reads never change under them")
  func sharedBytes() throws {
    let disk = SimulatedDisk(.barePOSIX)
    let store = try disk.store()
    let file = try store.write("one", to: "a")
    let before = try store.map("a")
    try file.sync()
    try store.sync()
    let image = disk.afterPowerCut(.worst)
    // Both continue the same three bytes, each in its own way.
    try image.store().openForAppending("a").append(" image")
    try file.append(" original")
    try file.truncate(to: 2)
    try file.append("!")
    #expect(before.bytes.array == Array("one".utf8))
    #expect(disk.text("a") == "on!")
    #expect(image.text("a") == "one image")
  }
}
