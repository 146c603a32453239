import StrataCore
import StrataWire

/// The connection itself: who is there, and how they talk.
extension ServerCommandTable {
  static let connection: [ServerCommand] = [
    ServerCommand(
      "PING", "[message]", words: -1, [.fast], summary: "PONG, or the message"
    ) { call throws(Refusal) in
      guard call.words.count <= 2 else { throw .syntax }
      if call.words.count == 2 {
        call.answer(Value(call.words[1]))
      } else {
        call.connection.writer.simple("PONG")
      }
    },

    ServerCommand("ECHO", "message", words: 2, [.fast], summary: "the message") {
      call throws(Refusal) in call.answer(Value(call.words[1]))
    },

    ServerCommand(
      "AUTH", "[user] password", words: -2, [.stranger, .fast], summary: "give the password"
    ) { call throws(Refusal) in
      guard call.words.count <= 3 else { throw .syntax }
      guard call.server.options.password != nil else {
        throw Refusal("AUTH is called, but this server has no password")
      }
      let user = call.words.count == 3 ? call.words[1] : nil
      try admit(call, user: user, password: call.words[call.words.count - 1])
      call.answerOK()
    },

    ServerCommand(
      "HELLO", "[version [AUTH user password] [SETNAME name]]", words: -1, [.stranger, .fast],
      summary: "choose the protocol's version; what this server is", body: hello),

    ServerCommand(
      "SELECT", "index", words: 2, [.fast], summary: "choose database 0, the only one"
    ) { call throws(Refusal) in
      guard try call.number(1) == 0 else { throw Refusal("DB index is out of range: there is 0") }
      call.answerOK()
    },

    ServerCommand("QUIT", words: -1, [.stranger, .fast], summary: "end the connection") {
      call throws(Refusal) in
      call.connection.isEnding = true
      call.answerOK()
    },

    ServerCommand(
      "CLIENT", "ID|GETNAME|SETNAME name|SETINFO attribute value", words: -2, [.fast],
      summary: "what the server knows of this connection", body: client),
  ]

  private static func hello(_ call: Call) throws(Refusal) {
    var version = call.connection.writer.version
    var name: [UInt8]?
    var credentials: (user: [UInt8], password: [UInt8])?
    if call.words.count > 1 {
      guard let asked = Call.number(call.words[1]).flatMap(WireVersion.init(rawValue:)) else {
        throw Refusal("this server speaks versions 2 and 3", code: "NOPROTO")
      }
      version = asked
    }
    var index = 2
    while index < call.words.count {
      switch (call.option(index), call.words.count - index) {
      case ("AUTH", 3...):
        credentials = (call.words[index + 1], call.words[index + 2])
        index += 3
      case ("SETNAME", 2...):
        name = call.words[index + 1]
        index += 2
      default: throw .syntax
      }
    }
    if let credentials { try admit(call, user: credentials.user, password: credentials.password) }
    guard call.connection.isAdmitted else { throw Server.missingPassword }
    if let name { try rename(call, name) }
    call.connection.writer.version = version
    call.answer(
      .map([
        .init(.bulk("server"), .bulk("strata")),
        .init(.bulk("version"), .bulk(Server.redisVersion)),
        .init(.bulk("proto"), .integer(version.rawValue)),
        .init(.bulk("id"), .integer(call.connection.identifier)),
        .init(.bulk("mode"), .bulk("standalone")),
        .init(.bulk("role"), .bulk("master")),
        .init(.bulk("modules"), .array([])),
      ]))
  }

  /// Lets a client in who knows the password, or tells him that he does not.
  private static func admit(
    _ call: Call, user: [UInt8]?, password: [UInt8]
  ) throws(Refusal) {
    let isUser = user.map { $0 == Array("default".utf8) } ?? true
    guard isUser, call.server.isPassword(password) else {
      throw Refusal(
        "the user or the password is wrong; the user is called default", code: "WRONGPASS")
    }
    call.connection.isAdmitted = true
    call.connection.reader.limits = call.server.options.limits
  }

  private static func client(_ call: Call) throws(Refusal) {
    switch (call.option(1), call.words.count) {
    case ("ID", 2): call.answer(call.connection.identifier)
    case ("GETNAME", 2):
      let name = call.connection.name
      call.answer(name.isEmpty ? nil : Value(name))
    case ("SETNAME", 3):
      try rename(call, call.words[2])
      call.answerOK()
    // The name of the client's library, and its version: nobody asks for them.
    case ("SETINFO", 4): call.answerOK()
    default: throw Refusal("CLIENT knows ID, GETNAME, SETNAME and SETINFO, each with its own words")
    }
  }

  private static func rename(_ call: Call, _ name: [UInt8]) throws(Refusal) {
    guard name.allSatisfy({ 33...126 ~= $0 }), name.count <= 256 else {
      throw Refusal("a client's name has printable characters without spaces, 256 at most")
    }
    call.connection.name = name
  }
}
