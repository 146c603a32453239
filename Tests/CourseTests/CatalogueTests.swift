import StrataCore
import StrataCourse
import StrataHosting
import StrataSubjects
import Testing

/// Every check of the course on the engine that it was made from: in this process, one test a rule.
@Suite("The course's checks")
struct CatalogueTests {
  @Test("holds:", arguments: Catalogue.all)
  func check(_ check: Check) {
    let runner = CheckRunner(seed: CourseSeed(student: "tests")) { _ in DirectLink(EngineFactory())
    }
    let verdict = runner.run(check).verdict
    #expect(verdict == .passed, "\(check.id)")
  }
}
