import StrataConfinement

/// The directory of one grading.
///
/// A grading that is killed leaves it behind, and the next one removes it: whoever grades holds a lock on it,
/// and the system takes that away from the dead. Other computers, which may share the folder, do not see the lock;
/// so each looks at its own only. Where nothing can be locked, nothing is removed.
struct Ground {
  let path: String
  private let lock: Int32?

  private static let name = "kvgrade-ground-\(System.hostName)"
  static let graceSeconds = 60

  /// A new one in a folder, in which forsaken ones are removed; nil when none can be made.
  init?(in folder: String = System.temporaryFolder) {
    for name in System.names(in: folder) where name.hasPrefix("\(Self.name)-") {
      let path = "\(folder)/\(name)"
      guard let lock = System.lockForsaken(path, after: Self.graceSeconds) else { continue }
      System.remove(path)
      System.closeDescriptor(lock)
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
}
