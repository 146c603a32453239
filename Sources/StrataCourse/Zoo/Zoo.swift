import Foundation
import StrataCore

/// Runs the checks on engines with one defect each, and sees whether they notice.
public struct Zoo {
  /// What became of one variant.
  public struct Finding: Sendable {
    /// Which one.
    public let variant: ZooVariant
    /// The checks that did not pass, in the order of the catalogue.
    public let caughtBy: [String]

    /// True when the check that is meant for it did not pass.
    public var isCaught: Bool { caughtBy.contains(variant.check) }
  }

  /// Which checks are run on a variant.
  public enum Scope: Sendable {
    /// The one that is meant for it.
    case own
    /// Those of the milestone of that one.
    case milestone
    /// All.
    case all
  }

  private let tree: VariantTree
  private let host: String
  private let say: (String) -> Void

  /// Builds all variants, in a directory which is kept.
  ///
  /// - Parameter say: is given a line for each variant as it is done.
  public init(
    _ source: ProjectSource, scratch: String, say: @escaping (String) -> Void
  ) throws(StarterError) {
    self.say = say
    tree = try VariantTree(ZooVariant.all(of: source), source, at: scratch)
    try tree.build(["--product", "kvhost"])
    host = try Toolchain.programs(of: tree.root) + "/kvhost"
  }

  /// The checks that the reference itself does not pass, whoever the student is: there must be none.
  public func reference(seeds: Int) throws(StarterError) -> [String] {
    var failed: Set<String> = []
    for seed in 0..<seeds {
      let run = HostedRun(host: host, seed: CourseSeed(student: "student \(seed)"))
      failed.formUnion(try run.run(Catalogue.all).filter { !$0.verdict.isPass }.map(\.check.id))
    }
    let passed = Catalogue.all.count - failed.count
    say("the reference: \(passed) of \(Catalogue.all.count) checks pass, with \(seeds) seeds")
    return failed.sorted()
  }

  /// Tries the variants of these names.
  public func run(_ names: [String], _ scope: Scope) throws(StarterError) -> [Finding] {
    var findings: [Finding] = []
    for (number, variant) in tree.variants.enumerated() where names.contains(variant.name) {
      let checks =
        switch scope {
        case .own: Catalogue.all.filter { $0.id == variant.check }
        case .milestone: Catalogue.checks(of: variant.milestone)
        case .all: Catalogue.all
        }
      let run = HostedRun(host: host, environment: VariantTree.environment(number))
      let failed = try run.run(checks).filter(\.hasFailed)
      let finding = Finding(variant: variant, caughtBy: failed.map(\.check.id))
      findings.append(finding)
      let others = finding.caughtBy.filter { $0 != variant.check }
      let how = finding.isCaught ? "caught by" : "NOT CAUGHT by"
      say(
        "\(variant.name): \(how) \(variant.check)"
          + (others.isEmpty ? "" : "; also by \(others.joined(separator: ", "))"))
    }
    return findings
  }
}

/// The page that says which check catches what.
public enum ZooPage {
  /// Where it lies, below the project's root.
  public static let path = "Docs/Zoo.md"
  private static let marker = "<!-- Everything below is written by kvgrade zoo --write. -->"

  /// The page with these findings in its table; what stands above the table stays.
  public static func text(of findings: [Zoo.Finding], on page: String) -> String {
    let above = page.components(separatedBy: marker)[0]
    var lines = [
      marker, "",
      "\(findings.filter(\.isCaught).count) of \(findings.count) variants are caught by the check that is "
        + "meant for them. All checks of its milestone were run on each.", "",
      "| milestone | variant | its defect | its check | caught also by |",
      "|---|---|---|---|---|",
    ]
    for finding in findings {
      let variant = finding.variant
      let others = finding.caughtBy.filter { $0 != variant.check }
      let named = others.prefix(4).map { "`\($0)`" }.joined(separator: ", ")
      let more = others.count > 4 ? " and \(others.count - 4) more" : ""
      let check = finding.isCaught ? "`\(variant.check)`" : "**not by `\(variant.check)`**"
      let milestone = Milestone.numbered(variant.milestone)?.name ?? ""
      lines.append(
        "| \(milestone) | [`\(variant.name)`](../\(ZooVariant.folder)/\(variant.name).patch) | "
          + "\(variant.what) | \(check) | \(named)\(more) |")
    }
    return above + lines.joined(separator: "\n") + "\n"
  }
}
