import Strata
import StrataCore
import StrataCrashLab
import Testing

@Suite("Strata under crashes")
struct StrataCrashTests {
  @Test("whatever happens, a store is as after a prefix of its commands that holds its promise")
  func promise() throws {
    var configuration = CrashConfiguration(subjects: try StrataSubject.all())
    configuration.images = 10_000
    configuration.seed = 12
    let report = CrashLab.run(configuration)
    #expect(report.violations.isEmpty, "\(report)")
    #expect(report.counts.checkpoints > 0)
  }

  @Test("a policy that does not exist is refused")
  func policies() {
    #expect(throws: StoreError.self) { try StrataSubject.all(policy: "none") }
  }
}
