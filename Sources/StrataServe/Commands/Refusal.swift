import StrataCore

/// A command that was not carried out: what the client is told.
///
/// The first word is one that clients of Redis know:
///
/// | code | meaning |
/// |---|---|
/// | `ERR` | the command is wrong, or could not be carried out |
/// | `NOAUTH`, `WRONGPASS` | the password is missing, or another |
/// | `NOPROTO` | a version of the protocol that is not spoken here |
/// | `MISCONF` | the disk refused a write; reads go on |
struct Refusal: Error, Equatable {
  var code = "ERR"
  /// What was wrong and what to do, as a sentence without its full stop.
  let reason: String

  init(_ reason: String, code: String = "ERR") {
    self.code = code
    self.reason = reason
  }

  /// What the store answered.
  init(_ error: StoreError) {
    switch error {
    case .readOnly, .noSpace: code = "MISCONF"
    default: code = "ERR"
    }
    reason = [error.description, error.advice].compactMap { $0 }.joined(separator: ". ")
  }

  /// The line that goes to the client.
  var text: String { "\(code) \(reason)" }

  static let syntax = Refusal("the words behind the command are not understood; see COMMAND DOCS")
  static let notWhole = Refusal("value is not an integer or out of range")
}

/// Runs `body`, and says for a client what the store said.
func refusing<Result>(_ body: () throws(StoreError) -> Result) throws(Refusal) -> Result {
  do throws(StoreError) { return try body() } catch { throw Refusal(error) }
}
