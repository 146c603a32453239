import StrataCore
import StrataTestSupport

@testable import Strata

/// The files of a store, to be changed behind its back and opened again.
///
///     var files = try StoreFiles { store throws(StoreError) in try store.put("a", "1") }
///     files.forge("MANIFEST", .manifest) { $0.set(UInt32(1), at: 60) }
///     try files.open()        // throws
struct StoreFiles {
  var bytes: [String: [UInt8]] = [:]

  /// What a store leaves behind when `body` was done with it and it was closed, or its process killed.
  init(
    closing: Bool = true, _ body: (LogStructuredStore) throws(StoreError) -> Void
  ) throws(StoreError) {
    let disk = SimulatedDisk()
    let store = try LogStructuredStore(at: "s", options: manualOptions(), fileSystem: disk)
    try body(store)
    if closing { try store.close() }
    let directory = try disk.afterKill().openDirectory("s", creating: false)
    for name in try directory.names() { bytes[name] = try directory.read(name).bytes.array }
    directory.close()
  }

  /// Changes a file and makes its checksums match, as nothing but ill will would.
  mutating func forge(_ name: String, _ kind: FileKind, _ change: (inout SealedFile) -> Void) {
    var file = SealedFile(bytes[name] ?? [])
    change(&file)
    file.seal(kind)
    bytes[name] = file.bytes
  }

  /// Removes a file.
  mutating func remove(_ name: String) { bytes[name] = nil }

  /// Cuts a file down to so many bytes.
  mutating func cut(_ name: String, to size: Int) {
    bytes[name] = Array((bytes[name] ?? []).prefix(size))
  }

  /// Flips a bit.
  mutating func flip(_ name: String, at offset: Int) { bytes[name]?[offset] ^= 1 }

  /// A new disk with the files in the directory `s`.
  func disk() throws(StoreError) -> SimulatedDisk {
    let disk = SimulatedDisk()
    let directory = try disk.openDirectory("s", creating: true)
    for (name, bytes) in bytes.sorted(by: { $0.key < $1.key }) {
      let file = try directory.create(name)
      try ByteView.withBytes(of: bytes) { view throws(StoreError) in try file.append(view) }
    }
    directory.close()
    return disk
  }

  /// Opens a store of the files, on a disk of its own.
  @discardableResult
  func open() throws(StoreError) -> LogStructuredStore {
    try LogStructuredStore(at: "s", options: manualOptions(), fileSystem: try disk())
  }
}
