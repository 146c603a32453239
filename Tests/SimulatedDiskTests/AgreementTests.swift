import StrataCore
import StrataTestSupport
import Testing

@Suite("The simulated disk and the real one")
struct AgreementTests {
  @Test("answer the same calls with the same answers")
  func answers() throws {
    let simulated = try history(on: SimulatedDisk(), in: "root")
    let real = try withTemporaryDirectory { path in
      try history(on: LocalFileSystem(), in: path)
    }
    #expect(simulated == real)
  }

  /// What a sequence of calls answers, errors included, as lines.
  private func history(on fileSystem: any FileSystem, in root: String) throws -> [String] {
    var lines: [String] = []
    func note(_ what: String, _ body: () throws -> Any) {
      do {
        lines.append("\(what): \(try body())")
      } catch StoreError.io(_, _, let code) {
        lines.append("\(what): error \(code)")
      } catch {
        lines.append("\(what): \(String(describing: error).replacing(root, with: "ROOT"))")
      }
    }
    note("missing") { try fileSystem.openDirectory(root + "-none", creating: false).path }
    let store = try fileSystem.openDirectory(root, creating: true)
    let other = try fileSystem.openDirectory(root + "-copy", creating: true)
    let file = try store.create("a")
    note("create again") { try store.create("a") }
    note("open missing") { try store.openForAppending("b") }
    note("append") { try file.append("twelve bytes") }
    note("write again") { try file.writeAgain(3..<9) }
    note("append behind") { try file.append("!") }
    note("truncate") { try file.truncate(to: 10) }
    note("sync") { try file.sync() }
    note("size") { file.size }
    note("append after the cut") { try file.append("es") }
    note("read") { try store.text("a") }
    let reopened = try store.openForAppending("a")
    note("size reopened") { reopened.size }
    note("append reopened") { try reopened.append(" and more") }
    note("map") {
      let contents = try store.map("a")
      return String(decoding: contents.bytes.array, as: UTF8.self)
    }
    note("map empty") {
      try store.create("empty").close()
      return try store.map("empty").bytes.count
    }
    note("read missing") { try store.read("b") }
    note("link") { try store.link("a", into: other) }
    note("link again") { try store.link("a", into: other) }
    note("linked") { try other.text("a") }
    note("rename") { try store.rename("empty", to: "a") }
    note("rename missing") { try store.rename("none", to: "a") }
    note("names") { try store.names() }
    note("still linked") { try other.text("a") }
    note("remove") { try store.remove("a") }
    note("remove again") { try store.remove("a") }
    note("sync directory") { try store.sync() }
    note("lock") { try store.lock() }
    note("second lock") { try fileSystem.openDirectory(root, creating: false).lock() }
    store.close()
    note("lock after close") { try fileSystem.openDirectory(root, creating: false).lock() }
    try other.remove("a")
    return lines
  }
}
