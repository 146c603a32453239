import CIntrinsics

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Every call to the operating system about files, in one place.
///
/// Here and nowhere else: EINTR is repeated, a short write is continued, `errno` becomes a
/// `StoreError`, new files are private (0600) and closed on exec, and no symbolic link is followed
/// below a directory. Descriptors are plain `Int32`; the types in `LocalFileSystem.swift` own them.
///
/// **Linux and Darwin** differ in what "on disk" takes. Linux: `fdatasync` waits for the drive.
/// Darwin: `fsync` only reaches the drive's cache, so `fcntl(F_FULLFSYNC)` is used, and plain `fsync`
/// where a file system does not know it. `F_BARRIERFSYNC` orders writes without waiting, which is
/// less than an acknowledgement promises, so it is not used.
public enum SystemCalls {
  /// What kind of thing a path names, and how big it is.
  struct Status {
    var isRegular: Bool
    var size: Int
  }

  // MARK: Opening

  static func openDirectory(_ path: String) throws(StoreError) -> Int32 {
    try check("open", path) { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
  }

  static func makeDirectory(_ path: String) throws(StoreError) {
    try check("mkdir", path) { mkdir(path, 0o700) }
  }

  /// Creates a file that must not exist yet.
  static func create(_ name: String, in directory: Int32, path: String) throws(StoreError) -> Int32
  {
    try check("create", path) {
      openat(
        directory, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    }
  }

  /// Opens an existing regular file; a pipe or a device under its name neither blocks nor passes.
  static func openFile(
    _ name: String, in directory: Int32, path: String, forWriting: Bool
  ) throws(StoreError) -> Int32 {
    let access = forWriting ? O_RDWR : O_RDONLY
    let descriptor = try check("open", path) {
      openat(directory, name, access | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    }
    do throws(StoreError) {
      guard try status(of: descriptor, path: path).isRegular else {
        throw StoreError.corrupt(file: path, offset: 0, reason: "this is not a regular file")
      }
      return descriptor
    } catch {
      closeQuietly(descriptor)
      throw error
    }
  }

  static func status(of descriptor: Int32, path: String) throws(StoreError) -> Status {
    var info = stat()
    try check("fstat", path) { fstat(descriptor, &info) }
    return Status(isRegular: info.st_mode & S_IFMT == S_IFREG, size: Int(info.st_size))
  }

  static func closeQuietly(_ descriptor: Int32) { _ = close(descriptor) }

  static func closeFile(_ descriptor: Int32, path: String) throws(StoreError) {
    // Never repeated on EINTR: the descriptor is gone either way, and may be somebody else's by then.
    if close(descriptor) != 0, errno != EINTR { throw failure("close", path) }
  }

  // MARK: Reading and writing

  /// Writes all bytes from `offset` on.
  static func write(
    _ bytes: ByteView, to descriptor: Int32, at offset: Int, path: String
  ) throws(StoreError) {
    var written = 0
    while written < bytes.count {
      let rest = bytes.suffix(from: written)
      written += Int(
        try check("write", path) {
          pwrite(descriptor, rest.start, min(rest.count, 1 << 30), off_t(offset + written))
        })
    }
  }

  /// Fills the buffer from `offset`; fails when the file ends before.
  static func read(
    into buffer: UnsafeMutableRawBufferPointer, from descriptor: Int32, at offset: Int, path: String
  ) throws(StoreError) {
    var done = 0
    while done < buffer.count {
      let got = try check("read", path) {
        pread(
          descriptor, buffer.baseAddress?.advanced(by: done), min(buffer.count - done, 1 << 30),
          off_t(offset + done))
      }
      guard got > 0 else {
        throw StoreError.corrupt(
          file: path, offset: offset + done, reason: "the file became shorter while it was read")
      }
      done += got
    }
  }

  static func truncate(_ descriptor: Int32, to size: Int, path: String) throws(StoreError) {
    try check("truncate", path) { ftruncate(descriptor, off_t(size)) }
  }

  /// Returns when the file's bytes, and the size needed to read them, are on the drive.
  static func syncData(_ descriptor: Int32, path: String) throws(StoreError) {
    #if canImport(Darwin)
      try syncFully(descriptor, path: path)
    #else
      // Not through `check`: a sync is never repeated, not even after EINTR.
      if fdatasync(descriptor) != 0 { throw failure("fdatasync", path) }
    #endif
  }

  /// Returns when the directory's names are on the drive.
  static func syncDirectory(_ descriptor: Int32, path: String) throws(StoreError) {
    #if canImport(Darwin)
      try syncFully(descriptor, path: path)
    #else
      if fsync(descriptor) != 0 { throw failure("fsync", path) }
    #endif
  }

  #if canImport(Darwin)
    private static func syncFully(_ descriptor: Int32, path: String) throws(StoreError) {
      if fcntl(descriptor, F_FULLFSYNC) == 0 { return }
      guard errno == ENOTSUP || errno == EINVAL || errno == ENOTTY else {
        throw failure("fcntl(F_FULLFSYNC)", path)
      }
      if fsync(descriptor) != 0 { throw failure("fsync", path) }
    }
  #endif

  /// The size of a page of memory, a power of two.
  static let pageSize = Int(getpagesize())

  /// Lengthens a file by a range of zeros that has its place on the drive already.
  ///
  /// - Returns: false when the file system cannot do that.
  static func reserve(
    _ descriptor: Int32, _ range: Range<Int>, path: String
  ) throws(StoreError) -> Bool {
    #if canImport(Darwin)
      // APFS writes a page to a new place, reserved or not: a store could still meet a full drive.
      return false
    #else
      do throws(StoreError) {
        try check("fallocate", path) {
          strata_reserve(descriptor, range.lowerBound, range.count)
        }
        return true
      } catch {
        if case .io(_, _, let code) = error, code == EOPNOTSUPP || code == ENOSYS { return false }
        throw error
      }
    #endif
  }

  /// Maps a reserved range of a file, which begins at a page, for reading and writing.
  static func mapForWriting(
    _ descriptor: Int32, _ range: Range<Int>, path: String
  ) throws(StoreError) -> UnsafeMutableRawBufferPointer {
    let access = PROT_READ | PROT_WRITE
    guard
      let base = mmap(
        nil, range.count, access, MAP_SHARED, descriptor, off_t(range.lowerBound)),
      base != MAP_FAILED
    else { throw failure("mmap", path) }
    #if !canImport(Darwin)
      // All pages in one call and not one fault for each; older systems know no such advice, and it is
      // not needed.
      let populateForWriting: Int32 = 23  // MADV_POPULATE_WRITE, since Linux 5.14
      _ = madvise(base, range.count, populateForWriting)
    #endif
    return UnsafeMutableRawBufferPointer(start: base, count: range.count)
  }

  /// Maps a whole file for reading; `size` must be its size and not 0.
  static func map(_ descriptor: Int32, size: Int, path: String) throws(StoreError) -> ByteView {
    guard let base = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0), base != MAP_FAILED
    else { throw failure("mmap", path) }
    return ByteView(start: base, count: size)
  }

  /// Asks for memory in large pages, where the system has any; refused, it is as it was.
  package static func preferLargePages(_ memory: UnsafeMutableRawBufferPointer) {
    #if !canImport(Darwin)
      let hugePage: Int32 = 14  // MADV_HUGEPAGE
      _ = madvise(memory.baseAddress, memory.count, hugePage)
    #endif
  }

  static func unmap(_ bytes: ByteView) {
    _ = munmap(UnsafeMutableRawPointer(mutating: bytes.start), bytes.count)
  }

  /// Takes pages of a mapping out of this process's memory; the next access brings them back.
  static func evict(_ bytes: ByteView) {
    _ = madvise(UnsafeMutableRawPointer(mutating: bytes.start), bytes.count, MADV_DONTNEED)
  }

  // MARK: Names

  static func names(in directory: Int32, path: String) throws(StoreError) -> [String] {
    // A descriptor of its own, so that reading positions are not shared with other listings.
    let descriptor = try check("open", path) {
      openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }
    guard let stream = fdopendir(descriptor) else {
      let error = failure("fdopendir", path)
      closeQuietly(descriptor)
      throw error
    }
    defer { closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw failure("readdir", path) }
        break
      }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  static func rename(
    _ old: String, to new: String, in directory: Int32, path: String
  ) throws(StoreError) {
    try check("rename", path) { renameat(directory, old, directory, new) }
  }

  static func remove(_ name: String, in directory: Int32, path: String) throws(StoreError) {
    try check("remove", path) { unlinkat(directory, name, 0) }
  }

  static func link(
    _ name: String, in directory: Int32, into target: Int32, path: String
  ) throws(StoreError) {
    try check("link", path) { linkat(directory, name, target, name, 0) }
  }

  /// Takes the exclusive lock that belongs to the open descriptor; the kernel releases it with it.
  static func lock(_ descriptor: Int32, path: String) throws(StoreError) {
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      if errno == EINTR { continue }
      throw errno == EWOULDBLOCK ? StoreError.locked(path: path) : failure("flock", path)
    }
  }

  /// Gives the lock back at once.
  ///
  /// Closing the descriptor would too, but not while a child that was just forked still has a copy of it.
  static func unlock(_ descriptor: Int32) { _ = flock(descriptor, LOCK_UN) }

  // MARK: Errors

  /// The operating system's words for an error number.
  public static func describe(errno code: Int32) -> String {
    var text = [CChar](repeating: 0, count: 256)
    if strerror_r(code, &text, text.count) == 0 {
      return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    return "error \(code)"
  }

  /// Runs a call that answers −1 on failure, again when a signal interrupted it.
  @discardableResult
  static func check<Answer: SignedInteger>(
    _ call: String, _ path: String, _ body: () -> Answer
  ) throws(StoreError) -> Answer {
    while true {
      let answer = body()
      if answer != -1 { return answer }
      if errno != EINTR { throw failure(call, path) }
    }
  }

  private static func failure(_ call: String, _ path: String) -> StoreError {
    let code = errno
    return code == ENOSPC || code == EDQUOT
      ? .noSpace(path: path) : .io(call: call, path: path, errno: code)
  }
}

extension StoreError {
  /// True when a file or directory was missing.
  public var isMissingFile: Bool {
    if case .io(_, _, let code) = self { return code == ENOENT }
    return false
  }

  /// True when two directories lie on different file systems, so that no link can join them.
  public var isAcrossDevices: Bool {
    if case .io(_, _, let code) = self { return code == EXDEV || code == EPERM || code == EMLINK }
    return false
  }
}
