import StrataServe
import StrataWire

extension CommandTable {
  static let serve = CommandDescription(
    name: "serve",
    options: [.port, .bind, .unix, .stdio, .passwordFile, .clients, .idle, .frame],
    group: .running, place: .commandLine,
    summary: "let clients of Redis use the store",
    details: """
      Speaks the Redis protocol, versions 2 and 3: redis-cli and the client libraries of any language
      work. COMMAND LIST names the commands; Docs/Serving.md says what differs. Commands that arrive
      together share a sync, and no answer leaves before its write is as safe as --durability says.
      Only this computer can connect, unless --bind names another address; that needs a password.
      Control-C or SIGTERM ends it: what was answered is in the store. The exit status is then 0.
      """,
    example: """
      kvcli serve --port 6380
      kvcli serve --unix ./socket --durability interval:1000
      printf 'SET city Zürich\\r\\nGET city\\r\\n' | kvcli serve --stdio
      """,
    parse: parseServe)

  private static func parseServe(
    _ arguments: inout ParsedArguments
  ) throws(UsageError) -> Command {
    var request = ServeRequest()
    let places = [Option.port, .unix, .stdio].filter(arguments.has)
    guard places.count <= 1 else {
      throw UsageError("\(places[0].spelling) and \(places[1].spelling) exclude each other")
    }
    if arguments.has(.bind), let place = [Option.unix, .stdio].first(where: arguments.has) {
      throw UsageError("--bind is for a port; it makes no sense with \(place.spelling)")
    }
    if arguments.has(.stdio) {
      request.place = .standardStreams
    } else if let path = try arguments.text(.unix) {
      request.place = .listening(.unix(path: path))
    } else {
      let port = try arguments.converted(.port, "a number from 0 to 65535") { text in
        Quantities.count(text).flatMap { 0...65535 ~= $0 ? $0 : nil }
      }
      request.place = .listening(
        .port(port ?? 6379, address: try arguments.text(.bind) ?? "127.0.0.1"))
    }
    request.passwordFile = try arguments.text(.passwordFile)
    if case .listening(let address) = request.place, !address.isLocal, request.passwordFile == nil {
      throw UsageError(
        "other computers can reach this address: --bind needs a --password-file",
        advice: "What goes over the connection is not encrypted; a tunnel does that.")
    }
    request.maximumClients =
      try arguments.converted(.clients, "a number from 1 to 100000") { text in
        Quantities.count(text).flatMap { 1...100_000 ~= $0 ? $0 : nil }
      } ?? request.maximumClients
    request.frameBytes =
      try arguments.converted(.frame, "a size from 1KiB to 1GiB, such as 64MiB") { text in
        Quantities.bytes(text).flatMap { (1 << 10)...(1 << 30) ~= $0 ? $0 : nil }
      } ?? request.frameBytes
    if let idle = try arguments.milliseconds(.idle) {
      request.idleMilliseconds = idle == 0 ? nil : Int(clamping: idle)
    }
    return .serve(request)
  }
}
