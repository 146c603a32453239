import Foundation

/// The files of a starter as they were given, for whoever wants to begin one again.
public struct GivenFiles: Sendable {
  private let root: String

  /// Those of the package in a folder.
  public init(ofPackageAt root: String) { self.root = root }

  /// The paths of all files that can be had again.
  public var paths: [String] {
    let given = "\(root)/\(Starter.givenFolder)"
    let found = FileManager.default.enumerator(atPath: given)
    return (found?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".swift") }.sorted()
  }

  /// Puts a file back as it was given; what was in its place is kept beside the progress.
  ///
  /// - Parameter name: its path in the package, or its last part, or the end of it.
  /// - Returns: the file's path, and where the other one is kept.
  /// - Throws: `StarterError` when there is no such file, or several.
  public func reset(_ name: String) throws(StarterError) -> (path: String, kept: String) {
    let found = paths.filter { $0 == name || $0.hasSuffix("/\(name)") }
    guard let path = found.first else {
      throw StarterError(
        "No file of the starter is called \(name). There are: \(paths.joined(separator: ", ")).")
    }
    guard found.count == 1 else {
      throw StarterError("\(name) may be \(found.joined(separator: " or ")). Say which.")
    }
    let kept = ".course/replaced/\(path)"
    let target = URL(filePath: "\(root)/\(path)")
    let keeper = URL(filePath: "\(root)/\(kept)")
    do {
      try FileManager.default.createDirectory(
        at: keeper.deletingLastPathComponent(), withIntermediateDirectories: true)
      if FileManager.default.fileExists(atPath: target.path) {
        try? FileManager.default.removeItem(at: keeper)
        try FileManager.default.moveItem(at: target, to: keeper)
      }
      try FileManager.default.copyItem(
        at: URL(filePath: "\(root)/\(Starter.givenFolder)/\(path)"), to: target)
    } catch {
      throw StarterError("\(path) cannot be put back: \(error.localizedDescription)")
    }
    return (path, kept)
  }
}
