import StrataCore

extension Execution {
  /// Shows everything once, in a store of its own.
  func tour(keeping: Bool) throws(StoreError) -> Outcome {
    guard session.settings.engine.name == "lsm" else {
      throw .invalidArgument("the tour shows the engine lsm only")
    }
    let dataset = try Dataset.unicodeNames()
    let directory = try Platform.makeTemporaryDirectory("kvcli-tour")
    defer { if !keeping { Platform.removeTree(directory) } }
    var settings = session.settings
    settings.path = "\(directory)/store"
    let tour = Tour(
      session: Session(settings: settings), console: console, directory: directory,
      dataset: dataset)
    try tour.run()
    if keeping {
      try tour.tell("Kept is the finished store, as it is after all seven steps; to look into it:")
      try tour.show("export KVCLI_STORE=\(settings.path)")
    }
    return .done(printed: true)
  }
}

/// The real input that comes with the package.
enum Dataset {
  private static let relativePath = "Fixtures/Datasets/unicode-names.tsv"

  /// Where the names of all Unicode characters are: below the current directory, or in the package
  /// that this file was built from.
  static func unicodeNames(sourceFile: String = #filePath) throws(StoreError) -> String {
    if Platform.exists(relativePath) { return relativePath }
    let package = sourceFile.split(separator: "/").dropLast(4).joined(separator: "/")
    let path = "/\(package)/\(relativePath)"
    guard Platform.exists(path) else {
      throw .invalidArgument(
        "\(relativePath) is not there; run the tour in the directory of the package")
    }
    return path
  }
}
