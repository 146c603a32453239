import StrataCore
import Testing

@Suite("What survives a power cut")
struct SurvivalTests {
  @Test(
    "what was synced, name and bytes, survives every power cut",
    arguments: SimulatedDisk.Personality.allCases, seeds)
  func synced(personality: SimulatedDisk.Personality, seed: UInt64) throws {
    let disk = SimulatedDisk(personality)
    let store = try disk.store()
    let file = try store.write("safe", to: "a")
    try file.sync()
    try store.sync()
    try file.append(" and not")
    try store.write("new", to: "b")
    for image in disk.images(200, seed: seed) {
      #expect(image.text("a")?.hasPrefix("safe") == true)
    }
  }

  @Test("bytes that were not synced may be lost", arguments: SimulatedDisk.Personality.allCases)
  func unsyncedBytes(personality: SimulatedDisk.Personality) throws {
    let disk = SimulatedDisk(personality)
    let store = try disk.store()
    let file = try store.write("old ", to: "a")
    try file.sync()
    try store.sync()
    try file.append("new")
    #expect(disk.text("a") == "old new")
    #expect(disk.afterPowerCut(.worst).text("a") == "old ")
    #expect(disk.afterPowerCut(.harmless).text("a") == "old new")
    let torn = SimulatedPowerCut(names: .all, files: [.prefix(changes: 0, bytes: 2)])
    #expect(disk.afterPowerCut(torn).text("a") == "old ne")
  }

  @Test("a synced file without a synced name is gone on bare POSIX")
  func unsyncedName() throws {
    let disk = SimulatedDisk(.barePOSIX)
    let store = try disk.store()
    try store.write("bytes", to: "a").sync()
    #expect(disk.afterPowerCut(.worst).names(in: "store").isEmpty)
    try store.sync()
    #expect(disk.afterPowerCut(.worst).text("a") == "bytes")
  }

  @Test("a synced file brings its name along on an ordered disk, which hides the missing sync")
  func nameComesAlong() throws {
    let disk = SimulatedDisk(.ordered)
    let store = try disk.store()
    try store.write("bytes", to: "a").sync()
    #expect(disk.afterPowerCut(.worst).text("a") == "bytes")
  }

  @Test("without a sync of the directory after it, a rename may not have happened")
  func renameNotSynced() throws {
    let disk = SimulatedDisk(.barePOSIX)
    let store = try disk.store()
    try store.write("one", to: "list").sync()
    try store.sync()
    try store.write("two", to: "list.tmp").sync()
    try store.rename("list.tmp", to: "list")
    #expect(disk.text("list") == "two")
    #expect(disk.afterPowerCut(.worst).text("list") == "one")
    try store.sync()
    #expect(disk.afterPowerCut(.worst).text("list") == "two")
  }

  @Test(
    "without a sync of the file before it, a rename may leave an empty file",
    arguments: SimulatedDisk.Personality.allCases)
  func renameOutrunsData(personality: SimulatedDisk.Personality) throws {
    let disk = SimulatedDisk(personality)
    let store = try disk.store()
    try store.write("one", to: "list").sync()
    try store.sync()
    try store.write("two", to: "list.tmp")
    try store.rename("list.tmp", to: "list")
    try store.sync()
    #expect(disk.afterPowerCut(.worst).text("list") == "")
  }

  @Test("a removed file comes back when the directory was not synced")
  func removalForgotten() throws {
    let disk = SimulatedDisk(.barePOSIX)
    let store = try disk.store()
    try store.write("old", to: "a").sync()
    try store.sync()
    try store.remove("a")
    #expect(disk.names(in: "store").isEmpty)
    #expect(disk.afterPowerCut(.worst).text("a") == "old")
    try store.sync()
    #expect(disk.afterPowerCut(.worst).text("a") == nil)
  }

  @Test("on bare POSIX one change of a name may be lost and a later one kept")
  func allButOne() throws {
    let disk = SimulatedDisk(.barePOSIX)
    let store = try disk.store()
    for name in ["a", "b", "c"] { _ = try store.create(name) }
    let cut = SimulatedPowerCut(names: .allBut(1), files: [])
    #expect(disk.afterPowerCut(cut).names(in: "store") == ["a", "c"])
  }

  @Test("on an ordered disk a change of a name survives only with all before it", arguments: seeds)
  func namesInOrder(seed: UInt64) throws {
    let disk = SimulatedDisk(.ordered)
    let store = try disk.store()
    for name in ["a", "b", "c", "d"] { _ = try store.create(name) }
    for image in disk.images(200, seed: seed) {
      let names = image.names(in: "store")
      #expect(names == Array(["a", "b", "c", "d"].prefix(names.count)))
    }
  }

  @Test("a killed process loses nothing that it wrote; a power cut after it still can")
  func killed() throws {
    let disk = SimulatedDisk(.barePOSIX)
    let store = try disk.store()
    try store.lock()
    try store.write("written", to: "a")
    let survivor = disk.afterKill()
    #expect(survivor.text("a") == "written")
    #expect(survivor.hasUnsyncedChanges)
    #expect(survivor.afterPowerCut(.worst).text("a") == nil)
    try survivor.store().lock()
  }

  @Test("a directory whose maker died before syncing its name is synced by the next to open it")
  func directoryName() throws {
    let disk = SimulatedDisk(.barePOSIX)
    disk.interceptor = { $0.kind == .syncDirectory ? .powerCut : .success }
    #expect(throws: StoreError.self) { try disk.store() }
    let next = disk.afterKill()
    #expect(next.afterPowerCut(.worst).directories == [])
    try next.store().write("a", to: "a")
    #expect(next.afterPowerCut(.worst).directories == ["store"])
  }
}
