/// The right to fill a folder that several processes want: of whoever makes it, or of whoever finds that its
/// maker is gone.
///
/// The maker holds a lock on it, which the system takes away from the dead. Where nothing can be locked, a folder
/// whose maker was killed has to be removed by hand.
struct FolderClaim {
  private let lock: Int32?

  /// A folder that was made just now may not be locked yet.
  private static let graceSeconds = 2

  /// Nil while somebody else fills it, or when it is somebody else's.
  init?(_ folder: String) {
    let isNew = System.makeNewDirectory(folder)
    guard isNew || System.ownerOfPath(folder) == System.userIdentifier else { return nil }
    lock = System.lockDirectory(folder)
    guard !isNew else { return }
    guard let lock else { return nil }
    if let age = System.secondsSinceChange(of: folder), age > Self.graceSeconds { return }
    System.closeDescriptor(lock)
    return nil
  }

  /// Lets go of it.
  func end() {
    if let lock { System.closeDescriptor(lock) }
  }
}
