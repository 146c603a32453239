import Foundation

/// The project's own files, found from where this source file lies.
public enum ProjectFiles {
  /// The folder that holds `Package.swift`.
  public static let root: String = {
    let file = URL(filePath: #filePath)
    return file.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
  }()

  /// The absolute path of a path below the root.
  public static func path(_ relative: String) -> String { "\(root)/\(relative)" }

  /// The text of a file below the root.
  public static func text(_ relative: String) throws -> String {
    try String(contentsOfFile: path(relative), encoding: .utf8)
  }

  /// The paths, below the root and sorted, of all files in a folder whose names end so.
  ///
  /// Hidden folders and build products are left out.
  public static func files(in folder: String = ".", suffix: String = "") -> [String] {
    let start = folder == "." ? root : path(folder)
    guard let walk = FileManager.default.enumerator(atPath: start) else { return [] }
    var found: [String] = []
    while let name = walk.nextObject() as? String {
      let last = name.split(separator: "/").last ?? ""
      if last.hasPrefix(".") {
        walk.skipDescendants()
        continue
      }
      guard name.hasSuffix(suffix),
        walk.fileAttributes?[.type] as? FileAttributeType == .typeRegular
      else { continue }
      found.append(folder == "." ? name : "\(folder)/\(name)")
    }
    return found.sorted()
  }
}
