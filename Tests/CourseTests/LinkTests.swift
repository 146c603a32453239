import StrataCore
import StrataCourse
import StrataHosting
import StrataWire
import Testing

@testable import StrataSubjects

/// What goes over a pipe, and how often.
@Suite("Links")
struct LinkTests {
  private static let links: [@Sendable () -> any SubjectLink] = [
    { DirectLink(EngineFactory()) }, { PipedLink([HostProgram.path], seconds: 20) },
  ]

  @Test(
    "what is asked for each of many is what is asked one by one, and a refusal is one's own",
    arguments: links)
  func each(_ link: @Sendable () -> any SubjectLink) throws {
    let link = link()
    defer { link.close() }
    let disk = link.attach(SimulatedDisk())
    let store = try link.ask(
      Request("make", .bulk("lsm"), .integer(disk), .bulk("store"))
    ).asInteger(in: "make")
    let tooLong = [UInt8](repeating: 1, count: Key.maximumLength + 1)
    let puts = try link.ask(
      store,
      each: [
        Request("put", .bulk("a"), .bulk("1"), .null),
        Request("put", .bulk(tooLong), .bulk("2"), .null),
        Request("put", .bulk("b"), .bulk("3"), .null), Request("put", .bulk("c")),
        Request("delete", .bulk("a")), Request("put", .bulk("a"), .bulk("4"), .null),
      ])
    #expect(puts.count == 6)
    #expect(puts[0] == .success(.done) && puts[2] == .success(.done))
    guard case .failure(.store(.invalidArgument)) = puts[1] else {
      Issue.record("a key that is too long: \(puts[1])")
      return
    }
    #expect(puts[3] == .failure(.nonsense("put: an argument is missing")))
    let keys: [WireValue] = [.bulk("a"), .bulk("b"), .bulk("c")]
    let gets = try link.ask(store, each: keys.map { Request("get", $0) })
    #expect(gets == [.success(.bulk("4")), .success(.bulk("3")), .success(.null)])
    for (key, answer) in zip(keys, gets) {
      let one = try link.ask(Request("ask", .integer(store), .bulk("get"), key))
      #expect(answer == .success(one))
    }
    #expect(try link.ask(store, each: []) == [])
    #expect(throws: SubjectError.self) {
      try link.ask(store + 1, each: [Request("get", .bulk("a"))])
    }
  }

  @Test("the size of a file far away is known without asking, and is right after an error too")
  func sizes() throws {
    let far = try FarDisk()
    let directory = try far.system.openDirectory("store", creating: true)
    let file = try directory.create("file", appendingBy: .writing)
    try append([1, 2, 3], to: file)
    #expect(file.size == 3)
    far.disk.interceptor = { _ in .failure(.noSpace, done: .bytes(2)) }
    #expect(throws: StoreError.self) { try append([4, 5, 6], to: file) }
    far.disk.interceptor = nil
    #expect(file.size == 5)
    try file.truncate(to: 4)
    #expect(file.size == 4)
    #expect(try directory.openForAppending("file", by: .writing).size == 4)
    #expect(
      far.asked == [
        "openDirectory", "create", "append", "append", "size", "truncate", "openForAppending",
      ])
  }

  @Test("what is let go of is said with the next call")
  func releases() throws {
    let far = try FarDisk()
    let directory = try far.system.openDirectory("store", creating: true)
    for name in ["a", "b"] { _ = try directory.create(name, appendingBy: .writing) }
    #expect(far.asked == ["openDirectory", "create", "release", "create"])
    #expect(try directory.names() == ["a", "b"])
    #expect(far.asked.suffix(2) == ["release", "names"])
    #expect(far.answered == far.asked.count { $0 != "release" })
    // And not before: nothing is there for whoever listens.
    let ends = try #require(Sockets.pair())
    defer { Sockets.close(ends.ours) }
    let connection = RemoteConnection(ends.theirs)
    connection.release(7)
    var piece = [UInt8](repeating: 0, count: 64)
    #expect(Sockets.read(ends.ours, into: &piece, deadline: 0) == nil)
    withExtendedLifetime(connection) {}
  }

  @Test("who answers everything at once, and for ever, is late all the same")
  func deadlineOfTheBusy() throws {
    let link = PipedLink([HostProgram.path], seconds: 1)
    defer { link.close() }
    #expect(throws: SubjectError.timedOut(seconds: 1)) {
      for _ in 0..<300_000 {
        do throws(SubjectError) { _ = try link.ask(Request("ask", .integer(7))) } catch {
          if case .timedOut = error { throw error }
        }
      }
    }
  }

  @Test("who answers a byte at a time is late as well")
  func deadlineOfTheSlow() throws {
    let ends = try #require(Sockets.pair())
    let theirs = ends.theirs
    let writer = WorkerThread {
      _ = Sockets.write(Array("$100\r\n".utf8), to: theirs, deadline: .max)
      for _ in 0..<102 {
        guard Sockets.write([13], to: theirs, deadline: .max) else { break }
        _ = Sockets.wait([theirs], deadline: SystemTime.monotonicNanoseconds + 20_000_000)
      }
      Sockets.close(theirs)
    }
    let port = MessagePort(ends.ours)
    let arrival = port.receive(deadline: SystemTime.monotonicNanoseconds + 300_000_000)
    port.hangUp()
    writer.join()
    guard case .nothing = arrival else {
      Issue.record("it should be late: \(arrival)")
      return
    }
  }

  private func append(_ bytes: [UInt8], to file: any WritableFile) throws {
    try ByteView.withBytes(of: bytes) { view throws(StoreError) in try file.append(view) }
  }
}

/// A disk at the other end of a connection, and a record of what it was asked.
private final class FarDisk: @unchecked Sendable {
  let disk = SimulatedDisk()
  let system: RemoteFileSystem
  private let lock = Lock()
  private var verbs: [String] = []  // guarded by `lock`
  private var answers = 0  // guarded by `lock`

  var asked: [String] { lock.withLock { verbs } }
  var answered: Int { lock.withLock { answers } }

  init() throws {
    let ends = try #require(Sockets.pair())
    let server = DiskServer()
    system = RemoteFileSystem(RemoteConnection(ends.theirs), number: server.attach(disk))
    let port = MessagePort(ends.ours)
    // Ends when the other end is closed, with the last file.
    _ = WorkerThread { [weak self] in
      while case .value(let value) = port.receive() {
        let verb = (try? Request(value))?.verb ?? "?"
        let answer = server.answer(value)
        self?.lock.withLock {
          self?.verbs.append(verb)
          self?.answers += answer == nil ? 0 : 1
        }
        if let answer, !port.send(answer) { return }
      }
    }
  }
}
