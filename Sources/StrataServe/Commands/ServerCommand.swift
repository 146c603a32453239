import StrataCore
import StrataWire

/// One command that clients can send: all that is to be known about it.
///
/// To add one, add a row to the part of the table that it belongs to; `COMMAND`, `COMMAND DOCS` and the check
/// of arguments come from there.
///
///     ServerCommand("STRLEN", "key", words: 2, [.reads], summary: "how long a value is") { … }
struct ServerCommand: Sendable {
  /// What the server must know before it runs one.
  enum Flag: Sendable {
    /// Looks at keys.
    case reads
    /// Changes keys.
    case writes
    /// Looks at the store as a whole: what is pending is committed before it.
    case settles
    /// Allowed to those who have not given the password.
    case stranger
    /// Answered in constant time.
    case fast
  }

  /// In capitals; clients may write it as they like.
  let name: String
  /// What follows the name, as documentation writes it.
  let operands: String
  /// How many words it has, its name included; below zero: so many at least.
  let words: Int
  let flags: Set<Flag>
  /// Where keys stand among its words: the first, the last (−1: of all words), how many words apart.
  let keys: (first: Int, last: Int, step: Int)
  /// What it does, in a few words.
  let summary: String
  /// Writes exactly one answer, or throws before it has written any.
  let body: @Sendable (Call) throws(Refusal) -> Void

  init(
    _ name: String, _ operands: String = "", words: Int, _ flags: Set<Flag>,
    keys: (first: Int, last: Int, step: Int) = (0, 0, 0), summary: String,
    body: @escaping @Sendable (Call) throws(Refusal) -> Void
  ) {
    self.name = name
    self.operands = operands
    self.words = words
    self.flags = flags
    self.keys = keys
    self.summary = summary
    self.body = body
  }

  /// True when a command may have so many words.
  func allows(_ count: Int) -> Bool { words >= 0 ? count == words : count >= -words }
}

/// All commands.
enum ServerCommandTable {
  static let all: [ServerCommand] =
    values + numbers + expiry + walking + upkeep + connection + insight

  private static let byName = Dictionary(
    uniqueKeysWithValues: all.map { (Array($0.name.utf8), $0) })

  /// The command of this name, in whatever case.
  static func find(_ name: [UInt8]) -> ServerCommand? { byName[name] ?? byName[name.uppercased] }
}

extension [UInt8] {
  /// The same with letters in capitals, as far as they are ASCII.
  var uppercased: [UInt8] { map { 97...122 ~= $0 ? $0 - 32 : $0 } }

  /// The same with small letters, as far as they are ASCII.
  var lowercased: [UInt8] { map { 65...90 ~= $0 ? $0 + 32 : $0 } }

  /// The bytes as text; what is not text is replaced.
  var text: String { String(decoding: self, as: UTF8.self) }
}
