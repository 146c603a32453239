import StrataCore

extension CommandTable {
  static let apply = CommandDescription(
    name: "apply", operands: "CHANGE...", operandCount: 1...10_000,
    group: .entries, summary: "carry out several changes together, or none of them",
    details: """
      Each CHANGE is one word: a put with its key, value and --ttl, or a delete with its key, written as
      in a session. They become one batch: whatever happens, all of them are there or none, and no
      reader sees some. When one is not allowed, nothing is changed. It prints nothing.
      """,
    example: """
      kvcli apply 'put ada 70' 'put bob 30' 'delete sum'
      kvcli apply 'put session/7 "still open" --ttl 30m'
      """
  ) { arguments throws(UsageError) in
    var changes: [BatchChange] = []
    while let word = arguments.popOperand() {
      do throws(UsageError) {
        changes.append(try change(word))
      } catch {
        throw UsageError("\(word.description): \(error.reason)", advice: error.advice)
      }
    }
    return .apply(changes)
  }

  private static func change(_ word: Word) throws(UsageError) -> BatchChange {
    switch try sessionCommand(try Tokeniser.words(of: word.bytes)) {
    case .put(let key, .bytes(let value), let timeToLive):
      return BatchChange(key: key, value: value, timeToLive: timeToLive)
    case .delete(let key): return BatchChange(key: key)
    default: throw UsageError("a change is a put with its value, or a delete")
    }
  }
}
