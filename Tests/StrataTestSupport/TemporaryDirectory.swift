import Foundation

/// Gives `body` the path of a new, empty directory, and removes it with all it holds afterwards.
///
/// A function and not an object: an object's last use, and with it the removal, may come earlier than
/// a reader expects.
///
///     try withTemporaryDirectory { path in … }
public func withTemporaryDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
  let path = try makeTemporaryDirectory()
  defer { removeTemporaryDirectory(path) }
  return try body(path)
}

/// The same around something that waits.
public func withTemporaryDirectory<Result>(
  isolation: isolated (any Actor)? = #isolation, _ body: (String) async throws -> Result
) async throws -> Result {
  let path = try makeTemporaryDirectory()
  defer { removeTemporaryDirectory(path) }
  return try await body(path)
}

private func makeTemporaryDirectory() throws -> String {
  let path = URL.temporaryDirectory.appending(path: "strata-test-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  return path
}

private func removeTemporaryDirectory(_ path: String) {
  do { try FileManager.default.removeItem(atPath: path) } catch {
    print("\(path) could not be removed: \(error)")
  }
}

/// Copies a directory and all it holds; the target must not exist yet.
///
/// Of a store that is open and at rest, the copy is what `kill -9` would have left behind.
public func copyFiles(from source: String, to target: String) throws {
  try FileManager.default.copyItem(atPath: source, toPath: target)
}
