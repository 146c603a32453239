import StrataCore
import StrataWire

/// Something that answers requests: a store, or a part of one.
public protocol Subject: AnyObject {
  /// Answers one request.
  func answer(_ request: inout Request) throws(SubjectError) -> WireValue
}

/// Makes subjects: the one place where engines and checks meet, and it knows the engines only.
public protocol SubjectFactory: Sendable {
  /// Makes what the request asks for: its verb names the kind.
  ///
  /// - Parameter disk: the file system of that number; 0 is this computer's.
  func make(
    _ request: inout Request, disk: (Int) -> any FileSystem
  ) throws(SubjectError) -> any Subject
}

/// Keeps subjects by number, and passes requests on to them.
///
/// | request | answer |
/// |---|---|
/// | `make kind …` | the number of a new subject |
/// | `release n` | the subject is let go of; nobody waits for an answer |
/// | `ask n verb …` | what the subject answers |
/// | `each n [verb …] …` | what it answers to each of these requests, one after the other |
///
/// Any number of threads may ask.
public final class SubjectHost: @unchecked Sendable {
  private let factory: any SubjectFactory
  private let disk: (Int) -> any FileSystem
  private let lock = Lock()
  private var subjects: [Int: any Subject] = [:]  // guarded by `lock`
  private var made = 0  // guarded by `lock`

  /// A host of no subjects yet.
  public init(_ factory: any SubjectFactory, disk: @escaping (Int) -> any FileSystem) {
    self.factory = factory
    self.disk = disk
  }

  /// The answer; what went wrong is an answer too.
  public func answer(_ request: Request) -> WireValue {
    Refusal.answer { () throws(SubjectError) in
      var request = request
      return try respond(to: &request)
    }
  }

  private func respond(to request: inout Request) throws(SubjectError) -> WireValue {
    switch request.verb {
    case "make":
      var inner = Request(try request.text(), Array(request.arguments))
      let subject = try factory.make(&inner, disk: disk)
      return .integer(
        lock.withLock {
          made += 1
          subjects[made] = subject
          return made
        })
    case "release":
      let number = try request.integer()
      let released = lock.withLock { subjects.removeValue(forKey: number) }
      withExtendedLifetime(released) {}
      return .done
    case "ask", "each":
      let number = try request.integer()
      guard let subject = lock.withLock({ subjects[number] }) else {
        throw .nonsense("there is no subject \(number)")
      }
      guard request.verb == "each" else {
        var inner = Request(try request.text(), Array(request.arguments))
        return try subject.answer(&inner)
      }
      return .array(
        request.arguments.map { value in
          Refusal.answer { () throws(SubjectError) in
            var inner = try Request(value)
            return try subject.answer(&inner)
          }
        })
    default: throw .nonsense("\(request.verb) is nothing that a host does")
    }
  }
}

extension SubjectError {
  /// Runs what throws as stores do.
  public static func translating<Result>(
    _ body: () throws(StoreError) -> Result
  ) throws(SubjectError) -> Result {
    do throws(StoreError) { return try body() } catch { throw .store(error) }
  }
}
