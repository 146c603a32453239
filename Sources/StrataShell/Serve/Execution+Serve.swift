import StrataCore
import StrataServe
import StrataWire

/// What `serve` is to do.
struct ServeRequest: Equatable, Sendable {
  /// Where its clients are.
  enum Place: Equatable, Sendable {
    case listening(ServerAddress)
    case standardStreams
  }

  var place = Place.standardStreams
  var passwordFile: String?
  var maximumClients = 1000
  var idleMilliseconds: Int? = 3_600_000
  var frameBytes = WireLimits.standard.bytes
}

extension Execution {
  /// Serves the store until a signal ends it, or the one client does.
  func serve(_ request: ServeRequest) throws(StoreError) -> Outcome {
    var options = ServerOptions()
    options.password = try request.passwordFile.map { path throws(StoreError) in
      try password(in: path)
    }
    options.maximumClients = request.maximumClients
    options.idleMilliseconds = request.idleMilliseconds
    options.limits.bytes = request.frameBytes
    options.durability = session.settings.durability
    options.programVersion = Help.versionNumber
    let server = try Server(
      try session.storeForWriting(), options: options, clock: session.settings.clock,
      stopsOnSignals: true)
    switch request.place {
    case .standardStreams: server.serve(input: Platform.input, output: Platform.output)
    case .listening(let address):
      let port = try server.listen(at: address)
      try output.line(welcome(address, port))
      try output.flush()
    }
    try server.run()
    return .done(printed: true)
  }

  private func welcome(_ address: ServerAddress, _ port: Int?) -> String {
    let settings = session.settings
    let place =
      switch address {
      case .unix(let path): path
      case .port(let asked, let address):
        "\(address.contains(":") ? "[\(address)]" : address):\(port ?? asked)"
      }
    return
      "Serving \(settings.path) (\(settings.engine.name), \(settings.durability)) at \(place); control-C ends it."
  }

  /// The first line of a file, which others should not be able to read.
  private func password(in path: String) throws(StoreError) -> [UInt8] {
    let descriptor = try Platform.openForReading(path)
    defer { Platform.closeFile(descriptor) }
    guard let line = try LineReader(descriptor: descriptor, name: path).next(), !line.isEmpty else {
      throw .invalidArgument("\(path): the first line is to be the password, and it is empty")
    }
    return Array(line)
  }
}
