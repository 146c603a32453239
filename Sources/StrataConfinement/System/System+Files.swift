#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What the grader asks of the operating system about files.
extension System {
  /// What kind of thing a path names; a symbolic link is a link, whatever it leads to.
  package enum Kind { case file, directory, link, other }

  /// The names in a directory, sorted; none when it cannot be read.
  package static func names(in path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    return names(of: directory).map(string).sorted()
  }

  #if canImport(Darwin)
    package typealias Listing = UnsafeMutablePointer<DIR>
  #else
    package typealias Listing = OpaquePointer
  #endif

  /// The names in an open listing, as the system has them: not all are text.
  package static func names(of listing: Listing) -> [[CChar]] {
    var names: [[CChar]] = []
    while let entry = readdir(listing) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        $0.prefix { $0 != 0 }.map { CChar(bitPattern: $0) } + [0]
      }
      let dot = CChar(bitPattern: UInt8(ascii: "."))
      if name != [dot, 0] && name != [dot, dot, 0] { names.append(name) }
    }
    return names
  }

  /// The kind and the size of what has this path; nil when nothing has.
  package static func status(_ path: String) -> (kind: Kind, size: Int)? {
    var info = stat()
    guard lstat(path, &info) == 0 else { return nil }
    let kind: Kind =
      switch info.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .directory
      case S_IFLNK: .link
      default: .other
      }
    return (kind, Int(info.st_size))
  }

  /// True when something has this path, links followed.
  public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// True when this is the path of a directory, links followed.
  public static func isDirectory(_ path: String) -> Bool {
    var info = stat()
    return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
  }

  /// The user to whom a path belongs.
  package static func ownerOfPath(_ path: String) -> UInt32? {
    var info = stat()
    return lstat(path, &info) == 0 ? info.st_uid : nil
  }

  /// How long nothing in a directory has come or gone; nil when it cannot be seen.
  package static func secondsSinceChange(of path: String) -> Int? {
    var info = stat()
    guard lstat(path, &info) == 0 else { return nil }
    #if canImport(Darwin)
      return now - Int(info.st_mtimespec.tv_sec)
    #else
      return now - Int(info.st_mtim.tv_sec)
    #endif
  }

  /// The path without links and dots; nil when nothing has it.
  public static func realPath(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }

  /// The bytes of a regular file that is no link, at most so many; nil when it cannot be read.
  public static func contents(_ path: String, atMost limit: Int = 1 << 26) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var info = stat()
    guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
    var bytes: [UInt8] = []
    while bytes.count < limit {
      let some = readSome(descriptor)
      if some.isEmpty { break }
      bytes += some
    }
    return Array(bytes.prefix(limit))
  }

  /// The text of a file; nil when it cannot be read or is no text.
  public static func text(_ path: String) -> String? {
    contents(path).flatMap { String(validating: $0, as: UTF8.self) }
  }

  /// Writes a file, and makes the folders in which it lies; false when that failed.
  ///
  /// - Precondition: the path has a slash.
  @discardableResult public static func place(
    _ bytes: [UInt8], at path: String, executable: Bool = false
  ) -> Bool {
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    return makeDirectory(folder.joined(separator: "/"))
      && write(bytes, toFile: path, executable: executable)
  }

  /// Writes a file anew: first under another name, so that nobody sees half of it; false when that failed.
  @discardableResult public static func write(
    _ bytes: [UInt8], toFile path: String, executable: Bool = false
  ) -> Bool {
    let temporary = "\(path).\(getpid()).new"
    let mode: mode_t = executable ? 0o755 : 0o644
    let descriptor = open(
      temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode)
    guard descriptor >= 0 else { return false }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        pwrite(
          descriptor, $0.baseAddress?.advanced(by: written), bytes.count - written, off_t(written))
      }
      if count <= 0 {
        if errno == EINTR { continue }
        break
      }
      written += count
    }
    let isClosed = close(descriptor) == 0
    guard written == bytes.count, isClosed, rename(temporary, path) == 0 else {
      unlink(temporary)
      return false
    }
    return true
  }

  /// Makes a directory and those above it; false when there is none afterwards.
  @discardableResult public static func makeDirectory(_ path: String) -> Bool {
    if isDirectory(path) { return true }
    let parts = path.split(separator: "/", omittingEmptySubsequences: true)
    var above = path.hasPrefix("/") ? "" : "."
    for part in parts {
      above += "/\(part)"
      if mkdir(above, 0o755) != 0 && errno != EEXIST { return false }
    }
    return isDirectory(path)
  }

  /// Makes a directory into which nobody else may look; false when it is there already, or cannot be made.
  @discardableResult package static func makePrivateDirectory(_ path: String) -> Bool {
    mkdir(path, 0o700) == 0
  }

  /// Where temporary files lie.
  public static var temporaryFolder: String { environment("TMPDIR") ?? "/tmp" }

  /// Makes a new, empty directory that others may pass through; nil when that failed.
  public static func makeTemporaryDirectory(
    _ name: String, in folder: String = temporaryFolder
  ) -> String? {
    var template = Array("\(folder)/\(name)-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { return nil }
    let path = string(template)
    chmod(path, 0o711)
    return realPath(path)
  }

  /// Gives a path to another user, who alone may look into it.
  @discardableResult public static func give(_ path: String, to user: UInt32) -> Bool {
    chown(path, user, user) == 0 && chmod(path, 0o700) == 0
  }

  /// The bytes of all files below a path, and how many files and directories there are.
  package static func usage(of path: String) -> (bytes: Int, entries: Int) {
    var total = (bytes: 0, entries: 0)
    for name in names(in: path) {
      let child = "\(path)/\(name)"
      guard let found = status(child) else { continue }
      total.entries += 1
      if found.kind == .directory {
        let below = usage(of: child)
        total.bytes += below.bytes
        total.entries += below.entries
      } else {
        total.bytes += found.size
      }
    }
    return total
  }

  /// Lets every user read what is below a path, and pass through its folders.
  package static func openToAll(_ path: String) {
    guard let found = status(path), found.kind != .link else { return }
    guard found.kind == .directory else {
      chmod(path, 0o644)
      return
    }
    chmod(path, 0o755)
    for name in names(in: path) { openToAll("\(path)/\(name)") }
  }

  /// Makes a directory that must not be there yet; false when it is, or cannot be made.
  package static func makeNewDirectory(_ path: String) -> Bool { mkdir(path, 0o755) == 0 }

  /// The file of a program, where every user may run it.
  ///
  /// Root's submissions run as other users, who may not be able to pass through the folders in which the
  /// program lies: then it is a copy.
  package static func shared(_ program: String) -> String {
    var info = stat()
    guard isSuperuser, stat(program, &info) == 0 else { return program }
    #if canImport(Darwin)
      let changed = info.st_mtimespec
    #else
      let changed = info.st_mtim
    #endif
    let key = "\(info.st_size)-\(changed.tv_sec)-\(changed.tv_nsec)"
    let copy = "\(temporaryFolder)/kvgrade-program-\(userIdentifier)-\(key)"
    if ownerOfPath(copy) == userIdentifier, status(copy)?.size == Int(info.st_size) { return copy }
    guard let bytes = contents(program, atMost: 1 << 30),
      write(bytes, toFile: copy, executable: true)
    else { return program }
    return copy
  }

  /// Copies regular files, folders and links, and nothing else; false when something could not be copied.
  package static func copyTree(_ path: String, to copy: String) -> Bool {
    switch status(path)?.kind {
    case .directory:
      return makeDirectory(copy)
        && names(in: path).allSatisfy { copyTree("\(path)/\($0)", to: "\(copy)/\($0)") }
    case .file: return contents(path).map { write($0, toFile: copy) } ?? false
    case .link: return copyLink(path, to: copy)
    default: return true
    }
  }

  /// Makes a link that leads where another one leads; false when that failed.
  package static func copyLink(_ path: String, to copy: String) -> Bool {
    var target = [CChar](repeating: 0, count: 4097)
    return readlink(path, &target, 4096) > 0 && symlink(target, copy) == 0
  }

  /// Lets a link lead to something else; false when that failed.
  package static func replaceLink(_ path: String, by target: String) -> Bool {
    unlink(path) == 0 && symlink(target, path) == 0
  }
}
