import Foundation
import Strata
import StrataCore
import StrataTestSupport
import Testing

/// Every kind of damage to every kind of file, one at a time.
///
/// An everyday run tries a part, chosen by a fixed seed. All of it:
///
///     STRATA_FULL=1 swift test --filter DamageTests
@Suite("Damage")
struct DamageTests {
  private static let isFull = ProcessInfo.processInfo.environment["STRATA_FULL"] != nil
  /// Images of each subject in an everyday run, at least.
  private static let everydayImages = 500

  @Test("no damage gives a wrong value, a ghost or a silent loss", arguments: DamageSubject.all)
  func everyDamage(subject: DamageSubject) throws {
    let original = try subject.build()
    #expect(original.image.segments.count >= 4)
    #expect(original.image.logs.count == (subject.ending == .frozen ? 2 : 1))
    let (another, past) = try subject.otherImages(of: original)
    let all = try Damage.all(of: original.image, past: past)
    var random = SplitMix64(seed: 20)
    var table = DamageTable()
    var examples: [String] = []
    for damage in all where Self.isFull || Self.isChosen(damage, all.count, &random) {
      guard let image = try damage.applied(to: original.image, another: another, past: past) else {
        continue
      }
      let judge = DamageJudge(
        subject: subject, original: original, damage: damage, image: image)
      let (outcome, complaints) = try judge.judge()
      table.count(outcome, damage.kind)
      if outcome.isForbidden { examples.append("\(damage): \(outcome.rawValue)") }
      examples += complaints.map { "\(damage): \($0)" }
      guard Self.isFull || random.isOne(in: 4) else { continue }
      let salvage = SalvageJudge(
        subject: subject, original: original, damage: damage, image: image)
      examples += try salvage.complaints().map { "\(damage): \($0)" }
    }
    #expect(examples.isEmpty, "\(examples.count): \(examples.prefix(12).joined(separator: "\n"))")
    #expect(table.images >= Self.everydayImages)
    if Self.isFull {
      print("\(subject.testDescription): \(table.images) images\n\(table)\n\(PeakMemory.text)")
    }
    // 0: it could not be found out. An everyday run shares its process with all other tests.
    #expect(!Self.isFull || 1..<256 << 20 ~= PeakMemory.bytes)
  }

  /// Flipped bits and cuts are many: an everyday run takes a part of them, and all of the rest.
  private static func isChosen(
    _ damage: Damage, _ count: Int, _ random: inout SplitMix64
  ) -> Bool {
    switch damage {
    case .flip, .cut: random.below(count) < everydayImages - 60
    default: true
    }
  }
}

extension DamageSubject {
  /// A store with the same history and another identity, and this one as it was before its last steps.
  func otherImages(
    of original: DamageOriginal
  ) throws -> (another: FileImage, past: FileImage) {
    var other = self
    other.identityLow = 5
    var shorter = self
    shorter.isCutShort = true
    return (try other.build().image, try shorter.build().image)
  }
}

/// The most memory that the process ever had.
enum PeakMemory {
  static var bytes: Int {
    #if canImport(Darwin)
      var usage = rusage()
      getrusage(RUSAGE_SELF, &usage)
      return usage.ru_maxrss
    #else
      // Not `getrusage`: there, a process begins with what the one that started it had.
      let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
      let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
      return (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) << 10
    #endif
  }

  static var text: String { "peak memory \(bytes >> 20) MiB" }
}
