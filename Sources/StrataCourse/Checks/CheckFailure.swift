import StrataCore
import StrataSubjects
import StrataWire

/// How a rule was broken: what was expected, what came, and how to see it again.
public struct CheckFailure: Error, Equatable, Sendable {
  /// What should have come.
  public var expected: String
  /// What came.
  public var actual: String
  /// The operations, as a script for `kvcli script`; empty where a part was examined and not a store.
  public var script: [String] = []
  /// What was asked of a part, step by step; empty where it was a store.
  public var steps: [String] = []
  /// Bytes of a file, line by line, with what they mean.
  public var bytes: [String] = []
  /// The end of what the engine printed.
  public var printed = ""

  /// What it printed before the trace of a trap, which is of the machinery's functions, or of numbers only.
  public var printedLines: [Substring] {
    printed.split(separator: "\n").prefix { !$0.hasPrefix("Current stack trace") }
  }

  /// True when no answer came in time: nothing more can be found out.
  var isTimeOut = false

  /// A failure.
  public init(expected: String, actual: String) {
    self.expected = expected
    self.actual = actual
  }
}

/// Nothing could be found out; this is nobody's fault who wrote an engine.
public struct CheckTrouble: Error, Equatable, Sendable {
  /// Why, in a sentence.
  public var reason: String
}

extension CheckFailure {
  /// What it means for a check that a request was not answered.
  static func of(_ error: SubjectError, expected: String) -> any Error {
    if case .unavailable(let reason) = error { return CheckTrouble(reason: reason) }
    var failure = CheckFailure(expected: expected, actual: "\(error)")
    if case .timedOut = error { failure.isTimeOut = true }
    return failure
  }
}

extension Result<WireValue, SubjectError> {
  /// The answer; an error fails the check.
  func value(_ expected: String) throws -> WireValue {
    do throws(SubjectError) { return try get() } catch {
      throw CheckFailure.of(error, expected: expected)
    }
  }
}
