import Foundation

/// The bodies that a student has not written yet, found by what stands in their places.
public enum UnwrittenBodies {
  /// Those in a package, in the order in which to write them.
  public static func of(packageAt root: String) -> [Exercise] {
    var texts: [String: String] = [:]
    return Exercise.all.filter { exercise in
      let text =
        texts[exercise.file]
        ?? (try? String(contentsOfFile: "\(root)/Sources/\(exercise.file)", encoding: .utf8)) ?? ""
      texts[exercise.file] = text
      return text.contains(exercise.missingCall) || text.contains(exercise.standInMark)
    }
  }

  /// Those of some milestones for which something simple stands in, so that no failure names them.
  public static func standIns(packageAt root: String, of milestones: Set<Int>) -> [Exercise] {
    of(packageAt: root).filter { milestones.contains($0.milestone) && $0.standIn != nil }
  }

  /// What to do next, for whoever sees red; nil when every body is written.
  public static func advice(forPackageAt root: String) -> String? {
    let missing = of(packageAt: root)
    guard let next = missing.first, let milestone = Milestone.numbered(next.milestone) else {
      return nil
    }
    let isFresh =
      missing.filter { $0.milestone == next.milestone }.count == milestone.exercises.count
    return """
      \(isFresh ? "Red is as it should be" : "There is more to do"): \
      \(missing.count) bodies are not written yet.
      Next: \(next.declaration) in Sources/\(next.file), milestone \(milestone.name) \
      (\(milestone.title)).
      Read Docs/Course/\(milestone.chapter).md for what it is about. To see its checks alone:
        swift run kvgrade check
      """
  }
}
