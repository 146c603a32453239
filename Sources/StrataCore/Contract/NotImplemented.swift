import Synchronization

/// Stands where a body is to be written: ends the process, and says which body is missing.
///
///     notImplemented("HashIndex.lookup(_:)", milestone: 2)
///     // Fatal error: not implemented yet: HashIndex.lookup(_:) — milestone 2
///
/// The starter of the course is the engine with calls of this in the place of bodies, so it has to fit into
/// every function, whatever that returns or throws: it never returns. A program that runs many pieces of
/// such code, as the checks do within one process, takes the calls over with `MissingBody.handle`.
@inlinable
public func notImplemented(
  _ declaration: StaticString, milestone: Int, file: StaticString = #fileID, line: UInt = #line
) -> Never {
  MissingBody(declaration: declaration.description, milestone: milestone).end(file, line)
}

/// A body that was called and is not written yet.
public struct MissingBody: Error, Equatable, Sendable, CustomStringConvertible {
  /// What messages of missing bodies begin with.
  public static let introduction = "not implemented yet: "

  /// The declaration, with its type and labels.
  public let declaration: String
  /// The milestone that it belongs to.
  public let milestone: Int
  /// The milestone that is called the bonus.
  public static let bonus = 13

  /// What a milestone is called where there is little room: `5`, `bonus`.
  public static func name(ofMilestone number: Int) -> String {
    number == bonus ? "bonus" : "\(number)"
  }

  /// A missing body.
  public init(declaration: String, milestone: Int) {
    self.declaration = declaration
    self.milestone = milestone
  }

  /// `not implemented yet: HashIndex.lookup(_:) — milestone 2`.
  public var description: String {
    "\(Self.introduction)\(declaration) — milestone \(Self.name(ofMilestone: milestone))"
  }

  private static let handler = Mutex<(@Sendable (MissingBody) -> Void)?>(nil)

  /// From now on `body` is told of missing bodies, and the thread that met one stops for ever.
  ///
  /// The thread cannot go on, since there is no result to go on with; nor can it be ended, since it may be
  /// in the middle of anything. What it holds is lost. Nil: the process ends, as at first.
  public static func handle(_ body: (@Sendable (MissingBody) -> Void)?) {
    handler.withLock { $0 = body }
  }

  @usableFromInline
  func end(_ file: StaticString, _ line: UInt) -> Never {
    guard let handler = Self.handler.withLock({ $0 }) else {
      fatalError(description, file: file, line: line)
    }
    handler(self)
    while true { WorkerThread.sleep(milliseconds: 3_600_000) }
  }
}
