import Strata
import StrataCore
import Testing

/// What the explorer has found, each as the shortest story that still goes wrong without its cure.
@Suite("Lessons from the crash lab")
struct LessonTests {
  private func open(
    _ disk: SimulatedDisk, _ durability: Durability = .sync, memTableBytes: Int = 64 << 20
  ) throws -> LogStructuredStore {
    var options = StoreOptions()
    options.durability = durability
    options.maintenance = .manual
    options.memTableBytes = memTableBytes
    options.identity = StoreIdentity(high: 1, low: 2)
    return try LogStructuredStore(at: "store", options: options, fileSystem: disk)
  }

  @Test("after a failed sync, the next process does not believe the kernel")
  func failedSync() throws {
    let disk = SimulatedDisk(.barePOSIX)
    let store = try open(disk)
    disk.interceptor = { call in
      call.kind == .syncFile ? .failure(.inputOutput, done: .nothing) : .success
    }
    #expect(throws: StoreError.self) { try store.put("refused", "1") }
    disk.interceptor = nil
    let next = disk.afterKill()
    let reopened = try open(next)
    try reopened.put("acknowledged", "2")
    let found = try open(next.afterPowerCut(.worst))
    #expect(try found.get("acknowledged") == "2")
  }

  @Test("a manifest that a killed process renamed is durable before anything is built on it")
  func renamedManifest() throws {
    for dyingCall in 1...60 {
      let disk = SimulatedDisk(.barePOSIX)
      disk.interceptor = { $0.number == dyingCall ? .powerCut : .success }
      if let store = try? open(disk), (try? store.put("a", "1")) != nil, (try? store.flush()) != nil
      {
        _ = try? store.put("b", "2")
        _ = try? store.compact()
      }
      let next = disk.afterKill()
      let store = try open(next)
      try store.put("c", "3")
      let found = try open(next.afterPowerCut(.worst))
      #expect(try found.get("c") == "3", "killed at call \(dyingCall)")
    }
  }

  @Test("a log that lost its frames does not take back what is flushed")
  func emptyLog() throws {
    let disk = SimulatedDisk(.barePOSIX)
    let store = try open(disk, .system, memTableBytes: 1)
    for key in ["a", "b", "c"] { try store.put(Key(key), "1") }
    let cut = SimulatedPowerCut(names: .all, files: [.everything, .nothing])
    let image = disk.afterPowerCut(cut)
    let second = try open(image, .system, memTableBytes: 1)
    #expect(try second.scan().collect().map(\.key) == ["a"])
    try second.put("d", "2")
    while try second.performMaintenanceStep() != nil {}
    let third = try open(image.afterKill(), .system)
    #expect(try third.scan().collect().map(\.key) == ["a", "d"])
  }

  @Test("what a killed process left is durable once a store with an interval is open")
  func interval() throws {
    let disk = SimulatedDisk(.barePOSIX)
    let store = try open(disk, .interval(milliseconds: 60_000))
    for number in 0..<5 { try store.put(Key("\(number)"), "1") }
    let next = disk.afterKill()
    _ = try open(next, .interval(milliseconds: 60_000))
    let found = try open(next.afterPowerCut(.worst), .interval(milliseconds: 60_000))
    #expect(try found.scan().collect().count == 5)
  }

  @Test("a tail that was cut off does not come back behind what is written next")
  func cutTail() throws {
    let disk = SimulatedDisk(.barePOSIX)
    let store = try open(disk, .system)
    try store.put("a", "1")
    let size = disk.contents(of: "000001.wal", in: "store")?.count ?? 0
    try store.put("b", "2")
    try store.put("c", "3")  // sound, but behind a hole
    let torn = disk.afterKill()
    var bytes = try #require(torn.contents(of: "000001.wal", in: "store"))
    bytes[size] ^= 1
    torn.replaceContents(of: "000001.wal", in: "store", with: bytes)
    let second = try open(torn, .system)
    try second.put("d", "4")  // exactly as long as what was cut off in its place
    for seed: UInt64 in 0..<64 {
      let cut = SimulatedPowerCut(names: .all, files: [.sectors(seed: seed, .leftovers)])
      let keys = try open(torn.afterPowerCut(cut), .system).scan().collect().map(\.key)
      #expect(keys == ["a"] || keys == ["a", "d"], "seed \(seed)")
    }
  }
}
