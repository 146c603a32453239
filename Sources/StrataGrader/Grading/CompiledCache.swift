import StrataConfinement

/// What was compiled before, by the text that it was made of: the same text is not compiled twice.
///
///     5f0c….StrataRungs.o     5f0c….StrataRungs.swiftmodule     a module that was handed in
///     91ab…                                                     a host
///     91ab….lock                                                somebody is making it
///
/// Who hands in again with one of two modules changed, or is graded by another course, finds the rest here; and
/// a module that nobody has touched yet is compiled once for all. A key covers each byte that a submission gives
/// the compiler, and only the grader writes here: nobody can put down what another one would be given.
///
/// - Invariant: no more than `budget` bytes after each addition; the oldest files go first.
struct CompiledCache: Sendable {
  /// Where the files lie; its owner alone may look into it.
  let folder: String
  /// Bytes; a host takes 13 MB, a module 2.
  var budget = 1 << 30

  /// The key of a thing that is made of named pieces.
  static func key(_ name: String, _ pieces: [(path: String, bytes: [UInt8])]) -> String {
    var fingerprint = Fingerprint()
    fingerprint.add(name: name, [])
    for piece in pieces { fingerprint.add(name: piece.path, piece.bytes) }
    return fingerprint.hexadecimal()
  }

  /// Does the body while nobody else does one for the same key: who comes second finds here what the first made.
  ///
  /// A lock ends with the process that holds it. Who has waited for so many seconds makes the same once more.
  func alone<Result>(
    making key: String, waitingAtMost seconds: Int, _ body: () -> Result
  ) -> Result {
    let path = "\(folder)/\(key)\(Self.lockSuffix)"
    let lock = System.lockFile(path, waitingAtMost: Double(seconds))
    defer {
      if let lock {
        System.remove(path)
        System.closeDescriptor(lock)
      }
    }
    return body()
  }

  private static let lockSuffix = ".lock"

  /// Copies files from here under other names into a folder; false when not all of them are here.
  func take(_ kept: [String], as names: [String], in target: String) -> Bool {
    let contents = kept.compactMap { System.contents("\(folder)/\($0)", atMost: 256 << 20) }
    guard contents.count == kept.count else { return false }
    return zip(contents, names).allSatisfy { bytes, name in
      System.place(bytes, at: "\(target)/\(name)", executable: true)
    }
  }

  /// Copies files of a folder here, and removes the oldest where that is too much.
  ///
  /// What cannot be kept is made again: that is no trouble of a grading.
  func keep(_ kept: [String], of names: [String], in source: String) {
    for (file, name) in zip(kept, names) {
      guard let bytes = System.contents("\(source)/\(name)", atMost: 256 << 20) else { return }
      System.write(bytes, toFile: "\(folder)/\(file)")
    }
    let names = System.names(in: folder).filter { !$0.hasSuffix(Self.lockSuffix) }
    var files = names.map { name in
      (
        path: "\(folder)/\(name)", size: System.status("\(folder)/\(name)")?.size ?? 0,
        age: System.secondsSinceChange(of: "\(folder)/\(name)") ?? 0
      )
    }.sorted { $0.age < $1.age }
    var total = files.reduce(0) { $0 + $1.size }
    while total > budget, let oldest = files.popLast() {
      System.remove(oldest.path)
      total -= oldest.size
    }
  }
}
