import StrataCore
import StrataWire

/// What the server says about itself, in the forms that clients expect.
extension ServerCommandTable {
  static let insight: [ServerCommand] = [
    ServerCommand(
      "INFO", "[section ...]", words: -1, [.settles], summary: "figures, one a line: name:value"
    ) { call throws(Refusal) in
      let sections = Set(call.words.dropFirst().map { $0.text.lowercased() })
      call.answer(
        .verbatim(tag: "txt", Array(try ServerReport(call.server).text(sections).utf8)))
    },

    ServerCommand(
      "COMMAND", "[COUNT|LIST|DOCS [name ...]|INFO [name ...]]", words: -1, [.fast],
      summary: "the commands there are", body: command),

    ServerCommand(
      "CONFIG", "GET name [name ...]", words: -2, [.fast], summary: "how the server was started"
    ) { call throws(Refusal) in
      guard call.option(1) == "GET", call.words.count > 2 else {
        throw Refusal(
          "CONFIG knows GET and a name; what can be changed is an option of kvcli serve")
      }
      let patterns = call.words.dropFirst(2).map { GlobPattern($0.lowercased) }
      call.answer(
        .map(
          call.server.configuration.filter { name, _ in
            patterns.contains { $0.matches(Array(name.utf8)) }
          }.map { .init(.bulk($0), .bulk($1)) }))
    },
  ]

  private static func command(_ call: Call) throws(Refusal) {
    let names = call.words.dropFirst(2)
    switch call.words.count > 1 ? call.option(1) : "INFO" {
    case "COUNT" where names.isEmpty: call.answer(all.count)
    case "LIST" where names.isEmpty:
      call.answer(.array(all.map { .bulk($0.name.lowercased()) }))
    case "INFO":
      call.answer(
        .array(names.isEmpty ? all.map(\.outline) : names.map { find($0)?.outline ?? .null }))
    case "DOCS":
      let wanted = names.isEmpty ? all : names.compactMap(find)
      call.answer(
        .map(wanted.map { .init(.bulk($0.name.lowercased()), $0.documentation) }))
    default: throw Refusal("COMMAND knows COUNT, LIST, INFO and DOCS")
    }
  }
}

extension ServerCommand {
  /// Name, number of words, flags, places of keys.
  fileprivate var outline: WireValue {
    var names: [String] = []
    if flags.contains(.reads) { names.append("readonly") }
    if flags.contains(.writes) { names.append("write") }
    if flags.contains(.fast) { names.append("fast") }
    if flags.contains(.stranger) { names.append("no_auth") }
    return .array([
      .bulk(name.lowercased()), .integer(words), .set(names.map { .simple($0) }),
      .integer(keys.first), .integer(keys.last), .integer(keys.step),
    ])
  }

  /// What `COMMAND DOCS` says.
  fileprivate var documentation: WireValue {
    .map([
      .init(.bulk("summary"), .bulk(summary)), .init(.bulk("since"), .bulk("1.0.0")),
      .init(
        .bulk("group"), .bulk(flags.isDisjoint(with: [.reads, .writes]) ? "server" : "string")),
      .init(.bulk("syntax"), .bulk(operands)),
    ])
  }
}
