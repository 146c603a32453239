import StrataCore

/// Why a request was not answered as it should be.
public enum SubjectError: Error, Equatable, Sendable {
  /// The subject refused, as an engine does: this is an answer like any other.
  case store(StoreError)
  /// The subject refused for a reason of its own, such as what is wrong with a record.
  case refused(String)
  /// The process that holds the subject has ended, and this is how.
  case ended(String)
  /// No answer came in the time that there is.
  case timedOut(seconds: Int)
  /// What came is not what the two sides have agreed upon.
  case nonsense(String)
  /// The process could not be started: nothing is known about the subject.
  case unavailable(String)
}

extension SubjectError: CustomStringConvertible {
  /// A sentence without its full stop.
  public var description: String {
    switch self {
    case .store(let error): "\(error)"
    case .refused(let reason): reason
    case .ended(let how): how
    case .timedOut(let seconds): "no answer came within \(seconds) seconds"
    case .nonsense(let what): "the answer makes no sense: \(what)"
    case .unavailable(let reason): "the process could not be started: \(reason)"
    }
  }
}
