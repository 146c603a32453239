import StrataConfinement

/// Something to find for those who look, and traces of those who do.
struct DoctorCanary: Sendable {
  /// The name of the folder in fixtures; the real one is nobody else's.
  static let name = "kvgrade-canary"
  /// A text that no report may hold.
  private static let secret = "canary-7f3a91"
  /// A number of seconds that nothing but an attack sleeps.
  private static let nap = "987654"
  /// What a grader has in its environment and a submission must not.
  static let variable = "CANARY=\(secret)"

  /// The name of the folder.
  let folderName = "\(name)-\(System.processIdentifier)"
  private var folder: String { "/tmp/\(folderName)" }

  /// Lays it out.
  func lay() {
    remove()
    System.makeDirectory(folder)
    System.write(Array(Self.secret.utf8), toFile: "\(folder)/secret")
  }

  /// Takes it away.
  func remove() { System.remove(folder) }

  /// Lets the links of a fixture lead to where it lies; false when that failed.
  func replaceLinks(in path: String) -> Bool {
    switch System.status(path)?.kind {
    case .directory: System.names(in: path).allSatisfy { replaceLinks(in: "\(path)/\($0)") }
    case .link: System.replaceLink(path, by: "\(folder)/secret")
    default: true
    }
  }

  /// Writes a course with a secret, and with little time for those who never answer; false when that failed.
  func writeCourse(toFile path: String, adding lines: [String]) -> Bool {
    let text = ["name Doctor", "secret \(Self.secret)", "limit seconds 5"] + lines
    return System.write(Array(text.joined(separator: "\n").utf8), toFile: path)
  }

  /// That somebody wrote where the secret lies, as a sentence; it lies there as before then.
  func wasTouched() -> [String] {
    if System.names(in: folder) == ["secret"] { return [] }
    lay()
    return ["It wrote where it should not even read."]
  }

  /// The files that a user left in the directory for temporary ones, as a sentence; they are removed.
  func litter(of user: UInt32?) -> [String] {
    guard let user else { return [] }
    let folder = "/tmp"
    let names = System.names(in: folder).filter { System.ownerOfPath("\(folder)/\($0)") == user }
    for name in names { System.remove("\(folder)/\(name)") }
    return names.isEmpty ? [] : ["It left \(names.joined(separator: ", ")) in \(folder)."]
  }

  /// A process that a submission has left: any of its user, if it had one of its own, or one that sleeps.
  ///
  /// Those of a user are ended: whoever starts the doctor does not want to keep them.
  func processLeft(by user: UInt32?) -> String? {
    guard let user else { return System.commandLines().first { $0.contains(Self.nap) } }
    let left = System.processes(of: user)
    for process in left { System.end(process.identifier) }
    return left.first?.line
  }
}
