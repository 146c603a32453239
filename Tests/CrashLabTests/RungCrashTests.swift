import StrataCore
import StrataCrashLab
import Testing

@Suite("The rungs under crashes")
struct RungCrashTests {
  private func report(_ subjects: [any CrashSubject], images: Int) -> CrashReport {
    var configuration = CrashConfiguration(subjects: subjects)
    configuration.images = images
    configuration.seed = 7
    return CrashLab.run(configuration)
  }

  @Test("Bitcask keeps its promise on any disk: a prefix, and a merge brings no key back")
  func bitcask() {
    let report = report(BitcaskSubject.all(), images: 4_000)
    #expect(report.violations.isEmpty, "\(report)")
    #expect(report.counts.imagesByCall[.rename] > 100)
    #expect(report.counts.imagesByCall[.remove] > 100)
  }

  @Test("the append log keeps its promise on a disk that keeps the order of what is appended")
  func appendLog() {
    let report = report(AppendLogSubject.all(), images: 1_500)
    #expect(report.violations.isEmpty, "\(report)")
    #expect(report.counts.imagesByCall[.rename] > 20)
  }

  @Test("and on a disk that does not, it shows what a checksum is for")
  func appendLogWithoutOrder() {
    var configuration = CrashConfiguration(subjects: AppendLogSubject.all())
    configuration.images = 200_000
    configuration.personalities = [.barePOSIX]
    #expect(!CrashLab.run(configuration).violations.isEmpty)
  }
}
