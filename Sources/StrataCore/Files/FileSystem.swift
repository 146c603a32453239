/// The one border between a store and a disk.
///
/// Engines do not know files; they know these protocols. Behind them stands the real file system
/// (`LocalFileSystem`), or a simulated one that can lose what a power cut may lose. The border is
/// coarse: whole runs of records, whole files, never a byte or a key at a time, so that the call
/// costs nothing beside the work behind it.
///
/// A store is one flat directory. Names are plain file names; none of these calls follows a symbolic
/// link or leaves the directory.
///
/// - Throws: every call throws `StoreError.io` or `.noSpace` with the path and the system's reason.
public protocol FileSystem: Sendable {
  /// Opens a directory, first making it when it is missing and `creating`.
  ///
  /// When `creating`, the name of an empty directory is durable afterwards, whoever made it.
  ///
  /// - Throws: `StoreError.notFound` when it is missing and not to be created.
  func openDirectory(_ path: String, creating: Bool) throws(StoreError) -> any Directory
}

/// An open directory: names, and the files behind them.
///
/// Safe to use from any number of threads. What was *changed* (a name created, renamed or removed)
/// survives a power cut only after `sync`.
public protocol Directory: AnyObject, Sendable {
  /// The path it was opened with, for messages.
  var path: String { get }

  /// Takes the store's exclusive lock, held until `close`, or until the process ends in any way.
  ///
  /// - Throws: `StoreError.locked` when another opening has it, in this process or another.
  func lock() throws(StoreError)

  /// All names, sorted.
  func names() throws(StoreError) -> [String]

  /// Creates an empty file to append to. Never replaces: a file of that name is an error.
  func create(
    _ name: String, appendingBy method: AppendMethod
  ) throws(StoreError) -> any WritableFile

  /// Opens an existing file to append to.
  func openForAppending(
    _ name: String, by method: AppendMethod
  ) throws(StoreError) -> any WritableFile

  /// Reads a whole file into memory.
  func read(_ name: String) throws(StoreError) -> FileContents

  /// Opens an existing file to read pieces of it, while it may still grow.
  func openForReading(_ name: String) throws(StoreError) -> any ReadableFile

  /// Maps a file that will not change any more.
  func map(_ name: String) throws(StoreError) -> FileContents

  /// Gives a file another name, replacing what had it, in one step.
  func rename(_ old: String, to new: String) throws(StoreError)

  /// Takes a name away.
  func remove(_ name: String) throws(StoreError)

  /// Gives a file the same name in another directory too (a hard link): a copy that costs nothing.
  func link(_ name: String, into target: any Directory) throws(StoreError)

  /// Returns when all changes of names before it will survive a power cut.
  func sync() throws(StoreError)

  /// Gives back descriptor and lock. Harmless when repeated.
  func close()
}

extension Directory {
  /// Creates an empty file, each append to which is a call.
  public func create(_ name: String) throws(StoreError) -> any WritableFile {
    try create(name, appendingBy: .writing)
  }

  /// Opens an existing file, each append to which is a call.
  public func openForAppending(_ name: String) throws(StoreError) -> any WritableFile {
    try openForAppending(name, by: .writing)
  }
}

/// How a file takes what is appended to it.
public enum AppendMethod: Sendable {
  /// Each append is a call to the system: right for large appends, and where a sync follows each.
  case writing
  /// Each append is a store into memory that is shared with the system, without any call.
  ///
  /// Room is reserved behind the end beforehand, so that a full disk is an error of `append` and never
  /// a signal. Until the file is closed, it is longer than its `size`: zeros follow. Whoever reads what
  /// a killed process or a power cut left must expect them, and zeros also in place of what was not
  /// synced. Where the system cannot reserve room, it is `writing`.
  case mapping
}

/// A file being written, always at its end.
///
/// What was appended survives a *killed process* at once, and a *power cut* after `sync`.
/// One thread at a time may append or truncate; anyone may ask for `size` or `sync` beside it.
public protocol WritableFile: AnyObject, Sendable {
  /// How many bytes it holds; of an existing file with room behind its end, the room as well.
  var size: Int { get }

  /// Appends all of the bytes. After an error, an unknown part of them may be there.
  func append(_ bytes: ByteView) throws(StoreError)

  /// Cuts the file down to `size` bytes.
  func truncate(to size: Int) throws(StoreError)

  /// Writes bytes again that are there already, so that the next `sync` really brings them to the disk.
  ///
  /// After a failed sync the system takes its pages for written: they can be read, are not on the disk,
  /// and a later sync has nothing to do. Whoever opens a file that somebody else may have failed to
  /// sync must write it again before relying on a sync. May run beside `append`.
  func writeAgain(_ range: Range<Int>) throws(StoreError)

  /// Returns when everything appended before the call will survive a power cut.
  ///
  /// After an error nobody knows what is on the disk: the caller must not try again.
  func sync() throws(StoreError)

  /// Gives back the descriptor. Harmless when repeated.
  func close() throws(StoreError)
}

/// A file to be read piece by piece, by any number of threads at once.
///
/// It goes on to show the same file when the name is given to another one, or taken away. What is appended
/// to the file can be read through it. Gives back its descriptor with the object.
public protocol ReadableFile: AnyObject, Sendable {
  /// The path it was opened with, for messages.
  var path: String { get }

  /// How many bytes the file holds now.
  func size() throws(StoreError) -> Int

  /// Reads `count` bytes from `offset` on.
  ///
  /// Memory is taken only for what the file holds: a length that somebody damaged costs nothing.
  ///
  /// - Throws: `corrupt` when the file ends before.
  func read(at offset: Int, count: Int) throws(StoreError) -> [UInt8]
}

/// The bytes of a file, kept alive for as long as this object lives.
public final class FileContents: @unchecked Sendable {
  /// The file's path, for messages.
  public let path: String
  /// All of its bytes; valid while this object lives, which ends with its last use, not with its scope.
  ///
  /// Whoever keeps the object in a property is safe; for a local one there is `withBytes`.
  public let bytes: ByteView
  private let release: () -> Void
  private let evictPages: ((ByteView) -> Void)?

  /// Wraps bytes that `release` gives back at the end.
  public init(
    path: String, bytes: ByteView, evict: ((ByteView) -> Void)? = nil,
    release: @escaping () -> Void
  ) {
    self.path = path
    self.bytes = bytes
    self.release = release
    evictPages = evict
  }

  /// Copies bytes into memory of its own.
  public convenience init(path: String, copying bytes: ByteView) {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(bytes.count, 1), alignment: 16)
    memory.copyMemory(from: bytes.start, byteCount: bytes.count)
    self.init(path: path, bytes: ByteView(start: memory, count: bytes.count)) {
      memory.deallocate()
    }
  }

  deinit { release() }

  /// Calls `body` with all of the bytes and keeps them alive meanwhile.
  public func withBytes<Result, Failure: Error>(
    _ body: (ByteView) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(self) {} }
    return try body(bytes)
  }

  /// Says that `range` will not be needed soon: a mapping gives its memory back, else nothing.
  public func evict(_ range: Range<Int>) {
    evictPages?(bytes.slice(at: range.lowerBound, count: range.count))
  }
}
