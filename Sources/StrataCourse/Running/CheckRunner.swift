import StrataCore
import StrataSubjects

/// What a check came to.
public enum Verdict: Equatable, Sendable {
  /// The rule is kept.
  case passed
  /// It is not.
  case failed(CheckFailure)
  /// A check that comes before it did not pass, so that this one would say nothing new.
  case skipped(because: String)
  /// Nothing is known: the course's own machinery failed.
  case error(String)

  /// True for `passed` only: no verdict is never a pass.
  public var isPass: Bool { self == .passed }
}

/// A check and what it came to.
public struct CheckResult: Sendable {
  /// The check.
  public let check: Check
  /// What it came to.
  public let verdict: Verdict
  /// How long it took; no verdict depends on it.
  public let milliseconds: Int
}

/// Runs checks, one after the other, each with subjects of its own.
public struct CheckRunner: Sendable {
  /// Makes the way to fresh subjects for a check.
  public typealias LinkMaker = @Sendable (Check) -> any SubjectLink

  private let seed: CourseSeed
  private let scratch: String?
  private let makeLink: LinkMaker

  /// A runner.
  ///
  /// - Parameter scratch: a directory of the real disk for stores whose process is killed; nil: there is none.
  public init(seed: CourseSeed, scratch: String? = nil, makeLink: @escaping LinkMaker) {
    self.seed = seed
    self.scratch = scratch
    self.makeLink = makeLink
  }

  /// Runs the checks in their order, and tells of each result as it comes.
  ///
  /// - Parameter progress: is called after each check; false ends the run.
  public func run(
    _ checks: [Check], progress: (CheckResult) -> Bool = { _ in true }
  ) -> [CheckResult] {
    var results: [CheckResult] = []
    var notPassed: Set<String> = []
    for check in checks {
      let result: CheckResult
      if let missing = check.dependsOn.first(where: notPassed.contains) {
        result = CheckResult(check: check, verdict: .skipped(because: missing), milliseconds: 0)
      } else {
        result = run(check)
      }
      if !result.verdict.isPass { notPassed.insert(check.id) }
      results.append(result)
      guard progress(result) else { break }
    }
    return results
  }

  /// Runs one check; what fails for a reason of our own is tried once more.
  public func run(_ check: Check) -> CheckResult {
    let start = SystemTime.monotonicNanoseconds
    var verdict = verdict(of: check, attempt: 1)
    if case .error = verdict { verdict = self.verdict(of: check, attempt: 2) }
    let nanoseconds = SystemTime.monotonicNanoseconds - start
    return CheckResult(
      check: check, verdict: verdict, milliseconds: Int(nanoseconds / 1_000_000))
  }

  private func verdict(of check: Check, attempt: Int) -> Verdict {
    let link = makeLink(check)
    defer { link.close() }
    let bench = Bench(
      link, seed: seed.seed(of: check), scratch: scratch.map { "\($0)/\(check.id)-\(attempt)" })
    func failed(_ failure: CheckFailure) -> Verdict {
      var failure = bench.transcript.complete(failure)
      failure.printed = link.takePrinted()
      if let missing = MissingBody.named(in: failure.printed) { failure.actual = "\(missing)" }
      return .failed(failure)
    }
    do {
      try check.body(bench)
      return .passed
    } catch let failure as CheckFailure {
      return failed(failure)
    } catch let trouble as CheckTrouble {
      return .error(trouble.reason)
    } catch let error as SubjectError {
      if case .unavailable(let reason) = error { return .error(reason) }
      return failed(CheckFailure(expected: "an answer", actual: "\(error)"))
    } catch {
      return .error("\(error)")
    }
  }
}
