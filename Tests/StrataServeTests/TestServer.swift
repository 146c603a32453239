#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif
import StrataCore
import StrataTestSupport
import StrataWire
import Testing

@testable import StrataServe

/// A server on a thread of its own, and clients within this process.
final class TestServer: @unchecked Sendable {
  let clock: ManualClock
  private let server: Server
  private let thread: WorkerThread
  let port: Int

  /// Runs `body` with a server of the store, which is stopped afterwards.
  static func run(
    _ store: any KeyValueStore, options: ServerOptions = ServerOptions(),
    clock: ManualClock = ManualClock(1_000_000), _ body: (TestServer) throws -> Void
  ) throws {
    let server = try TestServer(store, options, clock)
    defer { server.stop() }
    try body(server)
  }

  private init(_ store: any KeyValueStore, _ options: ServerOptions, _ clock: ManualClock) throws {
    self.clock = clock
    let server = try Server(store, options: options, clock: clock)
    port = try #require(try server.listen(at: .port(0, address: "127.0.0.1")))
    self.server = server
    // From here on, only the thread touches it, but for `stop`.
    nonisolated(unsafe) let running = server
    thread = WorkerThread {
      do { try running.run() } catch { Issue.record("the server ended: \(error)") }
    }
  }

  /// Lets the server end, and waits for that.
  private func stop() {
    server.stop()
    thread.join()
  }

  /// A new client.
  func connect() throws -> TestClient { try TestClient(port: port) }
}

/// A client that sends, and waits for answers.
final class TestClient: @unchecked Sendable {
  private let descriptor: Int32
  private var reader = ReplyReader()
  private var buffer = [UInt8](repeating: 0, count: 64 << 10)

  /// Connects to a port of this computer.
  init(port: Int) throws {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = socket(AF_INET, streamType, 0)
    self.descriptor = descriptor
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
    }
    try #require(status == 0, "the server does not listen")
  }

  deinit { Sockets.release(descriptor) }

  /// Sends bytes as they are; what the server no longer takes is dropped.
  func send(bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty, case .moved(let count) = Sockets.send(rest, to: descriptor) {
      rest = rest.dropFirst(count)
    }
  }

  func send(_ words: String...) { send(words: words) }

  private func send(words: [String]) {
    var writer = WireWriter()
    writer.command(words)
    send(bytes: writer.take())
  }

  /// The next answer; nil when the server has ended the connection.
  func receive() throws -> WireValue? {
    while true {
      if let value = try reader.next() { return value }
      guard case .moved(let count) = Sockets.receive(descriptor, into: &buffer) else { return nil }
      reader.append(Array(buffer.prefix(count)))
    }
  }

  /// Sends a command, and waits for its answer.
  func ask(_ words: String...) throws -> WireValue? {
    send(words: words)
    return try receive()
  }

  /// Says that nothing more will be sent; answers still come.
  func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }
}

extension WireValue {
  /// The text of an error; nil for everything else.
  var errorText: String? { if case .error(let text) = self { text } else { nil } }
}
