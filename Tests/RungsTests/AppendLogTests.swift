import StrataCore
import StrataRungs
import StrataTestSupport
import Testing

@Suite("Append log")
struct AppendLogTests {
  @Test("a put is a line of JSON at the end of the log")
  func lines() throws {
    let disk = SimulatedDisk(.ordered)
    let store = try AppendLogStore(at: "store", fileSystem: disk)
    try store.put("45", "hello")
    try store.delete("45")
    #expect(
      disk.contents(of: "log.jsonl", in: "store").map { String(decoding: $0, as: UTF8.self) }
        == "{\"key\":\"45\",\"value\":\"hello\"}\n{\"key\":\"45\",\"value\":null}\n")
  }
}
