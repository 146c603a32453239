import StrataCore
import StrataCrashLab

/// The shortest store that survives everything: one file, replaced as a whole at every change.
///
/// It is here to be broken. Each `Mistake` leaves out one step; the explorer has to find it.
final class ToyStore: KeyValueStore, @unchecked Sendable {
  enum Mistake: String, CaseIterable, Sendable {
    /// The new file is renamed before it is synced.
    case syncsNoFile
    /// The rename is acknowledged before the directory is synced.
    case syncsNoDirectory
    /// The old file is removed, then the new one renamed.
    case removesBeforeRenaming
    /// The old file is cut and written again in place.
    case writesInPlace
    /// A failed write is tried again, and what was written before the failure stays.
    case triesAgain
    /// Batches are written one change at a time.
    case tearsBatches
    /// Errors of the disk are swallowed.
    case swallowsErrors
  }

  private let directory: any Directory
  private let mistake: Mistake?
  private var entries: [Key: Value] = [:]
  private var failure: StoreError?

  init(_ path: String, on disk: any FileSystem, _ mistake: Mistake?) throws(StoreError) {
    self.mistake = mistake
    directory = try disk.openDirectory(path, creating: true)
    try directory.lock()
    let names = try directory.names()
    if names.contains("data") { try load() }
    if names.contains("new") { try directory.remove("new") }
    if mistake != .syncsNoDirectory { try directory.sync() }
  }

  private func load() throws(StoreError) {
    let contents = try directory.read("data")
    let bytes = contents.bytes
    let isSound =
      bytes.count >= 4
      && CRC32C.checksum(of: bytes.suffix(from: 4)) == bytes.uint32(at: 0)
    guard isSound else {
      if mistake == .writesInPlace { return }
      throw .corrupt(file: contents.path, offset: 0, reason: "the checksum does not match")
    }
    var offset = 4
    while offset < bytes.count {
      let keyLength = Int(bytes.uint32(at: offset))
      let valueLength = Int(bytes.uint32(at: offset + 4))
      let key = Key(bytes.slice(at: offset + 8, count: keyLength))
      entries[key] = Value(bytes.slice(at: offset + 8 + keyLength, count: valueLength))
      offset += 8 + keyLength + valueLength
    }
  }

  // MARK: Writing

  private func change(_ batch: WriteBatch) throws(StoreError) {
    if let failure { throw .readOnly(cause: failure) }
    if mistake == .tearsBatches, batch.count > 1 {
      for change in batch.changes { try self.change(WriteBatch([change])) }
      return
    }
    var changed = entries
    for change in batch.changes {
      switch change {
      case .put(let key, let value, _): changed[key] = value
      case .delete(let key): changed[key] = nil
      }
    }
    do throws(StoreError) {
      try save(changed)
    } catch {
      switch mistake {
      case .swallowsErrors: break
      case .triesAgain: try save(changed)
      default:
        failure = error
        throw error
      }
    }
    entries = changed
  }

  private func save(_ entries: [Key: Value]) throws(StoreError) {
    var body = ByteBuffer()
    for (key, value) in entries.sorted(by: { $0.key < $1.key }) {
      body.append(UInt32(key.bytes.count))
      body.append(UInt32(value.bytes.count))
      ByteView.withBytes(of: key.bytes) { body.append($0) }
      ByteView.withBytes(of: value.bytes) { body.append($0) }
    }
    var bytes = ByteBuffer()
    bytes.append(CRC32C.checksum(of: body.view))
    bytes.append(body.view)
    if mistake == .writesInPlace { return try overwrite(bytes.view) }
    let file = try file("new")
    try file.append(bytes.view)
    if mistake != .syncsNoFile { try file.sync() }
    if mistake == .removesBeforeRenaming, try directory.names().contains("data") {
      try directory.remove("data")
    }
    try directory.rename("new", to: "data")
    if mistake != .syncsNoDirectory { try directory.sync() }
  }

  private func overwrite(_ bytes: ByteView) throws(StoreError) {
    let file = try file("data")
    try file.truncate(to: 0)
    try file.append(bytes)
    try file.sync()
    try directory.sync()
  }

  private func file(_ name: String) throws(StoreError) -> any WritableFile {
    let exists = try directory.names().contains(name)
    return try exists ? directory.openForAppending(name) : directory.create(name)
  }

  // MARK: The contract

  func put(_ key: Key, _ value: Value) throws(StoreError) {
    try change(WriteBatch([.put(key, value, expiresAt: nil)]))
  }
  func delete(_ key: Key) throws(StoreError) { try change(WriteBatch([.delete(key)])) }
  func apply(_ batch: WriteBatch) throws(StoreError) { try change(batch) }
  func get(_ key: Key) throws(StoreError) -> Value? { entries[key] }
  func flush() throws(StoreError) {}
  func compact() throws(StoreError) -> Int { 0 }
  func statistics() throws(StoreError) -> StoreStatistics { StoreStatistics() }
  func close() throws(StoreError) { directory.close() }

  func scan(
    _ range: KeyRange, _ direction: ScanDirection, limit: Int?
  ) throws(StoreError) -> any EntryScan {
    let found = entries.filter { range.contains($0.key) }.sorted { $0.key < $1.key }
    let sorted = direction == .forward ? found : found.reversed()
    return Scan(sorted.prefix(limit ?? .max).map { Entry(key: $0.key, value: $0.value) })
  }

  private final class Scan: EntryScan {
    private var entries: ArraySlice<Entry>
    init(_ entries: [Entry]) { self.entries = entries[...] }
    func next() throws(StoreError) -> Entry? { entries.popFirst() }
  }
}

/// The toy, as a store to be crashed.
struct ToySubject: CrashSubject {
  var mistake: ToyStore.Mistake?
  var arguments: String { "--toy \(mistake?.rawValue ?? "sound")" }
  var commandsAtRisk: Int { 0 }

  func open(_ path: String, on disk: any FileSystem) throws(StoreError) -> any KeyValueStore {
    try ToyStore(path, on: disk, mistake)
  }
}
