import Foundation
import StrataCore
import StrataRungs
import StrataTestSupport
import Testing

/// The small stores under `Fixtures/Stores` that the pages about the formats show.
///
/// They are made here, byte for byte the same in every run, and compared with the files that are kept. If the
/// format changes on purpose, with a new version, `STRATA_RECORD=1` writes them anew.
@Suite("The golden stores of the rungs")
struct GoldenStoreTests {
  private func fill(_ store: any KeyValueStore) throws {
    try store.put("apple", "1")
    try store.put("banana", "2")
    try store.put("cherry", "3")
    try store.put("apple", "4")
    try store.delete("cherry")
    try store.apply(
      WriteBatch([
        .put("date", "", expiresAt: 4_948_826_403_705),
        .put(Key([0x00, 0xFF]), "any bytes\n", expiresAt: nil),
      ]))
    try store.put("", "empty")
    try store.close()
  }

  private static let entries = [
    "=empty", "\\x00\\xff=any bytes\\n", "apple=4", "banana=2", "date=",
  ]

  private func bitcask(_ disk: SimulatedDisk) throws -> BitcaskStore {
    try Rung.bitcask(disk, clock: ManualClock(978_307_200_000)) { $0.dataFileBytes = 180 }
  }

  /// Compares files with those that are kept, or keeps them.
  private func compare(_ disk: SimulatedDisk, with name: String) throws {
    let path = ProjectFiles.path("Fixtures/Stores/\(name)")
    let files = Rung.files(of: disk)
    if ProcessInfo.processInfo.environment["STRATA_RECORD"] == "1" {
      let directory = try LocalFileSystem().openDirectory(path, creating: true)
      for (file, bytes) in files {
        if try directory.names().contains(file) { try directory.remove(file) }
        let written = try directory.create(file)
        try ByteView.withBytes(of: bytes) { (bytes) throws(StoreError) in
          try written.append(bytes)
        }
      }
    }
    let directory = try LocalFileSystem().openDirectory(path, creating: false)
    #expect(try directory.names() == files.keys.sorted())
    for (file, bytes) in files {
      #expect(try directory.read(file).withBytes { $0.array } == bytes, "\(name)/\(file)")
    }
  }

  @Test("the append log is what it was")
  func appendLog() throws {
    let disk = SimulatedDisk(.ordered)
    try fill(try Rung.log(disk))
    try compare(disk, with: "append-log-1")
    let entries = try Rung.log(disk).scan().collect().map { "\($0.key)=\($0.value)" }
    #expect(entries == Self.entries)
  }

  @Test("the Bitcask store is what it was")
  func bitcask() throws {
    let disk = SimulatedDisk(.ordered)
    try fill(try bitcask(disk))
    try compare(disk, with: "bitcask-1")
    let entries = try bitcask(disk).scan().collect().map { "\($0.key)=\($0.value)" }
    #expect(entries == Self.entries)
  }
}
