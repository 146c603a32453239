/// A disk in memory that forgets what a real one may forget when the power goes out.
///
/// Between a store and the magnetism there is the kernel's cache: a write is *seen* by every process
/// at once, and *survives* a power cut only after a sync. This disk keeps both states apart, and the
/// changes that lead from one to the other:
///
///     every process sees     current names     current bytes
///                                 ▲                  ▲
///                            create, rename,    append, truncate         unsynced, in order
///                            remove, link            │
///     a power cut leaves     durable names     durable bytes             + what luck adds
///
/// From any moment on, `afterPowerCut` makes the disk that may be found when the power is back, and
/// `afterKill` the one that is found when only the process died. Both are new disks; this one goes on.
///
///     let disk = SimulatedDisk(.barePOSIX)
///     let store = try disk.openDirectory("store", creating: true)
///     let file = try store.create("a")
///     try file.append(bytes)
///     try file.sync()                                  // the bytes are safe; the name is not
///     disk.afterPowerCut(.worst).names(in: "store")    // []
///
/// What may be forgotten is said by the `Personality`. `Docs/SimulatedDisk.md` explains it with an
/// example.
///
/// The directories of a simulated disk lie side by side in one root; a path is just a directory's name.
///
/// Deterministic: the same calls and the same seeds give the same disks. Safe to use from any number
/// of threads, but for the two closures, which are to be set before.
public final class SimulatedDisk: FileSystem, @unchecked Sendable {
  /// What the disk promises beyond what was synced.
  public enum Personality: String, CaseIterable, Sendable {
    /// What Linux's ext4 does with `data=ordered`, without the help of `auto_da_alloc`.
    ///
    /// Changes of names, of all directories together, reach the disk in their order, and every sync of
    /// anything brings all names before it along. A file holds a beginning of what was written to it,
    /// perhaps ending in the middle of a write, never with a hole or with other bytes. Data and names
    /// do not wait for each other: a renamed file may still be empty.
    case ordered

    /// What the POSIX standard promises, and nothing more.
    ///
    /// Each change of a name survives or not, whatever becomes of those before it; a sync is about one
    /// file or one directory only. Within what a file has not synced, every sector of 512 bytes is new
    /// or old by itself, and a file may have grown without its bytes: then zeros, junk, or what was
    /// left there by a removed file.
    case barePOSIX = "posix"
  }

  /// What the disk promises beyond what was synced.
  public let personality: Personality
  /// Decides what becomes of each call, before it is done; nil: all succeed.
  public var interceptor: ((SimulatedCall) -> SimulatedOutcome)?
  /// Told of each call after it was done, and before the caller learns of it.
  public var observer: ((SimulatedCall) -> Void)?

  /// Guards everything below, and all files and folders.
  let lock = Lock()
  var folders: [SimulatedFolder] = []
  /// In the order in which they happened, of all directories together.
  var unsyncedNames: [SimulatedNameChange] = []
  /// Files with unsynced changes, in the order in which they got them.
  var unsyncedFiles: [SimulatedFile] = []
  /// What removed files held, newest last: what may lie in sectors that are used again.
  var leftovers: [SimulatedContents] = []
  var filesMade = 0
  var changingCalls = 0
  private var counts = SimulatedCallCounts()
  private var hasPower = true

  /// An empty disk.
  public init(_ personality: Personality = .barePOSIX) { self.personality = personality }

  /// How often each kind of call was made.
  public var callCounts: SimulatedCallCounts { lock.withLock { counts } }

  /// How many changing calls were made: the time of a world in which nothing else happens.
  public var changingCallCount: Int { lock.withLock { changingCalls } }

  /// True when a power cut could lose anything.
  public var hasUnsyncedChanges: Bool {
    lock.withLock { !unsyncedNames.isEmpty || !unsyncedFiles.isEmpty }
  }

  /// Opens a directory, making it when it is missing and `creating`.
  ///
  /// The name of an empty directory is made durable even when it is there already: the process that
  /// made it may have died before it could do so.
  public func openDirectory(_ path: String, creating: Bool) throws(StoreError) -> any Directory {
    let found = try perform(.openDirectory, path) { _ throws(StoreError) in folder(path) }
    if found == nil {
      guard creating else { throw .notFound(path: path) }
      try perform(.makeDirectory, path) { progress throws(StoreError) in
        if progress == .everything, folder(path) == nil { makeFolder(path) }
      }
    }
    if creating, names(in: path).isEmpty {
      try perform(.syncDirectory, "/") { progress throws(StoreError) in
        if progress == .everything { syncRoot() }
      }
    }
    guard let folder = lock.withLock({ folder(path) }) else { throw .notFound(path: path) }
    return SimulatedDirectory(disk: self, folder: folder)
  }

  /// Turns the power off: from now on every call fails.
  public func cutPower() { lock.withLock { hasPower = false } }

  // MARK: Every call passes here

  /// Counts a call, asks what becomes of it, does it under the lock, and tells of it.
  func perform<Answer>(
    _ kind: SimulatedCall.Kind, _ directory: String, _ name: String = "", bytes: Int = 0,
    _ body: (SimulatedOutcome.Progress) throws(StoreError) -> Answer
  ) throws(StoreError) -> Answer {
    let (number, isOn) = lock.withLock {
      if hasPower {
        counts[kind] += 1
        if kind.isChanging { changingCalls += 1 }
      }
      return (changingCalls, hasPower)
    }
    let call = SimulatedCall(
      number: number, kind: kind, directory: directory, name: name, bytes: bytes)
    guard isOn else { throw SimulatedOutcome.Reason.inputOutput.error(for: call) }

    switch interceptor?(call) ?? .success {
    case .success:
      let answer = try lock.withLock { () throws(StoreError) in try body(.everything) }
      observer?(call)
      return answer
    case .failure(let reason, let done):
      if kind.isChanging {
        _ = try lock.withLock { () throws(StoreError) in try body(done) }
        observer?(call)
      }
      throw reason.error(for: call)
    case .powerCut:
      cutPower()
      throw SimulatedOutcome.Reason.inputOutput.error(for: call)
    }
  }

  // MARK: Changes, with the lock held

  func folder(_ path: String) -> SimulatedFolder? { folders.first { $0.path == path } }

  private func makeFolder(_ path: String) {
    let folder = SimulatedFolder(path: path, index: folders.count)
    folders.append(folder)
    unsyncedNames.append(
      SimulatedNameChange(kind: .makeDirectory, folder: folder, name: path, file: nil))
  }

  func makeFile() -> SimulatedFile {
    filesMade += 1
    return SimulatedFile(number: filesMade, durable: .empty)
  }

  func change(
    _ kind: SimulatedNameChange.Kind, _ name: String, to file: SimulatedFile?,
    in folder: SimulatedFolder
  ) {
    let change = SimulatedNameChange(kind: kind, folder: folder, name: name, file: file)
    if let replaced = folder.current[name], replaced !== file {
      leftovers.append(replaced.current)
      if leftovers.count > 4 { leftovers.removeFirst() }
    }
    // A renamed file may be found under both of its names when only some of the changes survive.
    if case .rename = kind { file?.isLinked = true }
    change.apply(to: &folder.current)
    unsyncedNames.append(change)
  }

  func noteUnsynced(_ file: SimulatedFile) {
    if !file.unsynced.isEmpty, !unsyncedFiles.contains(where: { $0 === file }) {
      unsyncedFiles.append(file)
    }
  }

  func sync(_ file: SimulatedFile) {
    file.sync()
    if file.unsynced.isEmpty { unsyncedFiles.removeAll { $0 === file } }
    if personality == .ordered { makeNamesDurable { _ in true } }
  }

  func syncNames(in folder: SimulatedFolder) {
    makeNamesDurable { change in
      if personality == .ordered { return true }
      if case .makeDirectory = change.kind { return false }
      return change.folder === folder
    }
  }

  private func syncRoot() {
    makeNamesDurable { change in
      if personality == .ordered { return true }
      if case .makeDirectory = change.kind { return true }
      return false
    }
  }
}

extension SimulatedOutcome.Reason {
  fileprivate func error(for call: SimulatedCall) -> StoreError {
    switch self {
    case .noSpace: .noSpace(path: call.path)
    case .inputOutput:
      .io(call: "\(call.kind)", path: call.path, errno: SimulatedErrorNumber.inputOutput)
    }
  }
}

extension SimulatedDisk {
  private func makeNamesDurable(where isSynced: (SimulatedNameChange) -> Bool) {
    guard !unsyncedNames.isEmpty else { return }
    var left: [SimulatedNameChange] = []
    for change in unsyncedNames {
      if !isSynced(change) {
        left.append(change)
      } else if case .makeDirectory = change.kind {
        change.folder.isDurable = true
      } else {
        change.apply(to: &change.folder.durable)
      }
    }
    unsyncedNames = left
    // A file that no name leads to, and none can lead to again, has nothing to lose.
    unsyncedFiles.removeAll { !isReachable($0) }
  }

  private func isReachable(_ file: SimulatedFile) -> Bool {
    unsyncedNames.contains { $0.file === file }
      || folders.contains { folder in
        folder.durable.entries.contains { $0.file === file }
          || folder.current.entries.contains { $0.file === file }
      }
  }
}
