import StrataCore
import StrataWire

/// One command on its way: what was sent, by whom, to whom.
struct Call {
  /// The command's name and what follows it.
  let words: [[UInt8]]
  let connection: Connection
  let server: Server

  var keyspace: Keyspace { server.keyspace }
  /// The name as it was sent, in small letters, for messages.
  var name: String { words[0].text.lowercased() }

  // MARK: What was sent

  func key(_ index: Int) -> Key { Key(words[index]) }

  /// A word in capitals, for names of subcommands and options.
  func option(_ index: Int) -> String { words[index].uppercased.text }

  func number(_ index: Int) throws(Refusal) -> Int {
    guard let number = Call.number(words[index]) else { throw .notWhole }
    return number
  }

  /// A whole number in its one spelling: no sign that says nothing, no zeros before it, no spaces.
  static func number(_ bytes: [UInt8]) -> Int? {
    guard bytes.count <= 20, let number = Int(bytes.text), "\(number)".utf8.elementsEqual(bytes)
    else { return nil }
    return number
  }

  // MARK: Answers

  func answerOK() { connection.writer.simple("OK") }

  func answer(_ number: Int) { connection.writer.integer(number) }

  func answer(_ value: Value?) {
    guard let value else { return connection.writer.null() }
    connection.writer.bulk(value.bytes)
  }

  func answer(_ value: WireValue) { connection.writer.write(value) }
}
