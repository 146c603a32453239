/// The file system of this computer.
///
/// Files are made with mode 0600 and directories with 0700: what a store holds is its owner's.
public struct LocalFileSystem: FileSystem {
  /// The file system; it has no state of its own.
  public init() {}

  /// Opens a directory, first making it and syncing its parent when it is missing and `creating`.
  public func openDirectory(
    _ path: String, creating: Bool
  ) throws(StoreError) -> any Directory {
    guard !path.isEmpty else { throw .invalidArgument("the path of the store is empty") }
    guard !path.utf8.contains(0) else {
      throw .invalidArgument("the path of the store holds a NUL byte")
    }
    do throws(StoreError) {
      let directory = LocalDirectory(path: path, descriptor: try SystemCalls.openDirectory(path))
      // An empty directory may have been made by a process that died before it could sync its name;
      // whoever put a file into it has done so.
      if creating, try directory.names().isEmpty { try Self.syncName(of: path, isOurs: false) }
      return directory
    } catch {
      guard error.isMissingFile else { throw error }
      guard creating else { throw .notFound(path: path) }
    }
    try SystemCalls.makeDirectory(path)
    try Self.syncName(of: path, isOurs: true)
    return LocalDirectory(path: path, descriptor: try SystemCalls.openDirectory(path))
  }

  /// Makes the directory's name durable in its parent.
  ///
  /// A parent that we may not open is an error only when we made a name in it.
  private static func syncName(of path: String, isOurs: Bool) throws(StoreError) {
    let parent = parent(of: path)
    let descriptor: Int32
    do throws(StoreError) {
      descriptor = try SystemCalls.openDirectory(parent)
    } catch {
      if isOurs { throw error }
      return
    }
    defer { SystemCalls.closeQuietly(descriptor) }
    try SystemCalls.syncDirectory(descriptor, path: parent)
  }

  private static func parent(of path: String) -> String {
    var bytes = Array(path.utf8)
    while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == 0 ? "/" : String(decoding: bytes[..<slash], as: UTF8.self)
  }
}

/// A directory on this computer; owns one descriptor, and with it the lock.
final class LocalDirectory: Directory, @unchecked Sendable {
  let path: String
  private let descriptor: Int32
  private let closing = Lock()
  private var isClosed = false  // guarded by `closing`

  init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close() }

  private func place(_ name: String) -> String {
    path.hasSuffix("/") ? path + name : "\(path)/\(name)"
  }

  func lock() throws(StoreError) { try SystemCalls.lock(descriptor, path: path) }

  func names() throws(StoreError) -> [String] {
    try SystemCalls.names(in: descriptor, path: path)
  }

  func create(
    _ name: String, appendingBy method: AppendMethod
  ) throws(StoreError) -> any WritableFile {
    let file = try SystemCalls.create(name, in: descriptor, path: place(name))
    return LocalWritableFile(path: place(name), descriptor: file, size: 0, method)
  }

  func openForAppending(
    _ name: String, by method: AppendMethod
  ) throws(StoreError) -> any WritableFile {
    let path = place(name)
    let file = try SystemCalls.openFile(name, in: descriptor, path: path, forWriting: true)
    let size: Int
    do throws(StoreError) {
      size = try SystemCalls.status(of: file, path: path).size
    } catch {
      SystemCalls.closeQuietly(file)
      throw error
    }
    return LocalWritableFile(path: path, descriptor: file, size: size, method)
  }

  private static let largePage = 2 << 20

  func read(_ name: String) throws(StoreError) -> FileContents {
    let path = place(name)
    let file = try SystemCalls.openFile(name, in: descriptor, path: path, forWriting: false)
    defer { SystemCalls.closeQuietly(file) }
    let size = try SystemCalls.status(of: file, path: path).size
    // A log may be large. Page by page, the system would need as long to find memory as to copy into it.
    let isLarge = size >= 2 * Self.largePage
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: size, alignment: isLarge ? Self.largePage : 16)
    if isLarge { SystemCalls.preferLargePages(memory) }
    do throws(StoreError) {
      try SystemCalls.read(into: memory, from: file, at: 0, path: path)
    } catch {
      memory.deallocate()
      throw error
    }
    return FileContents(path: path, bytes: ByteView(UnsafeRawBufferPointer(memory))) {
      memory.deallocate()
    }
  }

  func openForReading(_ name: String) throws(StoreError) -> any ReadableFile {
    let path = place(name)
    return LocalReadableFile(
      path: path,
      descriptor: try SystemCalls.openFile(name, in: descriptor, path: path, forWriting: false))
  }

  func map(_ name: String) throws(StoreError) -> FileContents {
    let path = place(name)
    let file = try SystemCalls.openFile(name, in: descriptor, path: path, forWriting: false)
    defer { SystemCalls.closeQuietly(file) }
    let size = try SystemCalls.status(of: file, path: path).size
    guard size > 0 else { return FileContents(path: path, bytes: .empty) {} }
    let bytes = try SystemCalls.map(file, size: size, path: path)
    return FileContents(
      path: path, bytes: bytes, evict: SystemCalls.evict, release: { SystemCalls.unmap(bytes) })
  }

  func rename(_ old: String, to new: String) throws(StoreError) {
    try SystemCalls.rename(old, to: new, in: descriptor, path: place(old))
  }

  func remove(_ name: String) throws(StoreError) {
    try SystemCalls.remove(name, in: descriptor, path: place(name))
  }

  func link(_ name: String, into target: any Directory) throws(StoreError) {
    guard let target = target as? LocalDirectory else {
      throw .invalidArgument("a file can only be linked within one file system")
    }
    try SystemCalls.link(
      name, in: descriptor, into: target.descriptor, path: target.place(name))
  }

  func sync() throws(StoreError) { try SystemCalls.syncDirectory(descriptor, path: path) }

  func close() {
    closing.withLock {
      guard !isClosed else { return }
      isClosed = true
      SystemCalls.unlock(descriptor)
      SystemCalls.closeQuietly(descriptor)
    }
  }
}
