import Foundation
import StrataCore
import StrataCourse
import StrataSubjects
import StrataTestSupport
import Testing

/// The same checks on an engine in a process of its own.
@Suite("Through a pipe", .serialized)
struct PipedTests {
  @Test("the reference passes every check")
  func reference() throws {
    try withTemporaryDirectory { scratch in
      let runner = CheckRunner(seed: CourseSeed(student: "tests"), scratch: scratch) {
        HostProgram.link($0)
      }
      let results = runner.run(Catalogue.all)
      for result in results {
        print(result.check.id, result.milliseconds)
        #expect(result.verdict == .passed, "\(result.check.id)")
      }
      #expect(results.count == Catalogue.all.count)
    }
  }
}
