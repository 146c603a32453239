/// Names and the files that they lead to, sorted.
///
/// A sorted array and not a dictionary: a store has a handful of files, and walking a dictionary
/// would give another order in every process.
struct SimulatedNames {
  private(set) var entries: [(name: String, file: SimulatedFile)] = []

  /// The file of that name; setting nil takes the name away.
  subscript(name: String) -> SimulatedFile? {
    get { entries.first { $0.name == name }?.file }
    set {
      if let index = entries.firstIndex(where: { $0.name >= name }) {
        let exists = entries[index].name == name
        switch (exists, newValue) {
        case (true, let file?): entries[index].file = file
        case (true, nil): entries.remove(at: index)
        case (false, let file?): entries.insert((name, file), at: index)
        case (false, nil): break
        }
      } else if let file = newValue {
        entries.append((name, file))
      }
    }
  }

  /// The same names, each with the file that `transform` makes of its file.
  func mapFiles(_ transform: (SimulatedFile) -> SimulatedFile) -> SimulatedNames {
    var copy = self
    for index in copy.entries.indices {
      copy.entries[index].file = transform(copy.entries[index].file)
    }
    return copy
  }
}

/// The names in one directory of a simulated disk, now and on the disk.
///
/// Guarded by the lock of its disk.
final class SimulatedFolder: @unchecked Sendable {
  let path: String
  /// Where it is in the disk's list of directories.
  let index: Int
  /// True when the directory itself survives a power cut.
  var isDurable = false
  /// The names that a power cut cannot take away.
  var durable = SimulatedNames()
  /// The names that every process sees.
  var current = SimulatedNames()
  /// Somebody holds the store's lock.
  var isLocked = false

  init(path: String, index: Int) {
    self.path = path
    self.index = index
  }
}

/// One change of a name that may not have reached the disk yet.
struct SimulatedNameChange {
  enum Kind {
    case makeDirectory, create, link, remove
    case rename(from: String)
  }

  let kind: Kind
  let folder: SimulatedFolder
  let name: String
  /// The file that the name leads to from then on; nil where there is none.
  let file: SimulatedFile?

  func apply(to names: inout SimulatedNames) {
    if case .rename(let old) = kind, names[old] === file { names[old] = nil }
    names[name] = file
  }
}

/// A directory of a simulated disk that is open.
final class SimulatedDirectory: Directory, @unchecked Sendable {
  var path: String { folder.path }
  private let disk: SimulatedDisk
  private let folder: SimulatedFolder
  // Both guarded by the disk's lock.
  private var isClosed = false
  private var holdsLock = false

  init(disk: SimulatedDisk, folder: SimulatedFolder) {
    self.disk = disk
    self.folder = folder
  }

  deinit { close() }

  func lock() throws(StoreError) {
    try perform(.lock) { _ throws(StoreError) in
      guard !folder.isLocked else { throw .locked(path: path) }
      folder.isLocked = true
      holdsLock = true
    }
  }

  func names() throws(StoreError) -> [String] {
    try perform(.list) { _ throws(StoreError) in folder.current.entries.map(\.name) }
  }

  func create(
    _ name: String, appendingBy method: AppendMethod
  ) throws(StoreError) -> any WritableFile {
    try perform(.create, name) { progress throws(StoreError) in
      guard folder.current[name] == nil else {
        throw failure(.create, name, SimulatedErrorNumber.fileExists)
      }
      let file = disk.makeFile()
      if method == .mapping { file.reserveRoom() }
      if progress == .everything { disk.change(.create, name, to: file, in: folder) }
      return writableFile(file, name)
    }
  }

  func openForAppending(
    _ name: String, by method: AppendMethod
  ) throws(StoreError) -> any WritableFile {
    try perform(.openForAppending, name) { _ throws(StoreError) in
      let file = try existing(name, .openForAppending)
      if method == .mapping { file.reserveRoom() }
      return writableFile(file, name)
    }
  }

  func read(_ name: String) throws(StoreError) -> FileContents { try contents(of: name, .read) }

  func map(_ name: String) throws(StoreError) -> FileContents { try contents(of: name, .map) }

  func openForReading(_ name: String) throws(StoreError) -> any ReadableFile {
    try perform(.openForReading, name) { _ throws(StoreError) in
      SimulatedReadableFile(
        disk: disk, file: try existing(name, .openForReading), directory: path, name: name)
    }
  }

  func rename(_ old: String, to new: String) throws(StoreError) {
    try perform(.rename, old) { progress throws(StoreError) in
      let file = try existing(old, .rename)
      if progress == .everything { disk.change(.rename(from: old), new, to: file, in: folder) }
    }
  }

  func remove(_ name: String) throws(StoreError) {
    try perform(.remove, name) { progress throws(StoreError) in
      _ = try existing(name, .remove)
      if progress == .everything { disk.change(.remove, name, to: nil, in: folder) }
    }
  }

  func link(_ name: String, into target: any Directory) throws(StoreError) {
    guard let target = target as? SimulatedDirectory, target.disk === disk else {
      throw .invalidArgument("a file can only be linked within one file system")
    }
    try perform(.link, name) { progress throws(StoreError) in
      let file = try existing(name, .link)
      guard target.folder.current[name] == nil else {
        throw target.failure(.link, name, SimulatedErrorNumber.fileExists)
      }
      guard progress == .everything else { return }
      file.isLinked = true
      disk.change(.link, name, to: file, in: target.folder)
    }
  }

  func sync() throws(StoreError) {
    try perform(.syncDirectory) { progress throws(StoreError) in
      // Names lie in the file system's journal: a failed sync leaves them for the next one. (When a
      // journal cannot be written at all, the kernel stops all writing, which is a power cut.)
      if progress == .everything { disk.syncNames(in: folder) }
    }
  }

  func close() {
    disk.lock.withLock {
      guard !isClosed else { return }
      isClosed = true
      if holdsLock { folder.isLocked = false }
    }
  }

  // MARK: Shared by the above

  private func perform<Answer>(
    _ kind: SimulatedCall.Kind, _ name: String = "",
    _ body: (SimulatedOutcome.Progress) throws(StoreError) -> Answer
  ) throws(StoreError) -> Answer {
    try disk.perform(kind, path, name) { progress throws(StoreError) in
      guard !isClosed else { throw failure(kind, name, SimulatedErrorNumber.badDescriptor) }
      return try body(progress)
    }
  }

  private func existing(
    _ name: String, _ kind: SimulatedCall.Kind
  ) throws(StoreError) -> SimulatedFile {
    guard let file = folder.current[name] else {
      throw failure(kind, name, SimulatedErrorNumber.noSuchFile)
    }
    return file
  }

  private func contents(
    of name: String, _ kind: SimulatedCall.Kind
  ) throws(StoreError) -> FileContents {
    try perform(kind, name) { _ throws(StoreError) in
      try existing(name, kind).current.contents(path: "\(path)/\(name)")
    }
  }

  private func writableFile(_ file: SimulatedFile, _ name: String) -> SimulatedWritableFile {
    SimulatedWritableFile(disk: disk, file: file, directory: path, name: name)
  }

  private func failure(
    _ kind: SimulatedCall.Kind, _ name: String, _ errno: Int32
  ) -> StoreError {
    .io(call: "\(kind)", path: name.isEmpty ? path : "\(path)/\(name)", errno: errno)
  }
}
