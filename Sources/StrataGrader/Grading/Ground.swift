/// The directory of one grading.
///
/// A grading that is killed leaves it behind, and the next one removes it: whoever grades holds a lock on it,
/// and the system takes that away from the dead. Other computers, which may share the folder, do not see the lock;
/// so each looks at its own only. Where nothing can be locked, nothing is removed.
struct Ground {
  let path: String
  private let lock: Int32?

  private static let name = "kvgrade-ground-\(System.hostName)"
  /// One that was made just now may not be locked yet.
  static let graceSeconds = 60

  /// A new one in a folder, in which forsaken ones are removed; nil when none can be made.
  init?(in folder: String = System.temporaryFolder) {
    for name in System.names(in: folder) where name.hasPrefix("\(Self.name)-") {
      Self.removeIfForsaken("\(folder)/\(name)")
    }
    guard let path = System.makeTemporaryDirectory(Self.name, in: folder) else { return nil }
    self.path = path
    lock = System.lockDirectory(path)
  }

  /// Removes it with all that is in it.
  func remove() {
    System.remove(path)
    if let lock { System.closeDescriptor(lock) }
  }

  private static func removeIfForsaken(_ path: String) {
    guard System.ownerOfPath(path) == System.userIdentifier,
      let age = System.secondsSinceChange(of: path), age > graceSeconds,
      let lock = System.lockDirectory(path)
    else { return }
    System.remove(path)
    System.closeDescriptor(lock)
  }
}
