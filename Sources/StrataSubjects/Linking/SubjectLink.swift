import StrataCore
import StrataWire

/// The way to the subjects: in this process, or behind a pipe.
///
/// Whoever asks does not know which. What differs is what can happen: a subject in this process that traps
/// takes everything with it, one behind a pipe only itself.
public protocol SubjectLink: AnyObject, Sendable {
  /// Asks, and waits for the answer.
  ///
  /// - Parameter lane: each lane is a thread on the other side; a lane takes one request at a time.
  /// - Throws: `store` and `refused` when the subject says no; anything else when there is no answer.
  func ask(_ request: Request, lane: Int) throws(SubjectError) -> WireValue

  /// Lets go of a subject, before the next request of the first lane is looked at.
  ///
  /// For the thread that asks on the first lane.
  func release(_ subject: Int)

  /// Makes a disk known to the other side, which opens stores on it by the number that is returned.
  func attach(_ disk: any FileSystem) -> Int

  /// Ends the process of the subjects as a power cut or `kill -9` does, and goes on with a fresh one.
  ///
  /// In this process, the subjects are only let go of: whoever wants to see what a killed process leaves
  /// takes `SimulatedDisk.afterKill` before.
  func kill()

  /// Ends everything.
  func close()

  /// True when the subjects live in a process of their own.
  var isPiped: Bool { get }

  /// What the subjects have printed since the last call, shortened.
  func takePrinted() -> String
}

extension SubjectLink {
  /// Asks on the first lane.
  public func ask(_ request: Request) throws(SubjectError) -> WireValue {
    try ask(request, lane: 0)
  }

  /// Asks a subject for each of these, one after the other, in one message.
  ///
  /// - Returns: an answer or a refusal for each of them.
  /// - Throws: when there is no answer; how many were done nobody knows then.
  public func ask(
    _ subject: Int, each requests: [Request]
  ) throws(SubjectError) -> [Result<WireValue, SubjectError>] {
    let answers = try ask(
      Request(
        "each", [.integer(subject)] + requests.map { .array([.bulk($0.verb)] + $0.arguments) })
    ).asArray(in: "each")
    guard answers.count == requests.count else {
      throw .nonsense("\(answers.count) answers to \(requests.count) requests")
    }
    return answers.map { answer in
      Result { () throws(SubjectError) in try Refusal.check(answer) }
    }
  }
}

/// How many lanes there are.
public let subjectLanes = 4
