import Strata
import StrataCore
import StrataRungs
import StrataTestSupport
import StrataWire
import Synchronization
import Testing

@testable import StrataServe

@Suite("The server")
struct ServerTests {
  @Test(
    "what is acknowledged is there again, with each engine",
    arguments: ["lsm", "bitcask", "append-log"])
  func engines(name: String) throws {
    try withTemporaryDirectory { directory in
      func open() throws -> any KeyValueStore {
        switch name {
        case "lsm": try LogStructuredStore(at: "\(directory)/s")
        case "bitcask": try BitcaskStore(at: "\(directory)/s")
        default: try AppendLogStore(at: "\(directory)/s")
        }
      }
      let first = try open()
      try TestServer.run(first) { server in
        let client = try server.connect()
        for number in 0..<50 { client.send("SET", "key\(number)", "value\(number)") }
        for _ in 0..<50 { #expect(try client.receive() == .simple("OK")) }
        #expect(try client.ask("INCRBY", "count", "7") == .integer(7))
        #expect(try client.ask("DEL", "key0") == .integer(1))
        #expect(try client.ask("FLUSH") == .simple("OK"))
        #expect(try client.ask("DBSIZE") == .integer(50))
      }
      try first.close()
      let second = try open()
      try TestServer.run(second) { server in
        let client = try server.connect()
        #expect(try client.ask("GET", "key49") == .bulk("value49"))
        #expect(try client.ask("INCR", "count") == .integer(8))
        #expect(try client.ask("COMPACT")?.errorText == nil)
      }
      try second.close()
    }
  }

  @Test("a pipeline is one commit, and its commands see each other")
  func pipelines() throws {
    let batches = Mutex(0)
    let store = WatchedStore { _ throws(StoreError) in batches.withLock { $0 += 1 } }
    try TestServer.run(store) { server in
      let client = try server.connect()
      var writer = WireWriter()
      for number in 0..<100 {
        writer.command(["SET", "a", "\(number)"])
        writer.command(["INCR", "a"])
        writer.command(["GET", "a"])
        writer.command(["DEL", "a"])
        writer.command(["EXISTS", "a"])
      }
      // In one piece, and small enough to be read as one.
      client.send(bytes: writer.take())
      for number in 0..<100 {
        #expect(try client.receive() == .simple("OK"))
        #expect(try client.receive() == .integer(number + 1))
        #expect(try client.receive() == .bulk("\(number + 1)"))
        #expect(try client.receive() == .integer(1))
        #expect(try client.receive() == .integer(0))
      }
    }
    // As it may arrive in two pieces, it may be two; never one for each write, of which there are 300.
    #expect(batches.withLock { $0 } <= 4)
  }

  @Test("a commit that fails is acknowledged to nobody, and reads go on")
  func failingCommit() throws {
    let store = WatchedStore { batch throws(StoreError) in
      if batch.count > 1 { throw StoreError.noSpace(path: "disk") }
    }
    try TestServer.run(store) { server in
      let client = try server.connect()
      #expect(try client.ask("SET", "a", "1") == .simple("OK"))
      let text = try #require(try client.ask("MSET", "a", "2", "b", "3")?.errorText)
      #expect(text.hasPrefix("MISCONF disk: no space left on the disk"))
      #expect(try client.ask("GET", "a") == .bulk("1"))
      #expect(try client.ask("GET", "b") == .null)
    }
  }

  @Test("many clients that add to one number lose nothing")
  func concurrency() throws {
    let store = DictionaryStore()
    try TestServer.run(store) { server in
      let winners = Mutex(0)
      let threads = (0..<8).map { _ in
        WorkerThread {
          do {
            let client = try server.connect()
            for round in 0..<200 {
              client.send("INCR", "count")
              client.send("SET", "lock\(round)", "mine", "NX")
              _ = try client.receive()
              if try client.receive() == .simple("OK") { winners.withLock { $0 += 1 } }
            }
          } catch { Issue.record("\(error)") }
        }
      }
      for thread in threads { thread.join() }
      let client = try server.connect()
      #expect(try client.ask("GET", "count") == .bulk("1600"))
      #expect(winners.withLock { $0 } == 200)
    }
  }

  @Test("large values, many answers, and a client that ends before it reads")
  func volumes() throws {
    try TestServer.run(DictionaryStore()) { server in
      let client = try server.connect()
      let large = String(repeating: "x", count: 3 << 20)
      #expect(try client.ask("SET", "large", large) == .simple("OK"))
      // 30 MiB of answers, of which only a few fit before they are read.
      for _ in 0..<10 { client.send("GET", "large") }
      client.send("QUIT")
      client.endSending()
      for _ in 0..<10 { #expect(try client.receive() == .bulk(large)) }
      #expect(try client.receive() == .simple("OK"))
      #expect(try client.receive() == nil)
      let silent = try server.connect()
      silent.send("GET", "large")
    }
  }

  @Test("commands before the end of the input are carried out; half a command is not")
  func halfConnections() throws {
    let store = DictionaryStore()
    try TestServer.run(store) { server in
      let client = try server.connect()
      client.send(bytes: Array("SET a 1\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n".utf8))
      client.endSending()
      #expect(try client.receive() == .simple("OK"))
      #expect(try client.receive() == nil)
    }
    #expect(try store.get("a") == "1")
  }

  @Test("limits: commands, clients, silence, browsers")
  func limits() throws {
    var options = ServerOptions()
    options.limits.bytes = 1000
    options.maximumClients = 2
    try TestServer.run(DictionaryStore(), options: options) { server in
      let client = try server.connect()
      client.send("SET", "a", String(repeating: "x", count: 1000))
      let text = try #require(try client.receive()?.errorText)
      #expect(
        text.contains("1000 is no length of a word between 0 and 1000")
          || text.contains("1000 bytes"))
      #expect(try client.receive() == nil)
      let two = try server.connect()
      for number in 0..<30 {
        _ = try two.ask("SET", "key\(number)", String(repeating: "x", count: 90))
      }
      let bounded = try #require(try two.ask("RANGE", "", "")?.errorText)
      #expect(bounded == "ERR the answer has more than 1000 bytes; ask for less, or use SCAN")
      let three = try server.connect()
      #expect(try three.ask("PING") == .simple("PONG"))
      let four = try server.connect()
      #expect(try four.receive() == .error("ERR max number of clients reached"))
      #expect(try four.receive() == nil)
      three.send(bytes: Array("POST / HTTP/1.1\r\nHost: x\r\nSET a 1\r\n".utf8))
      #expect(try three.receive() == .error("ERR this is not a web server"))
      #expect(try three.receive() == nil)
    }
    options.idleMilliseconds = 20
    try TestServer.run(DictionaryStore(), options: options) { server in
      let client = try server.connect()
      #expect(try client.receive() == nil)
    }
  }

  @Test("only loopback is listened at without a password")
  func addresses() throws {
    let server = try Server(DictionaryStore())
    #expect(throws: StoreError.self) { try server.listen(at: .port(0, address: "0.0.0.0")) }
    #expect(throws: StoreError.self) { try server.listen(at: .port(0, address: "example.org")) }
    #expect(try server.listen(at: .port(0, address: "127.0.0.1")) ?? 0 > 0)
  }
}

/// A dictionary that shows each batch before it takes it.
private final class WatchedStore: KeyValueStore {
  private let store = DictionaryStore()
  private let watch: @Sendable (WriteBatch) throws(StoreError) -> Void

  init(_ watch: @escaping @Sendable (WriteBatch) throws(StoreError) -> Void) { self.watch = watch }

  func apply(_ batch: WriteBatch) throws(StoreError) {
    try watch(batch)
    try store.apply(batch)
  }

  func put(_ key: Key, _ value: Value) throws(StoreError) {
    try apply(WriteBatch([.put(key, value, expiresAt: nil)]))
  }
  func delete(_ key: Key) throws(StoreError) { try apply(WriteBatch([.delete(key)])) }
  func get(_ key: Key) throws(StoreError) -> Value? { try store.get(key) }
  func scan(
    _ range: KeyRange, _ direction: ScanDirection, limit: Int?
  ) throws(StoreError) -> any EntryScan { try store.scan(range, direction, limit: limit) }
  func flush() throws(StoreError) { try store.flush() }
  func compact() throws(StoreError) -> Int { try store.compact() }
  func statistics() throws(StoreError) -> StoreStatistics { try store.statistics() }
  func close() throws(StoreError) { try store.close() }
}
