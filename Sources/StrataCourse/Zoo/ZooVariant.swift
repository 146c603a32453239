import Foundation

/// The reference with one defect, as a student might write it: a test of the tests.
///
/// A patch in `Fixtures/Zoo`, which begins with what the defect is and which check must find it:
///
///     What: A get that scans the log passes over tombstones.
///     Check: log-delete
///
///     --- a/Sources/StrataRungs/AppendLog/AppendLogStore.swift
///     …
public struct ZooVariant: Sendable {
  /// Where the patches lie, below the project's root.
  public static let folder = "Fixtures/Zoo"

  /// The patch's name without its ending: `forgets-tombstones`.
  public let name: String
  /// The defect, in a sentence.
  public let what: String
  /// The check that is meant for it.
  public let check: String
  /// The path of the patch.
  let patch: String
  /// The files that it changes.
  let paths: [String]

  /// All of them, by milestone and then by name.
  public static func all(of source: ProjectSource) throws(StarterError) -> [ZooVariant] {
    var variants: [ZooVariant] = []
    for path in source.files(in: folder) where path.hasSuffix(".patch") {
      variants.append(try ZooVariant(path, in: source))
    }
    return variants.sorted { ($0.milestone, $0.name) < ($1.milestone, $1.name) }
  }

  init(_ path: String, in source: ProjectSource) throws(StarterError) {
    let lines = try source.text(path).split(separator: "\n")
    func head(_ index: Int, _ title: String) throws(StarterError) -> String {
      guard index < lines.count, lines[index].hasPrefix(title) else {
        throw StarterError("\(path): line \(index + 1) must begin with \"\(title)\".")
      }
      return String(lines[index].dropFirst(title.count))
    }
    what = try head(0, "What: ")
    check = try head(1, "Check: ")
    name = URL(filePath: path).deletingPathExtension().lastPathComponent
    patch = "\(source.root)/\(path)"
    paths = lines.filter { $0.hasPrefix("+++ b/") }.map { String($0.dropFirst(6)) }
  }

  /// The milestone of its check; 0 when there is no such check.
  public var milestone: Int { Catalogue.check(check)?.milestone ?? 0 }

  /// The files that it changes, changed, which is done in a folder apart.
  func changedFiles(
    of source: ProjectSource, in workbench: String
  ) throws(StarterError) -> [(path: String, text: String)] {
    var files: [(path: String, text: String)] = []
    for path in paths { files.append((path, try source.text(path))) }
    try ProjectSource.makeDirectory(workbench, hold: files)
    try Toolchain.apply(patch, to: workbench)
    return try files.map { file throws(StarterError) in
      do {
        return (file.path, try String(contentsOfFile: "\(workbench)/\(file.path)", encoding: .utf8))
      } catch {
        throw StarterError("\(workbench)/\(file.path) cannot be read.")
      }
    }
  }
}
