#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Locks, which end with the process that holds them.
extension System {
  /// Locks a directory, for as long as the descriptor is open; nil when somebody else has locked it.
  package static func lockDirectory(_ path: String) -> Int32? {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return descriptor }
    close(descriptor)
    return nil
  }

  /// Makes and locks a file, once nobody else has locked it; nil when that took too long or cannot be.
  package static func lockFile(_ path: String, waitingAtMost limit: Double) -> Int32? {
    let deadline = seconds + limit
    repeat {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
      guard descriptor >= 0 else { return nil }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
        // Who had it before may have removed it since it was opened here: then it keeps nobody out.
        var info = stat()
        if fstat(descriptor, &info) == 0, info.st_nlink > 0 { return descriptor }
      } else {
        pause(milliseconds: 10)
      }
      close(descriptor)
    } while seconds < deadline
    return nil
  }

  /// Locks a directory of this user that its maker has left behind; nil while somebody else has locked it.
  ///
  /// - Parameter seconds: so long nothing may have happened in it: one that was made just now may not be locked yet.
  package static func lockForsaken(_ path: String, after seconds: Int) -> Int32? {
    guard ownerOfPath(path) == userIdentifier, let lock = lockDirectory(path) else { return nil }
    if let still = secondsSinceChange(of: path), still > seconds { return lock }
    closeDescriptor(lock)
    return nil
  }
}
