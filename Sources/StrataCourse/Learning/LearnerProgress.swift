import Foundation
import StrataCore

/// What a learner has reached, kept beside the package so that the next run begins where this one ended.
public struct LearnerProgress: Codable, Equatable, Sendable {
  /// The checks that passed when they were run last.
  public private(set) var passed: Set<String> = []
  /// The hints that were shown for a check.
  public private(set) var hintsShown: [String: Set<String>] = [:]

  /// Where it lies in the package.
  static let path = ".course/progress.json"

  /// Nothing yet.
  public init() {}

  /// What was kept for a package; nothing where nothing was, or where it cannot be read.
  public init(ofPackageAt root: String) {
    let file = URL(filePath: "\(root)/\(Self.path)")
    guard let data = try? Data(contentsOf: file),
      let progress = try? JSONDecoder().decode(LearnerProgress.self, from: data)
    else { return }
    self = progress
  }

  /// Keeps it.
  ///
  /// - Throws: `StarterError` where the file cannot be written.
  public func save(toPackageAt root: String) throws(StarterError) {
    let file = URL(filePath: "\(root)/\(Self.path)")
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    do {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try encoder.encode(self).write(to: file)
    } catch {
      throw StarterError("\(file.path) cannot be written: \(error.localizedDescription)")
    }
  }

  /// Takes note of a result.
  public mutating func note(_ result: CheckResult) {
    if result.verdict.isPass {
      passed.insert(result.check.id)
      hintsShown[result.check.id] = nil
    } else {
      passed.remove(result.check.id)
    }
  }

  /// The next hint for a failed check, from a nudge to nearly everything; nil when all were shown.
  ///
  /// - Parameter unwritten: the bodies that the learner has still to write.
  public mutating func nextHint(
    for result: CheckResult, unwritten: [Exercise] = []
  ) -> String? {
    let hints = Self.hints(for: result, unwritten)
    // Those of a body that has been written meanwhile are no longer among them.
    let shown = hintsShown[result.check.id, default: []]
    guard let next = hints.firstIndex(where: { !shown.contains($0) }) else { return nil }
    hintsShown[result.check.id] = shown.union([hints[next]])
    return "Hint \(next + 1) of \(hints.count): \(hints[next])"
  }

  /// The hints of the body that is missing; where none is, the check's own and those of its milestone: of what is
  /// still to be written there, or else of everything.
  private static func hints(for result: CheckResult, _ unwritten: [Exercise]) -> [String] {
    func lines(_ exercises: [Exercise]) -> [String] {
      exercises.flatMap { exercise in exercise.hints.map { "\(exercise.declaration): \($0)" } }
    }
    if case .failed(let failure) = result.verdict, let body = MissingBody.named(in: failure.actual)
    {
      let missing = Exercise.all.filter { $0.declaration == body.declaration }
      if !missing.isEmpty { return lines(missing) }
    }
    func ofMilestone(_ exercises: [Exercise]) -> [Exercise] {
      exercises.filter { $0.milestone == result.check.milestone }
    }
    let open = ofMilestone(unwritten)
    return [result.check.help] + lines(open.isEmpty ? ofMilestone(Exercise.all) : open)
  }
}
