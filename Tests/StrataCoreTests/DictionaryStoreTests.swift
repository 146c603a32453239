import StrataCore
import StrataTestSupport
import Testing

@Suite("Dictionary store")
struct DictionaryStoreTests {
  @Test("its statistics count entries and changes")
  func statistics() throws {
    let store = DictionaryStore()
    try store.put("a", "1")
    try store.put("a", "2")
    try store.put("b", "3")
    try store.delete("b")
    let statistics = try store.statistics()
    #expect(statistics.engine == "dictionary")
    #expect(statistics.records == 1)
    #expect(statistics.lastSequence == 4)
  }

  @Test("there is nothing to flush or to reclaim")
  func maintenance() throws {
    let store = DictionaryStore()
    try store.put("a", "1")
    try store.flush()
    #expect(try store.compact() == 0)
    #expect(try store.get("a") == "1")
  }

  @Test("dead bytes are what is on disk and not alive, never less than none")
  func spaceUse() {
    var space = SpaceUse()
    space.liveBytes = 30
    space.diskBytes = 100
    #expect(space.deadBytes == 70)
    space.diskBytes = 10
    #expect(space.deadBytes == 0)
  }
}
