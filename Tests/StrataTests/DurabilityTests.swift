import StrataCore
import StrataTestSupport
import Synchronization
import Testing

@testable import Strata

@Suite("Durability")
struct DurabilityTests {
  private func syncs(_ log: EventLog) -> Int {
    log.take().count { if case .synced = $0 { true } else { false } }
  }

  @Test("a sync that failed is never tried again: not by another writer, not by the close")
  func stickyFailure() throws {
    let disk = SimulatedDisk()
    let store = try LogStructuredStore(at: "s", options: manualOptions(), fileSystem: disk)
    try store.put("a", "1")
    disk.interceptor = { call in
      call.kind == .syncFile ? .failure(.inputOutput, done: .nothing) : .success
    }
    #expect(throws: StoreError.self) { try store.logs.sync() }
    disk.interceptor = nil
    // The store does not know yet; the logs do.
    #expect(throws: StoreError.self) {
      try store.apply(WriteBatch([.put("b", "1", expiresAt: nil)]), syncing: true)
    }
    #expect(try store.get("a") == "1" && store.get("b") == nil)
    #expect(throws: StoreError.self) { try store.put("c", "1") }
    let before = disk.callCounts
    try store.close()
    #expect(disk.callCounts.changing == before.changing, "a close after a failure writes nothing")
  }

  @Test("with an interval, what is written is synced in time, also behind explicit syncs")
  func interval() throws {
    let log = EventLog()
    var options = StoreOptions()
    options.durability = .interval(milliseconds: 5)
    let store = try LogStructuredStore(
      at: "s", options: options, fileSystem: SimulatedDisk(), observer: log.observer)
    for round in 0..<20 {
      try store.put("a", Value("\(round)"))
      try store.apply(WriteBatch([.put("b", "1", expiresAt: nil)]), syncing: true)
    }
    try store.put("a", "last")
    var waited = 0
    while store.logs.hasUnsynced && waited < 5_000 {
      WorkerThread.sleep(milliseconds: 5)
      waited += 5
    }
    #expect(!store.logs.hasUnsynced)
    _ = log.take()
    try store.put("a", "after a rest")
    waited = 0
    while store.logs.hasUnsynced && waited < 5_000 {
      WorkerThread.sleep(milliseconds: 5)
      waited += 5
    }
    #expect(syncs(log) == 1)
    try store.close()
  }

  @Test("a full disk refuses what it must, and no more")
  func fullDisk() throws {
    let disk = SimulatedDisk()
    var options = StoreOptions()
    options.flushOnCloseBytes = 0
    options.identity = StoreIdentity(high: 1, low: 2)
    var store = try LogStructuredStore(at: "s", options: options, fileSystem: disk)
    try store.put("a", "1")
    disk.interceptor = { call in
      [.create, .append].contains(call.kind) ? .failure(.noSpace, done: .nothing) : .success
    }
    try store.close()  // neither the flush nor the mark is needed
    for _ in 0..<2 {
      store = try LogStructuredStore(at: "s", options: options, fileSystem: disk)
      #expect(try store.get("a") == "1")
      try store.close()
    }
    store = try LogStructuredStore(at: "s", options: options, fileSystem: disk)
    #expect(throws: StoreError.noSpace(path: "s/000001.wal")) { try store.put("b", "1") }
    #expect(throws: StoreError.readOnly(cause: .noSpace(path: "s/000001.wal"))) {
      try store.delete("a")
    }
    #expect(try store.get("a") == "1")
    try store.close()
    disk.interceptor = nil
    store = try LogStructuredStore(at: "s", options: options, fileSystem: disk)
    try store.put("b", "1")
    #expect(try store.scan().collect().count == 2)
    try store.close()
  }

  @Test("a value that holds a log of another store, cut off by a kill, does no harm")
  func foreignFrames() throws {
    let other = SimulatedDisk()
    let source = try LogStructuredStore(at: "s", fileSystem: other)
    for number in 0..<9 { try source.put(Key("\(number)"), "value") }
    let bytes = try other.afterKill().openDirectory("s", creating: false).read("000001.wal")
      .withBytes { $0.array }
    let disk = SimulatedDisk()
    let options = manualOptions { $0.durability = .sync }
    let store = try LogStructuredStore(at: "s", options: options, fileSystem: disk)
    try store.put("first", "1")
    try store.put("backup", Value(bytes))
    let image = disk.afterKill()
    let directory = try image.openDirectory("s", creating: false)
    let log = try directory.openForAppending("000001.wal")
    try log.truncate(to: log.size - 10)
    directory.close()
    let reopened = try LogStructuredStore(at: "s", options: manualOptions(), fileSystem: image)
    #expect(try reopened.scan().collect().map(\.key) == ["first"])
    #expect(reopened.recovery.warnings.count == 1)
  }

  @Test("options that mean nothing are refused before anything is made")
  func options() {
    for change: (inout StoreOptions) -> Void in [
      { $0.durability = .interval(milliseconds: 0) }, { $0.memTableBytes = 0 },
      { $0.segmentBytes = -1 },
    ] {
      let disk = SimulatedDisk()
      #expect {
        try LogStructuredStore(at: "s", options: manualOptions(change), fileSystem: disk)
      } throws: {
        if case .invalidArgument = $0 as? StoreError { true } else { false }
      }
      #expect(disk.callCounts.changing == 0)
    }
  }

  @Test("a file under the last number there is does not stop the store")
  func lastNumber() throws {
    let disk = SimulatedDisk()
    try LogStructuredStore(at: "s", options: manualOptions(), fileSystem: disk).close()
    let directory = try disk.openDirectory("s", creating: false)
    for name in ["4294967295.wal", "4294967295.seg", "4294967294.seg"] {
      try directory.create(name).close()
    }
    directory.close()
    let store = try LogStructuredStore(at: "s", options: manualOptions(), fileSystem: disk)
    try store.put("a", "1")
    try store.flush()
    #expect(try store.get("a") == "1")
    try store.close()
  }
}
