#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension System {
  /// Removes a path and all below it, following no link; what cannot be removed stays.
  ///
  /// Whoever made what lies there may be hostile, and may still run. So it goes down by descriptors, never by
  /// paths: a folder that becomes a link in the meantime leads nowhere, nor does one that may not be changed.
  public static func remove(_ path: String) {
    Removal(of: path)?.run()
  }

  /// The removal of one tree.
  private struct Removal {
    private let path: String
    private let root: Int32
    /// A tree may be deeper than there are descriptors: what lies deeper than this is moved up first.
    private static let deepest = 64

    /// Nil when nothing is left to be done: it was no folder, or is none that may be looked into.
    init?(of path: String) {
      guard unlink(path) != 0, let root = System.openFolder(Array(path.utf8CString), in: AT_FDCWD)
      else { return nil }
      self.path = path
      self.root = root
    }

    func run() {
      // Each round removes what the one before has moved up; somebody may still add more.
      var names = System.names(inFolder: root)
      for _ in 0..<10_000 where !names.isEmpty {
        for name in names { remove(name, in: root, depth: 0) }
        let left = System.names(inFolder: root)
        if left == names { break }
        names = left
      }
      close(root)
      rmdir(path)
    }

    private func remove(_ name: [CChar], in folder: Int32, depth: Int) {
      if unlinkat(folder, name, 0) == 0 { return }
      if depth == Self.deepest {
        // A name that nothing in the root has: the number of what is moved is its own.
        var info = stat()
        guard fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0 else { return }
        renameat(folder, name, root, "deep-\(info.st_ino)-\(getpid())")
        return
      }
      guard let inner = System.openFolder(name, in: folder) else { return }
      for child in System.names(inFolder: inner) { remove(child, in: inner, depth: depth + 1) }
      close(inner)
      unlinkat(folder, name, AT_REMOVEDIR)
    }
  }

  /// Opens a folder that is no link, and takes the right to change it; nil when it is something else.
  private static func openFolder(_ name: [CChar], in folder: Int32) -> Int32? {
    var info = stat()
    guard fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0, info.st_mode & S_IFMT == S_IFDIR
    else { return nil }
    if info.st_mode & S_IRWXU != S_IRWXU {
      _ = fchmodat(folder, name, 0o700, AT_SYMLINK_NOFOLLOW)
    }
    let descriptor = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    return descriptor >= 0 ? descriptor : nil
  }

  /// The names in an open folder.
  private static func names(inFolder descriptor: Int32) -> [[CChar]] {
    // A new description: the place in the list is its own, and closing the list leaves the folder open.
    let own = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard own >= 0 else { return [] }
    guard let listing = fdopendir(own) else {
      close(own)
      return []
    }
    defer { closedir(listing) }
    return names(of: listing)
  }
}
