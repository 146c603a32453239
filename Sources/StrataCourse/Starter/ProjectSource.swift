import Foundation

/// The project's own sources, from which starters, and variants for the zoo, are made.
public struct ProjectSource: Sendable {
  /// The folder that holds `Package.swift`.
  public let root: String

  /// Finds the project: where somebody says, else where this program was compiled, else here.
  public init(_ path: String? = nil) throws(StarterError) {
    if let path {
      guard Self.isProject(path) else {
        throw StarterError(
          """
          \(path) is not the project: it has no Sources/Strata with bodies to take out. Name the folder \
          of a checkout of Strata behind --source.
          """)
      }
      root = Self.absolute(path)
      return
    }
    let compiled = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    let here = FileManager.default.currentDirectoryPath
    guard let found = [compiled, here].first(where: Self.isProject) else {
      throw StarterError(
        """
        The project's sources are neither at \(compiled), where kvgrade was built, nor in the working \
        directory. Name the folder of a checkout of Strata behind --source.
        """)
    }
    root = found
  }

  /// A starter has such files too, but it has no table of what is expected of one.
  private static func isProject(_ path: String) -> Bool {
    [ExpectedStarter.path, "Sources/Strata", "Sources/StrataCore"].allSatisfy {
      FileManager.default.fileExists(atPath: "\(path)/\($0)")
    }
  }

  static func absolute(_ path: String) -> String { URL(filePath: path).standardizedFileURL.path }

  /// The text of a file below the root.
  public func text(_ path: String) throws(StarterError) -> String {
    do {
      return try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
    } catch {
      throw StarterError("\(root)/\(path) cannot be read. Is the checkout complete?")
    }
  }

  /// What stands below a heading of the second rank of a page, without the heading.
  func section(_ heading: String, of path: String) throws(StarterError) -> String {
    let parts = try text(path).components(separatedBy: "\n## ")
    guard let part = parts.first(where: { $0.hasPrefix("\(heading)\n") }) else {
      throw StarterError(
        "\(path) has no heading \"\(heading)\" any more; starters have what stands below it.")
    }
    return part.dropFirst(heading.count).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// The paths of all files in a folder, below the root, sorted; hidden ones left out.
  public func files(in folder: String) -> [String] {
    guard let walk = FileManager.default.enumerator(atPath: "\(root)/\(folder)") else { return [] }
    var found: [String] = []
    while let name = walk.nextObject() as? String {
      let last = name.split(separator: "/").last ?? "."
      // Hidden files are nobody's, and pages about the library are no part of what is compiled.
      if last.hasPrefix(".") || last.hasSuffix(".docc") {
        walk.skipDescendants()
      } else if walk.fileAttributes?[.type] as? FileAttributeType == .typeRegular {
        found.append("\(folder)/\(name)")
      }
    }
    return found.sorted()
  }

  /// Writes a file below the root.
  public func write(_ text: String, to path: String) throws(StarterError) {
    try Self.write(text, to: "\(root)/\(path)")
  }

  /// Writes a file, and the folders that it lies in; one that has this text already stays untouched, so
  /// that nothing is built again because of it.
  static func write(_ text: String, to path: String) throws(StarterError) {
    if let old = try? String(contentsOfFile: path, encoding: .utf8), old == text { return }
    do {
      try FileManager.default.createDirectory(
        at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    } catch {
      throw StarterError("\(path) cannot be written: \(error.localizedDescription)")
    }
  }

  /// Copies a file below the root, whatever it holds, unless it is there already.
  private func copy(_ path: String, to copy: String) throws(StarterError) {
    let files = FileManager.default
    guard !files.contentsEqual(atPath: "\(root)/\(path)", andPath: copy) else { return }
    do {
      try files.createDirectory(
        at: URL(filePath: copy).deletingLastPathComponent(), withIntermediateDirectories: true)
      if files.fileExists(atPath: copy) { try files.removeItem(atPath: copy) }
      try files.copyItem(atPath: "\(root)/\(path)", toPath: copy)
    } catch {
      throw StarterError("\(copy) cannot be written: \(error.localizedDescription)")
    }
  }

  /// Makes a directory hold exactly these files, beside what was built in it; what has not changed is not
  /// touched, so that a build goes on from what it has.
  ///
  /// - Parameter copies: the paths of files of `source` that come along as they are.
  static func makeDirectory(
    _ directory: String, hold files: [(path: String, text: String)], and copies: [String] = [],
    of source: ProjectSource? = nil
  ) throws(StarterError) {
    let wanted = Set(files.map(\.path) + copies)
    let walk = FileManager.default.enumerator(atPath: directory)
    while let name = walk?.nextObject() as? String {
      if name == ".build" || name == ".git" {
        walk?.skipDescendants()
      } else if walk?.fileAttributes?[.type] as? FileAttributeType == .typeRegular,
        !wanted.contains(name)
      {
        try? FileManager.default.removeItem(atPath: "\(directory)/\(name)")
      }
    }
    for (path, text) in files { try write(text, to: "\(directory)/\(path)") }
    for path in copies { try source?.copy(path, to: "\(directory)/\(path)") }
  }
}
