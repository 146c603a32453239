import Foundation

/// Grades the tests that somebody wrote: they must pass on the reference, and fail where there is a defect.
///
/// A test that always fails catches everything, and means nothing; so whatever fails on the reference is a
/// *false alarm*, and with one of those nothing else counts. What a run of the tests says is taken at its
/// word: this is for tests that one reads, not for programs that one must be protected from.
public struct StudentTests {
  /// The test target that the files are put into.
  static let target = "StudentTests"
  /// A run that is not over by then is taken for a failure of the tests.
  private static let seconds = 120

  /// What the tests came to on one engine.
  public enum Outcome: String, Sendable {
    /// They failed: on a variant that is what they are for.
    case killed
    /// They passed, although there is a defect.
    case survived
  }

  private let tree: VariantTree
  private let say: (String) -> Void

  /// The tests of a folder, built with all variants in a directory which is kept.
  public init(
    _ folder: String, _ source: ProjectSource, scratch: String, say: @escaping (String) -> Void
  ) throws(StarterError) {
    self.say = say
    tree = try VariantTree(ZooVariant.all(of: source), source, at: scratch, tests: folder)
    try tree.build(["--build-tests"])
  }

  /// What the tests say about the reference; nil: they pass, as they should.
  public func falseAlarm() throws(StarterError) -> String? {
    let outcome = try runTests(nil)
    guard outcome.status != 0 else { return nil }
    let lines = outcome.text.split(separator: "\n").filter {
      $0.contains("✘") || $0.contains("error:")
    }
    return lines.isEmpty ? outcome.complaint : lines.joined(separator: "\n")
  }

  /// Runs the tests on the variants of some milestones.
  public func run(
    _ milestones: [Int]
  ) throws(StarterError) -> [(variant: ZooVariant, outcome: Outcome)] {
    var outcomes: [(variant: ZooVariant, outcome: Outcome)] = []
    for (number, variant) in tree.variants.enumerated() where milestones.contains(variant.milestone)
    {
      let outcome: Outcome = try runTests(number).status == 0 ? .survived : .killed
      say("\(variant.name): \(outcome.rawValue)")
      outcomes.append((variant, outcome))
    }
    return outcomes
  }

  private func runTests(_ number: Int?) throws(StarterError) -> Toolchain.Outcome {
    try Toolchain.run(
      ["swift", "test", "--skip-build"], in: tree.root, seconds: Self.seconds,
      environment: VariantTree.environment(number).merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 })
  }
}
