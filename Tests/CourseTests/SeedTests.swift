import Foundation
import StrataCore
import StrataCourse
import StrataHosting
import StrataSubjects
import StrataWire
import Testing

/// Other seeds, other workloads: what is drawn for one student must be as fair as what is drawn for another.
@Suite("Seeds")
struct SeedTests {
  /// How many seeds are tried: one, or as many as `STRATA_SEEDS` says.
  static let count = Int(ProcessInfo.processInfo.environment["STRATA_SEEDS"] ?? "") ?? 1

  /// The checks in which something is drawn.
  static let drawn = Catalogue.all.filter {
    [.agreement, .powerCut, .corruption, .concurrency].contains($0.family)
  }

  @Test("the reference passes whatever the seed is", arguments: 0..<count)
  func seeds(_ number: Int) {
    let seed = CourseSeed(student: "student \(number)", secret: "a secret of the course")
    let runner = CheckRunner(seed: seed) { _ in DirectLink(EngineFactory()) }
    for check in Self.drawn {
      #expect(runner.run(check).verdict == .passed, "\(check.id), seed \(number)")
    }
  }

  @Test("the same student gets the same workload, another one another")
  func determinism() throws {
    let check = try #require(Catalogue.check("log-agrees"))
    func failure(_ student: String) -> Verdict {
      CheckRunner(seed: CourseSeed(student: student)) { _ in
        DirectLink(EveryThirdGetIsWrong())
      }.run(check).verdict
    }
    #expect(failure("ada") == failure("ada"))
    #expect(failure("ada") != failure("bob"))
  }

  /// Engines that lose their way now and then, always at the same place.
  private struct EveryThirdGetIsWrong: SubjectFactory {
    func make(
      _ request: inout Request, disk: (Int) -> any FileSystem
    ) throws(SubjectError) -> any Subject {
      Forgetful(try EngineFactory().make(&request, disk: disk))
    }
  }

  private final class Forgetful: Subject {
    private let subject: any Subject
    private var gets = 0

    init(_ subject: any Subject) { self.subject = subject }

    func answer(_ request: inout Request) throws(SubjectError) -> WireValue {
      let verb = request.verb
      let answer = try subject.answer(&request)
      guard verb == "get" else { return answer }
      gets += 1
      return gets % 3 == 0 ? .null : answer
    }
  }
}
