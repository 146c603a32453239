import Foundation
import StrataCore
import StrataSubjects

/// Checks that are run through the pipe on a `kvhost` that was built from some variant of the engine.
struct HostedRun {
  /// The program.
  let host: String
  /// What the program finds in its environment.
  var environment: [String: String] = [:]
  /// Whose seeds are taken.
  var seed = CourseSeed(student: "variants")

  /// Runs checks in their order, with no regard to what depends on what.
  ///
  /// - Parameter goesOn: is shown each result; false ends the run.
  func run(
    _ checks: [Check], goesOn: (CheckResult) -> Bool = { _ in true }
  ) throws(StarterError) -> [CheckResult] {
    let scratch = FileManager.default.temporaryDirectory
      .appending(path: "kvgrade-\(UUID().uuidString)").path
    do {
      try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
    } catch {
      throw StarterError("\(scratch) cannot be made: \(error.localizedDescription)")
    }
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    let (host, environment) = (host, environment)
    let runner = CheckRunner(seed: seed, scratch: scratch) { check in
      PipedLink([host], seconds: check.seconds, environment: environment)
    }
    var results: [CheckResult] = []
    for check in checks {
      let result = runner.run(check)
      results.append(result)
      guard goesOn(result) else { break }
    }
    return results
  }
}

extension CheckResult {
  /// True when the check says that the rule was broken; not when there is no verdict.
  var hasFailed: Bool {
    if case .failed = verdict { true } else { false }
  }

  /// What came instead of what the rule says, in a line; nil when the check passed.
  var complaint: String? {
    switch verdict {
    case .passed: nil
    case .failed(let failure): failure.actual
    case .skipped(let other): "skipped, because \(other) did not pass"
    case .error(let reason): "no verdict: \(reason)"
    }
  }
}
