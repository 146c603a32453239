import StrataCore
import StrataRungs
import StrataTestSupport
import Testing

@Suite("Hash index of the append log")
struct HashIndexTests {
  private let text =
    "{\"key\":\"a\",\"value\":\"1\"}\n{\"key\":\"b\",\"value\":\"2\"}\n{\"key\":\"a\",\"value\":\"3\"}\n{\"key\":\"b\",\"value\":null}\n"

  @Test("before it is ready it knows nothing and learns nothing")
  func notReady() {
    var index = HashIndex()
    index.remember("a", at: LogPlace(offset: 0, length: 5))
    index.forget("a")
    #expect(!index.isReady)
    #expect(index.lookup("a") == nil)
    #expect(index.count == 0)
  }

  @Test("build learns the newest place of each key that holds something")
  func build() throws {
    let (store, _) = try Rung.log(holding: text)
    var index = HashIndex()
    try index.build(from: try store.entries())
    #expect(index.isReady)
    #expect(index.count == 1)
    #expect(index.lookup("a") == LogPlace(offset: 48, length: 23))
    #expect(index.lookup("b") == nil)
    index.remember("b", at: LogPlace(offset: 99, length: 1))
    #expect(index.lookup("b")?.offset == 99)
    index.forget("a")
    #expect(index.lookup("a") == nil)
  }

  @Test("with the index a get is one read; without, it reads the whole log")
  func reads() throws {
    let disk = SimulatedDisk(.ordered)
    let filling = try Rung.log(disk, durability: .system)
    for number in 0..<2_000 {
      try filling.put(Key("key\(number)"), Value([UInt8](repeating: 0x78, count: 1_000)))
    }
    try filling.close()
    for buildsIndex in [true, false] {
      let store = try Rung.log(disk, buildsIndex: buildsIndex)
      let before = disk.callCounts[.readPiece]
      #expect(try store.get("key1000")?.bytes.count == 1_000)
      let reads = disk.callCounts[.readPiece] - before
      #expect(buildsIndex ? reads == 1 : reads > 7)
      #expect(try store.get("absent") == nil)
      if buildsIndex { #expect(disk.callCounts[.readPiece] - before == 1) }
      try store.close()
    }
  }

  @Test("a store without an index answers the same, and the same again when the index is built")
  func buildingLater() throws {
    let (store, disk) = try Rung.log(holding: text, buildsIndex: false)
    #expect(try store.get("a") == "3")
    #expect(try store.get("b") == nil)
    try store.put("c", "4")
    #expect(try store.get("c") == "4")
    try store.buildIndex()
    let before = disk.callCounts[.readPiece]
    for (key, value) in [("a", "3"), ("c", "4")] as [(Key, Value)] {
      #expect(try store.get(key) == value)
    }
    #expect(disk.callCounts[.readPiece] == before + 2)
    try store.delete("c")
    #expect(try store.get("c") == nil)
    #expect(try store.get("b") == nil)
  }

  @Test("a few thousand keys are found after opening again")
  func restart() throws {
    let disk = SimulatedDisk(.ordered)
    let store = try Rung.log(disk, durability: .system)
    for number in 0..<3_000 { try store.put(Key("key\(number)"), Value("\(number)")) }
    try store.close()
    let reopened = try Rung.log(disk)
    #expect(reopened.recovery.records == 3_000)
    for number in stride(from: 0, to: 3_000, by: 7) {
      #expect(try reopened.get(Key("key\(number)")) == Value("\(number)"))
    }
  }
}
