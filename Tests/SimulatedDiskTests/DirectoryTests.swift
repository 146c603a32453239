import StrataCore
import Testing

@Suite("Directories of a simulated disk")
struct DirectoryTests {
  @Test("errors are those of a real file system")
  func errors() throws {
    let disk = SimulatedDisk()
    #expect(throws: StoreError.notFound(path: "store")) {
      try disk.openDirectory("store", creating: false)
    }
    let store = try disk.store()
    _ = try store.create("a")
    #expect(throws: StoreError.io(call: "create", path: "store/a", errno: 17)) {
      _ = try store.create("a")
    }
    #expect { try store.read("b") } throws: { ($0 as? StoreError)?.isMissingFile == true }
    #expect { try store.openForAppending("b") } throws: {
      ($0 as? StoreError)?.isMissingFile == true
    }
    store.close()
    #expect(throws: StoreError.self) { try store.names() }
  }

  @Test("the lock is exclusive, and released by close, by a crash and with its holder")
  func locks() throws {
    let disk = SimulatedDisk()
    let first = try disk.store()
    try first.lock()
    let second = try disk.store()
    #expect(throws: StoreError.locked(path: "store")) { try second.lock() }
    second.close()
    #expect(throws: StoreError.locked(path: "store")) { try disk.store().lock() }
    try disk.afterPowerCut(.harmless).store().lock()
    first.close()
    first.close()
    try disk.store().lock()
    try disk.store().lock()
  }

  @Test("names are sorted, and a rename replaces")
  func names() throws {
    let disk = SimulatedDisk()
    let store = try disk.store()
    for name in ["c", "a", "d", "b"] { try store.write(name, to: name) }
    #expect(try store.names() == ["a", "b", "c", "d"])
    try store.rename("c", to: "a")
    #expect(try store.names() == ["a", "b", "d"])
    #expect(try store.text("a") == "c")
  }

  @Test("a linked file is one file under two names")
  func links() throws {
    let disk = SimulatedDisk()
    let store = try disk.store()
    let copy = try disk.openDirectory("copy", creating: true)
    let file = try store.write("shared", to: "a")
    try store.link("a", into: copy)
    try file.append("!")
    #expect(disk.text("a", in: "copy") == "shared!")
    try file.sync()
    try store.sync()
    #expect(disk.afterPowerCut(.worst).text("a", in: "copy") == nil)
    try copy.sync()
    for image in [disk.afterPowerCut(.worst), disk.afterKill()] {
      try image.store().openForAppending("a").append("?")
      #expect(image.text("a", in: "copy") == "shared!?")
    }
    try store.remove("a")
    #expect(try copy.text("a") == "shared!")
    #expect(throws: StoreError.self) {
      try copy.link("a", into: try SimulatedDisk().store())
    }
  }

  @Test("the same calls and the same seed give the same disks, described in the same words")
  func determinism() throws {
    func history() throws -> [String] {
      let disk = SimulatedDisk(.barePOSIX)
      let store = try disk.store()
      var random = SplitMix64(seed: 11)
      var history: [String] = []
      for number in 0..<60 {
        let file = try store.write(lines(random.below(40)), to: "\(number)")
        if random.isOne(in: 4) { try file.sync() }
        if random.isOne(in: 8) { try store.sync() }
        if random.isOne(in: 3) { try store.remove("\(number)") }
        let cut = disk.randomPowerCut(using: &random)
        history.append(disk.describe(cut))
        history.append(disk.afterPowerCut(cut).listing)
      }
      return history
    }
    let first = try history()
    #expect(try history() == first)
    // Also in another process, where a dictionary would be walked in another order.
    #expect(CRC32C.checksum(of: first.joined()) == 3_986_259_832)
  }

  @Test("systematic power cuts cover each lost name with and without the data")
  func systematic() throws {
    let disk = SimulatedDisk(.barePOSIX)
    let store = try disk.store()
    #expect(disk.systematicPowerCuts == [SimulatedPowerCut(names: .none, files: [])])
    for name in ["a", "b", "c"] { try store.write(name, to: name) }
    let states = Set(disk.systematicPowerCuts.map { disk.afterPowerCut($0).names(in: "store") })
    #expect(
      states == [[], ["a", "b", "c"], ["a"], ["a", "b"], ["b", "c"], ["a", "c"]])
    #expect(disk.systematicPowerCuts.count == 12)
  }
}
