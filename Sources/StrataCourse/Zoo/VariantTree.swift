import Foundation

/// A package of the engine with all variants of the zoo in one build.
///
/// It is kept between runs, and only files that differ are written, so that the compiler does little.
struct VariantTree {
  let root: String
  /// The variants, by the numbers under which they are built.
  let variants: [ZooVariant]
  private let source: ProjectSource

  /// Makes a tree with the engine, what hosts it, and maybe a folder of tests of somebody's own.
  init(
    _ variants: [ZooVariant], _ source: ProjectSource, at root: String, tests: String? = nil
  ) throws(StarterError) {
    self.source = source
    self.variants = variants
    self.root = ProjectSource.absolute(root)
    var files: [(path: String, text: String)] = []
    let targets: Set<String> = [
      "CIntrinsics", "StrataCore", "StrataWire", "StrataSubjects", "StrataHosting", "Strata",
      "StrataRungs", "kvhost",
    ]
    var manifest = StarterManifest.make(from: try source.text("Package.swift"), keeping: targets)
    let changed = try changedFiles()
    for target in targets.sorted() {
      for path in source.files(in: "Sources/\(target)") {
        let text = try source.text(path)
        files.append((path, try Gate.combine(text, changed[path] ?? [])))
      }
    }
    if let tests {
      let theirs = try VariantTree.tests(in: tests)
      files += theirs.map { ("Tests/\(StudentTests.target)/\($0.path)", $0.text) }
      manifest = StarterManifest.adding(
        ".testTarget(name: \"\(StudentTests.target)\", "
          + "dependencies: [\"Strata\", \"StrataRungs\", \"StrataCore\"]),",
        to: manifest)
    }
    try ProjectSource.makeDirectory(
      self.root, hold: files + [Gate.file, ("Package.swift", manifest)])
  }

  /// Builds it.
  func build(_ options: [String]) throws(StarterError) {
    let outcome = try Toolchain.run(["swift", "build"] + options, in: root)
    guard outcome.status == 0 else {
      throw StarterError("\(root) does not build:\n\(outcome.complaint)")
    }
  }

  /// What makes a process the variant of this number; nil: the reference.
  static func environment(_ number: Int?) -> [String: String] {
    number.map { [Gate.defect: "\($0)"] } ?? [:]
  }

  /// The files that variants change, with what each makes of them.
  private func changedFiles() throws(StarterError) -> [String: [(
    number: Int, name: String, text: String
  )]] {
    var changed: [String: [(number: Int, name: String, text: String)]] = [:]
    for (number, variant) in variants.enumerated() {
      let workbench = "\(root)-patching/\(variant.name)"
      defer { try? FileManager.default.removeItem(atPath: "\(root)-patching") }
      for (path, text) in try variant.changedFiles(of: source, in: workbench) {
        changed[path, default: []].append((number, variant.name, text))
      }
    }
    return changed
  }

  /// The Swift files of a folder; nothing else is taken, and nothing through a link.
  private static func tests(
    in folder: String
  ) throws(StarterError) -> [(path: String, text: String)] {
    var found: [(path: String, text: String)] = []
    let walk = FileManager.default.enumerator(atPath: folder)
    while let name = walk?.nextObject() as? String {
      let isHidden = name.split(separator: "/").contains { $0.hasPrefix(".") }
      guard name.hasSuffix(".swift"), !isHidden, !name.hasSuffix("Package.swift"),
        walk?.fileAttributes?[.type] as? FileAttributeType == .typeRegular
      else { continue }
      guard let text = try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8) else {
        throw StarterError("\(folder)/\(name) cannot be read as text.")
      }
      found.append((name, text))
    }
    guard !found.isEmpty else {
      throw StarterError("\(folder) has no Swift files. Name the folder in which the tests lie.")
    }
    return found.sorted { $0.path < $1.path }
  }
}
