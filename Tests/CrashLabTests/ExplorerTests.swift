import StrataCore
import Synchronization
import Testing

@testable import StrataCrashLab

@Suite("The crash explorer")
struct ExplorerTests {
  private func configuration(_ mistake: ToyStore.Mistake?, images: Int) -> CrashConfiguration {
    var configuration = CrashConfiguration(subjects: [ToySubject(mistake: mistake)])
    configuration.images = images
    configuration.operations = 12
    configuration.threads = 1
    return configuration
  }

  @Test("a sound store has no violations")
  func sound() {
    let report = CrashLab.run(configuration(nil, images: 20_000))
    #expect(report.violations.isEmpty, "\(report)")
    #expect(report.counts.images >= 20_000)
    #expect(report.counts.recoveryCrashes > 100)
    #expect(report.counts.laterCrashes > 100)
    #expect(report.counts.failureRuns > 100)
    for kind in [SimulatedCall.Kind.create, .append, .syncFile, .rename, .syncDirectory] {
      #expect(report.counts.imagesByCall[kind] > 100, "\(kind)")
      #expect(report.counts.failures[kind] > 10, "\(kind)")
    }
  }

  @Test("each mistake is found, with few operations", arguments: ToyStore.Mistake.allCases)
  func mistakes(mistake: ToyStore.Mistake) throws {
    let report = CrashLab.run(configuration(mistake, images: 50_000))
    let violation = try #require(report.violations.first, "\(mistake) must be found")
    #expect(violation.operations.count <= 3, "\(violation)")
    #expect(violation.reproduction.contains("--toy \(mistake.rawValue)"))
  }

  @Test("a forgotten sync of the directory is invisible on an ordered disk")
  func hidden() {
    var configuration = configuration(.syncsNoDirectory, images: 1000)
    configuration.failures = 0
    configuration.personalities = [.barePOSIX]
    #expect(!CrashLab.run(configuration).violations.isEmpty)
  }

  @Test("a report names operations, crash, what survived, and how to see it again")
  func report() throws {
    var configuration = configuration(.syncsNoFile, images: 1000)
    configuration.failures = 0
    let printed = Mutex("")
    let isSound = CrashLab.explore(configuration) { line in
      printed.withLock { $0 += line + "\n" }
    }
    #expect(!isSound)
    let text = printed.withLock { $0 }
    for part in [
      "VIOLATION", "operations:", "the power goes out right after call",
      "names not synced", "bytes not synced", "left of it: ", "the files afterwards:",
      "to see it again: kvcli crashlab --seed", "images a second and thread",
    ] { #expect(text.contains(part), "\(part) is missing in:\n\(text)") }
  }

  @Test("the same seed explores the same, and finds the same")
  func determinism() {
    let sound = configuration(nil, images: 0).scenario(3)
    #expect(sound.explore(sound.operations).counts == sound.explore(sound.operations).counts)
    let broken = configuration(.writesInPlace, images: 0).scenario(0)
    let first = broken.explore(broken.operations).violation
    #expect(first != nil)
    #expect(first?.description == broken.explore(broken.operations).violation?.description)
  }
}
