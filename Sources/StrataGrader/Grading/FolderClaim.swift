import StrataConfinement

/// The right to fill a folder that several processes want: of whoever makes it, or of whoever finds that its
/// maker is gone.
///
/// The maker holds a lock on it, which the system takes away from the dead. Where nothing can be locked, a folder
/// whose maker was killed has to be removed by hand.
struct FolderClaim {
  private let lock: Int32?

  private static let graceSeconds = 2

  /// Nil while somebody else fills it, or when it is somebody else's.
  init?(_ folder: String) {
    if System.makeNewDirectory(folder) {
      lock = System.lockDirectory(folder)
    } else if let forsaken = System.lockForsaken(folder, after: Self.graceSeconds) {
      lock = forsaken
    } else {
      return nil
    }
  }

  /// Lets go of it.
  func end() {
    if let lock { System.closeDescriptor(lock) }
  }
}
