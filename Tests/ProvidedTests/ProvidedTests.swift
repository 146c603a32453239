import Foundation
import StrataCore
import StrataCourse
import StrataHosting
import StrataSubjects
import Testing

@Suite("The course's checks", .serialized)
struct ProvidedTests {
  // The checks of the course on the engine beside them, in this process: one test a rule, for speed and for
  // breakpoints. A grade is never made of this: what runs in one process with the engine can be told anything
  // by it. (This does not stand above, because a failure would print it.)

  /// The folder that holds `Package.swift`.
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  static let settings = (try? CourseSettings(ofPackageAt: root)) ?? CourseSettings.wholeCourse

  /// What an earlier milestone rests on, too: it may break again.
  static let checks = Catalogue.all.filter { $0.milestone <= settings.to }

  init() { NextStep.willBeShown }

  @Test("holds:", arguments: checks)
  func check(_ check: Check) {
    let seed = CourseSeed(student: Self.settings.student)
    let runner = CheckRunner(seed: seed) { _ in DirectLink(EngineFactory()) }
    switch OwnThread.run(check, by: runner).verdict {
    case .passed: return
    case .failed(let failure) where failure.actual.hasPrefix(MissingBody.introduction):
      Issue.record("\(check.id): \(failure.actual)")
    case .failed(let failure):
      let script = failure.script.map { "\n    \($0)" }.joined()
      Issue.record(
        "\(check.id): \(failure.actual)\n  expected: \(failure.expected)\(script)\n  \(check.help)")
    case .skipped(let other): Issue.record("\(check.id) was skipped, because \(other) did not pass")
    case .error(let reason): Issue.record("\(check.id) says nothing: \(reason)")
    }
  }
}

extension Check: CustomTestStringConvertible {
  /// What a failure calls it.
  public var testDescription: String { "\(id): \(rule)" }
}

/// The last lines of a run with missing bodies: that it is as it should be, and what is next.
private enum NextStep {
  static let willBeShown: Void = {
    guard UnwrittenBodies.advice(forPackageAt: ProvidedTests.root) != nil else { return }
    atexit {
      guard let advice = UnwrittenBodies.advice(forPackageAt: ProvidedTests.root) else { return }
      FileHandle.standardError.write(Data("\n\(advice)\n\n".utf8))
    }
  }()
}
