/// A file of a simulated disk, whatever names it has: what file systems call an inode.
///
/// - Invariant: `unsynced` leads from `durable` to `current`, one change after another.
///
/// Guarded by the lock of its disk.
final class SimulatedFile: @unchecked Sendable {
  /// One change that may not have reached the disk yet.
  struct Change {
    enum Kind {
      /// Bytes were appended at this offset.
      case append(at: Int)
      /// The file was cut.
      case truncate
    }

    let kind: Kind
    /// What the file holds after it.
    let result: SimulatedContents
  }

  /// In order of creation on the disk.
  let number: Int
  /// What a power cut cannot take away.
  private(set) var durable: SimulatedContents
  /// What every reader sees.
  private(set) var current: SimulatedContents
  /// The changes between the two.
  private(set) var unsynced: [Change] = []
  /// Bytes that a failed sync has lost: until they are written again, or cut off, later syncs succeed
  /// and make nothing durable.
  ///
  /// The kernel marks pages clean after an error, as if they had been written.
  private(set) var lost: Range<Int>?
  /// It has, or had, names in more than one place.
  var isLinked = false
  /// Somebody appends to it by mapping: there is room behind its end.
  private(set) var hasRoom = false
  /// There was room at some time, and a power cut may bring it back.
  private(set) var hadRoom = false

  init(number: Int, durable: SimulatedContents) {
    self.number = number
    self.durable = durable
    current = durable
  }

  /// A file in the same state, for a copy of the disk.
  func copy() -> SimulatedFile {
    let copy = SimulatedFile(number: number, durable: durable)
    copy.current = current
    copy.unsynced = unsynced
    copy.lost = lost
    copy.isLinked = isLinked
    copy.hadRoom = hadRoom
    return copy
  }

  /// A file in the state in which the death of its process leaves it: its room has become zeros.
  func afterKill() -> SimulatedFile {
    let copy = copy()
    guard hasRoom else { return copy }
    copy.current = current.withRoom
    copy.unsynced.append(Change(kind: .append(at: current.count), result: copy.current))
    return copy
  }

  func reserveRoom() {
    hasRoom = true
    hadRoom = true
  }

  func returnRoom() { hasRoom = false }

  func append(_ bytes: ByteView) {
    guard !bytes.isEmpty else { return }
    let offset = current.count
    current = current.appending(bytes)
    unsynced.append(Change(kind: .append(at: offset), result: current))
  }

  func truncate(to size: Int) {
    if size > current.count {
      current = current.appendingZeros(size - current.count)
    } else {
      current = current.prefix(size)
    }
    unsynced.append(Change(kind: .truncate, result: current))
    if let cut = lost?.clamped(to: 0..<size) { lost = cut.isEmpty ? nil : cut }
  }

  func sync() {
    guard lost == nil else { return }
    hadRoom = hasRoom
    durable = current
    unsynced.removeAll()
  }

  func failSync() {
    guard !unsynced.isEmpty else { return }
    // The smallest size that the file had since the last sync: all behind it was written since then.
    let unchanged = unsynced.reduce(durable.count) { min($0, $1.result.count) }
    lost = min(unchanged, lost?.lowerBound ?? unchanged)..<max(current.count, unchanged)
  }

  func writeAgain(_ range: Range<Int>) {
    if let lost, range.lowerBound <= lost.lowerBound, lost.upperBound <= range.upperBound {
      self.lost = nil
    }
  }

  /// Puts other bytes in its place, durable at once; the way of damage, not of stores.
  func replace(with contents: SimulatedContents) {
    durable = contents
    current = contents
    unsynced.removeAll()
    lost = nil
  }
}

/// A simulated file that is open for appending.
final class SimulatedWritableFile: WritableFile, @unchecked Sendable {
  private let disk: SimulatedDisk
  private let file: SimulatedFile
  private let directory: String
  private let name: String
  private var isClosed = false

  init(disk: SimulatedDisk, file: SimulatedFile, directory: String, name: String) {
    self.disk = disk
    self.file = file
    self.directory = directory
    self.name = name
  }

  var size: Int { disk.lock.withLock { file.current.count } }

  func append(_ bytes: ByteView) throws(StoreError) {
    try perform(.append, bytes: bytes.count) { progress in
      switch progress {
      case .nothing: return
      case .bytes(let done): file.append(bytes.slice(at: 0, count: min(done, bytes.count)))
      case .everything: file.append(bytes)
      }
      disk.noteUnsynced(file)
    }
  }

  func truncate(to size: Int) throws(StoreError) {
    try perform(.truncate) { progress in
      guard progress == .everything else { return }
      file.truncate(to: size)
      disk.noteUnsynced(file)
    }
  }

  func writeAgain(_ range: Range<Int>) throws(StoreError) {
    try perform(.writeAgain, bytes: range.count) { progress in
      precondition(
        range.upperBound <= file.current.count, "only what is there can be written again")
      if progress == .everything { file.writeAgain(range) }
    }
  }

  func sync() throws(StoreError) {
    try perform(.syncFile) { progress in
      if progress == .everything { disk.sync(file) } else { file.failSync() }
    }
  }

  func close() throws(StoreError) {
    isClosed = true
    disk.lock.withLock { file.returnRoom() }
  }

  private func perform(
    _ kind: SimulatedCall.Kind, bytes: Int = 0, _ body: (SimulatedOutcome.Progress) -> Void
  ) throws(StoreError) {
    try disk.perform(kind, directory, name, bytes: bytes) { progress throws(StoreError) in
      guard !isClosed else {
        throw .io(
          call: "\(kind)", path: "\(directory)/\(name)", errno: SimulatedErrorNumber.badDescriptor)
      }
      body(progress)
    }
  }
}
