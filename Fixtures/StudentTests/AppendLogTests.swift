import StrataCore
import StrataRungs
import Testing

/// Tests such as a student hands in after the second milestone: `kvgrade prove-tests Fixtures/StudentTests`
/// says what they catch.
@Suite("Append log")
struct AppendLogTests {
  private static let indexes = [false, true]

  private func open(_ disk: any FileSystem, index: Bool) throws -> AppendLogStore {
    var options = AppendLogOptions()
    options.buildsIndex = index
    options.maintenance = .manual
    return try AppendLogStore(at: "log", options: options, fileSystem: disk)
  }

  @Test("the newest value counts", arguments: indexes)
  func newest(index: Bool) throws {
    let store = try open(SimulatedDisk(.ordered), index: index)
    try store.put("a", "1")
    try store.put("a", "2")
    #expect(try store.get("a") == "2")
  }

  @Test("what is deleted is gone, also after opening again", arguments: indexes)
  func deleted(index: Bool) throws {
    let disk = SimulatedDisk(.ordered)
    let store = try open(disk, index: index)
    try store.put("a", "1")
    try store.delete("a")
    #expect(try store.get("a") == nil)
    try store.close()
    #expect(try open(disk, index: index).get("a") == nil)
  }

  @Test("what was acknowledged survives a power cut", arguments: indexes)
  func powerCut(index: Bool) throws {
    let disk = SimulatedDisk(.ordered)
    let store = try open(disk, index: index)
    try store.put("a", "1")
    #expect(try open(disk.afterPowerCut(.worst), index: index).get("a") == "1")
  }
}
