import StrataCore
import Testing

@Suite("Calls that fail")
struct FailureTests {
  @Test("a sync that failed must not be believed when it succeeds later")
  func failedSync() throws {
    let disk = SimulatedDisk(.barePOSIX)
    let store = try disk.store()
    let file = try store.create("a")
    try store.sync()
    try file.append("acknowledged?")
    var failures = 1
    disk.interceptor = { call in
      guard call.kind == .syncFile, failures > 0 else { return .success }
      failures -= 1
      return .failure(.inputOutput, done: .nothing)
    }
    #expect(throws: StoreError.self) { try file.sync() }
    try file.sync()
    #expect(disk.text("a") == "acknowledged?")
    #expect(disk.afterPowerCut(.worst).text("a") == "")
    #expect(disk.unsyncedChanges.contains("a sync failed: later ones save nothing"))
    // The way out: what the kernel only believes to have written is written again.
    try file.append(" yes")
    try file.writeAgain(0..<13)
    try file.sync()
    #expect(disk.afterPowerCut(.worst).text("a") == "acknowledged? yes")
    // Or is cut off.
    failures = 1
    try file.append(", no")
    #expect(throws: StoreError.self) { try file.sync() }
    try file.truncate(to: 17)
    try file.append("!")
    try file.sync()
    #expect(disk.afterPowerCut(.worst).text("a") == "acknowledged? yes!")
  }

  @Test("a failed sync of a directory leaves its names for the next one")
  func failedDirectorySync() throws {
    let disk = SimulatedDisk(.barePOSIX)
    let store = try disk.store()
    _ = try store.create("a")
    disk.interceptor = { _ in .failure(.inputOutput, done: .nothing) }
    #expect(throws: StoreError.self) { try store.sync() }
    disk.interceptor = nil
    #expect(disk.afterPowerCut(.worst).names(in: "store") == [])
    try store.sync()
    #expect(disk.afterPowerCut(.worst).names(in: "store") == ["a"])
  }

  @Test("a short write leaves its first bytes and an error")
  func shortWrite() throws {
    let disk = SimulatedDisk()
    let store = try disk.store()
    let file = try store.create("a")
    disk.interceptor = { _ in .failure(.noSpace, done: .bytes(3)) }
    #expect(throws: StoreError.noSpace(path: "store/a")) { try file.append("12345") }
    #expect(disk.text("a") == "123")
    #expect(file.size == 3)
  }

  @Test("a call may have been done although it reports an error")
  func doneAndFailed() throws {
    let disk = SimulatedDisk()
    let store = try disk.store()
    _ = try store.create("a")
    disk.interceptor = { _ in .failure(.inputOutput, done: .everything) }
    #expect(throws: StoreError.self) { try store.rename("a", to: "b") }
    #expect(disk.names(in: "store") == ["b"])
  }

  @Test("a failing call changes nothing, whatever it is")
  func nothingDone() throws {
    let disk = SimulatedDisk()
    let store = try disk.store()
    let other = try disk.openDirectory("copy", creating: true)
    let file = try store.write("bytes", to: "a")
    let before = disk.listing
    disk.interceptor = { call in
      call.kind.isChanging ? .failure(.noSpace, done: .nothing) : .success
    }
    #expect(throws: StoreError.noSpace(path: "store/b")) { try store.create("b") }
    #expect(throws: StoreError.noSpace(path: "store/a")) { try store.remove("a") }
    #expect(throws: StoreError.noSpace(path: "store/a")) { try store.rename("a", to: "c") }
    #expect(throws: StoreError.noSpace(path: "store/a")) { try store.link("a", into: other) }
    #expect(throws: StoreError.noSpace(path: "store/a")) { try file.truncate(to: 0) }
    #expect(throws: StoreError.noSpace(path: "store/a")) { try file.append("more") }
    #expect(throws: StoreError.noSpace(path: "new")) {
      try disk.openDirectory("new", creating: true)
    }
    #expect(disk.listing == before)
  }

  @Test("when the power is out, every call fails and nothing changes")
  func powerCut() throws {
    let disk = SimulatedDisk()
    let store = try disk.store()
    let file = try store.write("bytes", to: "a")
    disk.interceptor = { $0.kind == .syncFile ? .powerCut : .success }
    #expect(throws: StoreError.self) { try file.sync() }
    #expect(throws: StoreError.self) { try store.read("a") }
    #expect(throws: StoreError.self) { try store.create("b") }
    #expect(disk.afterPowerCut(.harmless).text("a") == "bytes")
    #expect(disk.afterPowerCut(.worst).text("a") == nil)
  }

  @Test("calls are numbered and counted by kind, and told of after they are done")
  func counting() throws {
    let disk = SimulatedDisk()
    var told: [String] = []
    disk.observer = { call in if call.kind.isChanging { told.append(call.description) } }
    let store = try disk.store()
    let file = try store.write("bytes", to: "a")
    try file.sync()
    try store.sync()
    _ = try store.read("a")
    try store.remove("a")
    #expect(
      told == [
        "call 1: make directory store", "call 2: sync directory /", "call 3: create store/a",
        "call 4: append 5 bytes to store/a", "call 5: sync file store/a",
        "call 6: sync directory store", "call 7: remove store/a",
      ])
    #expect(disk.callCounts[.syncDirectory] == 2)
    #expect(disk.callCounts[.read] == 1)
    #expect(disk.callCounts.changing == 7)
  }
}
