/// A simulated file that is open for reading; shows what every process sees.
final class SimulatedReadableFile: ReadableFile, Sendable {
  private let disk: SimulatedDisk
  private let file: SimulatedFile
  private let directory: String
  private let name: String

  init(disk: SimulatedDisk, file: SimulatedFile, directory: String, name: String) {
    self.disk = disk
    self.file = file
    self.directory = directory
    self.name = name
  }

  var path: String { "\(directory)/\(name)" }

  func size() throws(StoreError) -> Int { disk.lock.withLock { file.current.count } }

  func read(at offset: Int, count: Int) throws(StoreError) -> [UInt8] {
    try disk.perform(.readPiece, directory, name, bytes: count) { _ throws(StoreError) in
      let bytes = file.current.view
      guard bytes.holds(count, at: offset) else {
        throw .corrupt(
          file: path, offset: bytes.count,
          reason: "the file ends here, within what was asked for")
      }
      return bytes.slice(at: offset, count: count).array
    }
  }
}
