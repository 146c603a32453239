import StrataCore
import StrataWire

/// Who may come, who must go, and what is told to strangers.
extension Server {
  static var monotonicMilliseconds: Int { Int(SystemTime.monotonicNanoseconds / 1_000_000) }

  /// Takes the clients that wait at a listener; one beyond the limit is told so and sent away.
  func accept(at listener: Int32) {
    while true {
      switch Sockets.nextConnection(at: listener) {
      case .connection(let descriptor):
        guard connections.count < options.maximumClients else {
          counts.refusedConnections += 1
          _ = Sockets.send(
            Array("-ERR max number of clients reached\r\n".utf8)[...], to: descriptor)
          Sockets.release(descriptor)
          continue
        }
        add(input: descriptor, output: descriptor, isOurs: true)
      case .nobody: return
      case .noDescriptor:
        // The one who waits goes on waiting, and we do not turn round for nothing meanwhile.
        acceptsAgain = Server.monotonicMilliseconds + 100
        return
      }
    }
  }

  func add(input: Int32, output: Int32, isOurs: Bool) {
    counts.connections += 1
    let client = Connection(
      identifier: counts.connections, input: input, output: output, isOurs: isOurs,
      limits: options.password == nil ? options.limits : .stranger,
      now: Server.monotonicMilliseconds)
    client.isAdmitted = options.password == nil
    connections.append(client)
  }

  /// Reads once from a client that has sent something, or has gone.
  func receive(from client: Connection) {
    switch Sockets.receive(client.input, into: &buffer) {
    case .moved(let count):
      client.lastHeard = Server.monotonicMilliseconds
      client.hasInput = true
      ByteView.withBytes(of: buffer) { client.reader.append($0.slice(at: 0, count: count)) }
    case .notNow: break
    case .ended: client.hasSentAll = true
    }
  }

  /// How long nothing may happen before somebody has been idle for too long; nil: for ever.
  var millisecondsToWait: Int? {
    let now = Server.monotonicMilliseconds
    var soonest = acceptsAgain > now ? acceptsAgain - now : Int.max
    for client in connections {
      guard let limit = idleLimit(of: client) else { continue }
      soonest = min(soonest, max(0, client.lastHeard + limit - now) + 1)
    }
    return soonest == .max ? nil : soonest
  }

  /// Lets go of those who are finished or were idle for too long.
  func dismiss() {
    let now = Server.monotonicMilliseconds
    connections.removeAll { client in
      let isIdle = idleLimit(of: client).map { now - client.lastHeard > $0 } ?? false
      guard client.isFinished || isIdle else { return false }
      release(client)
      return true
    }
  }

  /// A stranger has ten seconds to say who he is.
  private func idleLimit(of client: Connection) -> Int? {
    client.isAdmitted ? options.idleMilliseconds : min(10_000, options.idleMilliseconds ?? .max)
  }

  func release(_ client: Connection) {
    if client.isOurs { Sockets.release(client.input) }
  }

  // MARK: Strangers

  static let missingPassword = Refusal("Authentication required: AUTH password", code: "NOAUTH")

  /// Compares all bytes whatever the first ones are: time tells nothing about them.
  func isPassword(_ given: [UInt8]) -> Bool {
    guard let password = options.password else { return true }
    var difference = password.count ^ given.count
    for (index, byte) in given.enumerated() {
      difference |= Int(byte ^ password[index % password.count])
    }
    return difference == 0
  }

  /// True for the first words of what a browser sends: a web page must not reach the store through it.
  static func isFromBrowser(_ word: [UInt8]) -> Bool {
    let word = word.uppercased.text
    return word == "POST" || word == "HOST:"
  }

  static func unknownCommand(_ name: [UInt8]) -> Refusal {
    let shown = ByteView.withBytes(of: Array(name.prefix(64))) { Escaping.escape($0) }
    return Refusal("unknown command '\(shown)'; COMMAND LIST names those that there are")
  }
}
