import StrataCore

/// A file system that notes every read which asks for more than its file has.
///
/// Whoever reads makes room for what it asks for: so a length that was believed shows here, before it costs
/// memory.
final class MeasuredFileSystem: FileSystem, @unchecked Sendable {
  private let base: SimulatedDisk
  // Used by one thread only.
  fileprivate(set) var excesses: [String] = []
  fileprivate(set) var reads = 0

  init(_ base: SimulatedDisk) { self.base = base }

  func openDirectory(_ path: String, creating: Bool) throws(StoreError) -> any Directory {
    MeasuredDirectory(try base.openDirectory(path, creating: creating), self)
  }
}

private final class MeasuredDirectory: Directory, @unchecked Sendable {
  private let base: any Directory
  private let system: MeasuredFileSystem

  init(_ base: any Directory, _ system: MeasuredFileSystem) {
    self.base = base
    self.system = system
  }

  var path: String { base.path }
  func lock() throws(StoreError) { try base.lock() }
  func names() throws(StoreError) -> [String] { try base.names() }
  func create(
    _ name: String, appendingBy method: AppendMethod
  ) throws(StoreError) -> any WritableFile { try base.create(name, appendingBy: method) }
  func openForAppending(
    _ name: String, by method: AppendMethod
  ) throws(StoreError) -> any WritableFile { try base.openForAppending(name, by: method) }
  func read(_ name: String) throws(StoreError) -> FileContents { try base.read(name) }
  func map(_ name: String) throws(StoreError) -> FileContents { try base.map(name) }
  func openForReading(_ name: String) throws(StoreError) -> any ReadableFile {
    MeasuredFile(try base.openForReading(name), system)
  }
  func rename(_ old: String, to new: String) throws(StoreError) { try base.rename(old, to: new) }
  func remove(_ name: String) throws(StoreError) { try base.remove(name) }
  func link(_ name: String, into target: any Directory) throws(StoreError) {
    try base.link(name, into: target)
  }
  func sync() throws(StoreError) { try base.sync() }
  func close() { base.close() }
}

private final class MeasuredFile: ReadableFile, @unchecked Sendable {
  private let base: any ReadableFile
  private let system: MeasuredFileSystem

  init(_ base: any ReadableFile, _ system: MeasuredFileSystem) {
    self.base = base
    self.system = system
  }

  var path: String { base.path }
  func size() throws(StoreError) -> Int { try base.size() }
  func read(at offset: Int, count: Int) throws(StoreError) -> [UInt8] {
    system.reads += 1
    let left = try base.size() - offset
    if offset < 0 || count > left {
      system.excesses.append("\(count) of \(left) bytes at \(offset)")
    }
    return try base.read(at: offset, count: count)
  }
}
