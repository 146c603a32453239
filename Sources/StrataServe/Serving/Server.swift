import StrataCore
import StrataWire

/// A store behind the Redis protocol: one thread that goes round and round.
///
///     turn:  wait ─▶ accept ─▶ read ─▶ carry out ─▶ commit ─▶ send
///                                      all commands   once     all answers
///
/// Whatever arrives while the disk is busy is carried out in the next turn, by all clients together, and
/// shares its sync: the more there is to do, the less a write costs. No answer leaves before the commit of
/// its turn, so that an acknowledged write is as durable as the store's level says.
///
/// Not thread-safe, but for `stop`.
public final class Server {
  /// A turn with more than this to write commits in between.
  static let batchBytes = 1 << 20
  /// The version of Redis whose commands these are, for clients that decide by it.
  static let redisVersion = "7.2.0"

  let keyspace: Keyspace
  let options: ServerOptions
  var cursors: ScanCursors
  var counts = Counts()
  var connections: [Connection] = []
  /// Clients whose commands of this turn wait for the commit.
  private var waiting: [Connection] = []
  var listeners: [Int32] = []
  /// Names in the file system that go with the server.
  private var socketPaths: [String] = []
  /// Readable when the server is to stop.
  private let bell: Int32
  private let ringing: Int32?
  /// Lets `run` return after its present turn; may be called from any thread, while the server is there.
  public let stop: @Sendable () -> Void
  private var isStopping = false
  var buffer = [UInt8](repeating: 0, count: 64 << 10)
  let started = Server.monotonicMilliseconds
  /// No client is accepted before this moment, because there are no descriptors.
  var acceptsAgain = 0

  /// What has happened since the start.
  struct Counts {
    var connections = 0
    var refusedConnections = 0
    var commands = 0
  }

  /// A server of a store; it stops when `stop` is called or, if asked to, when a signal says so.
  public init(
    _ store: any KeyValueStore, options: ServerOptions = ServerOptions(),
    clock: any WallClock = SystemClock(), stopsOnSignals: Bool = false
  ) throws(StoreError) {
    self.options = options
    keyspace = Keyspace(store, clock: clock)
    cursors = ScanCursors(now: clock.now)
    Sockets.ignoreBrokenPipes()
    if stopsOnSignals {
      bell = try StopSignal.install()
      ringing = nil
      stop = {}
    } else {
      let (bell, ringing) = try StopSignal.makePipe()
      self.bell = bell
      self.ringing = ringing
      stop = { StopSignal.ring(ringing) }
    }
  }

  deinit {
    for listener in listeners { Sockets.release(listener) }
    if let ringing {
      Sockets.release(ringing)
      Sockets.release(bell)
    }
  }

  // MARK: Before it runs

  /// Lets clients come from here too; returns the port, where it is one.
  @discardableResult
  public func listen(at address: ServerAddress) throws(StoreError) -> Int? {
    guard address.isLocal || options.password != nil else {
      throw .invalidArgument("other computers can reach this address: it needs a password")
    }
    switch address {
    case .port(let port, let address):
      listeners.append(try Sockets.openListener(address: address, port: port))
    case .unix(let path):
      listeners.append(try Sockets.openListener(path: path))
      socketPaths.append(path)
    }
    return Sockets.port(of: listeners[listeners.count - 1])
  }

  /// Takes one client over these streams, which stay open when it is gone.
  public func serve(input: Int32, output: Int32) {
    add(input: input, output: output, isOurs: false)
  }

  /// Takes one client over a connection that is the server's from now on.
  public func serve(connection: Int32) {
    Sockets.prepare(connection)
    add(input: connection, output: connection, isOurs: true)
  }

  // MARK: While it runs

  /// Serves until it is told to stop, or until nobody is left and nobody can come.
  ///
  /// Then everything that was carried out is committed and, as far as clients take it, answered. The store is
  /// the caller's to close.
  ///
  /// - Throws: what the system said when it could not even wait.
  public func run() throws(StoreError) {
    defer { leave() }
    while !isStopping, !(connections.isEmpty && listeners.isEmpty) { try turn() }
  }

  /// Waits until something happens, and does all that there is to do then.
  private func turn() throws(StoreError) {
    let clients = connections
    let mayAccept = Server.monotonicMilliseconds >= acceptsAgain
    var interests = [Sockets.Interest(bell, .reading)]
    interests += listeners.map { Sockets.Interest($0, .reading, isWanted: mayAccept) }
    for client in clients {
      interests.append(Sockets.Interest(client.input, .reading, isWanted: client.isRead))
      interests.append(Sockets.Interest(client.output, .writing, isWanted: client.unsent > 0))
    }
    // What was held back in the last turn does not wait for news.
    let hasWork = clients.contains(where: \.isServed)
    try Sockets.wait(&interests, milliseconds: hasWork ? 0 : millisecondsToWait)

    isStopping = interests[0].isPossible
    for (index, client) in clients.enumerated() {
      let place = 1 + listeners.count + 2 * index
      if interests[place + 1].isPossible { client.send() }
      if interests[place].isPossible { receive(from: client) }
      if client.isServed { carryOut(client) }
    }
    commit()
    for client in clients where client.isOurs && client.unsent > 0 { client.send() }
    for (index, listener) in listeners.enumerated() where interests[1 + index].isPossible {
      accept(at: listener)
    }
    dismiss()
  }

  /// Carries out the whole commands that a client has sent, as long as it takes the answers.
  private func carryOut(_ client: Connection) {
    while client.isServed {
      let words: [[UInt8]]
      do throws(WireError) {
        guard let next = try client.reader.next() else {
          client.hasInput = false
          return
        }
        words = next
      } catch {
        client.isEnding = true
        client.answering { () throws(Refusal) in throw Refusal("Protocol error: \(error)") }
        waiting.append(client)
        return
      }
      counts.commands += 1
      execute(words, for: client)
      if keyspace.pendingBytes > Server.batchBytes { commit() }
    }
  }

  /// Carries out one command, and writes its one answer.
  private func execute(_ words: [[UInt8]], for client: Connection) {
    let command = ServerCommandTable.find(words[0])
    if let command, command.flags.contains(.settles) { commit() }
    if waiting.last !== client { waiting.append(client) }
    client.answering { () throws(Refusal) in
      if command == nil, Server.isFromBrowser(words[0]) {
        client.isEnding = true
        throw Refusal("this is not a web server")
      }
      guard client.isAdmitted || (command?.flags.contains(.stranger) ?? false) else {
        throw Server.missingPassword
      }
      guard let command else { throw Server.unknownCommand(words[0]) }
      guard command.allows(words.count) else {
        throw Refusal("wrong number of arguments for '\(command.name.lowercased())' command")
      }
      try command.body(Call(words: words, connection: client, server: self))
    }
  }

  /// Writes what is pending, and settles the answers of all who waited for it.
  private func commit() {
    var failure: Refusal?
    do throws(Refusal) { try keyspace.commit() } catch { failure = error }
    for client in waiting { client.settle(failure) }
    waiting.removeAll(keepingCapacity: true)
  }

  /// The end: whoever still takes answers gets them, for a moment; then everybody goes.
  private func leave() {
    let deadline = Server.monotonicMilliseconds + 1000
    while true {
      let clients = connections.filter { $0.unsent > 0 && !$0.isLost }
      var interests = clients.map { Sockets.Interest($0.output, .writing) }
      let left = deadline - Server.monotonicMilliseconds
      guard !clients.isEmpty, left > 0, (try? Sockets.wait(&interests, milliseconds: left)) != nil
      else { break }
      for (index, client) in clients.enumerated() where interests[index].isPossible {
        client.send()
      }
    }
    for client in connections { release(client) }
    connections.removeAll()
    for listener in listeners { Sockets.release(listener) }
    listeners.removeAll()
    for path in socketPaths { Sockets.removeSocket(path) }
  }
}
