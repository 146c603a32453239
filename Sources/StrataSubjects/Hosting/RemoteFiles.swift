import StrataCore
import StrataWire
import Synchronization

/// A directory on the other side.
final class RemoteDirectory: Directory {
  let path: String
  let handle: Int
  private let remote: RemoteConnection

  init(_ remote: RemoteConnection, _ handle: Int, path: String) {
    self.remote = remote
    self.handle = handle
    self.path = path
  }

  deinit { remote.release(handle) }

  func lock() throws(StoreError) { _ = try remote.ask("lock", .integer(handle)) }

  func names() throws(StoreError) -> [String] {
    guard case .array(let names) = try remote.ask("names", .integer(handle)) else { return [] }
    return names.compactMap { name in
      if case .bulk(let bytes) = name { String(decoding: bytes, as: UTF8.self) } else { nil }
    }
  }

  func create(
    _ name: String, appendingBy method: AppendMethod
  ) throws(StoreError) -> any WritableFile {
    try writable("create", name, method)
  }

  func openForAppending(
    _ name: String, by method: AppendMethod
  ) throws(StoreError) -> any WritableFile {
    try writable("openForAppending", name, method)
  }

  private func writable(
    _ verb: String, _ name: String, _ method: AppendMethod
  ) throws(StoreError) -> any WritableFile {
    let file = try remote.ask(
      verb, .integer(handle), .bulk(name), .integer(method == .mapping ? 1 : 0))
    guard case .array(let numbers) = file, numbers.count == 2 else { throw RemoteConnection.gone }
    return RemoteWritableFile(
      remote, try remote.integer(numbers[0]), size: try remote.integer(numbers[1]))
  }

  func read(_ name: String) throws(StoreError) -> FileContents {
    try contents(name, remote.bytes("read", .integer(handle), .bulk(name)))
  }

  func map(_ name: String) throws(StoreError) -> FileContents {
    try contents(name, remote.bytes("map", .integer(handle), .bulk(name)))
  }

  private func contents(_ name: String, _ bytes: [UInt8]) -> FileContents {
    ByteView.withBytes(of: bytes) { FileContents(path: "\(path)/\(name)", copying: $0) }
  }

  func openForReading(_ name: String) throws(StoreError) -> any ReadableFile {
    let file = try remote.handle("openForReading", .integer(handle), .bulk(name))
    return RemoteReadableFile(remote, file, path: "\(path)/\(name)")
  }

  func rename(_ old: String, to new: String) throws(StoreError) {
    _ = try remote.ask("rename", .integer(handle), .bulk(old), .bulk(new))
  }

  func remove(_ name: String) throws(StoreError) {
    _ = try remote.ask("remove", .integer(handle), .bulk(name))
  }

  func link(_ name: String, into target: any Directory) throws(StoreError) {
    guard let target = target as? RemoteDirectory else {
      throw .invalidArgument("\(target.path) is not on the same disk as \(path)")
    }
    _ = try remote.ask("link", .integer(handle), .bulk(name), .integer(target.handle))
  }

  func sync() throws(StoreError) { _ = try remote.ask("syncDirectory", .integer(handle)) }

  func close() { _ = try? remote.ask("closeDirectory", .integer(handle)) }
}

/// A file on the other side, to append to.
final class RemoteWritableFile: WritableFile {
  private let remote: RemoteConnection
  private let handle: Int
  private let end: Atomic<Int>  // others may ask for the size while one appends

  init(_ remote: RemoteConnection, _ handle: Int, size: Int) {
    self.remote = remote
    self.handle = handle
    end = Atomic(size)
  }

  deinit { remote.release(handle) }

  var size: Int { end.load(ordering: .acquiring) }

  func append(_ bytes: ByteView) throws(StoreError) {
    try resize("append", .bulk(bytes.array))
  }

  func truncate(to size: Int) throws(StoreError) {
    try resize("truncate", .integer(size))
  }

  /// Does what changes the size, which the answer names; after an error the other side is asked for it.
  private func resize(_ verb: String, _ argument: WireValue) throws(StoreError) {
    do throws(StoreError) {
      end.store(try remote.handle(verb, .integer(handle), argument), ordering: .releasing)
    } catch {
      if let size = try? remote.handle("size", .integer(handle)) {
        end.store(size, ordering: .releasing)
      }
      throw error
    }
  }

  func writeAgain(_ range: Range<Int>) throws(StoreError) {
    _ = try remote.ask(
      "writeAgain", .integer(handle), .integer(range.lowerBound), .integer(range.upperBound))
  }

  func sync() throws(StoreError) { _ = try remote.ask("syncFile", .integer(handle)) }

  func close() throws(StoreError) { _ = try remote.ask("closeFile", .integer(handle)) }
}

/// A file on the other side, to read pieces of.
final class RemoteReadableFile: ReadableFile {
  let path: String
  private let remote: RemoteConnection
  private let handle: Int

  init(_ remote: RemoteConnection, _ handle: Int, path: String) {
    self.remote = remote
    self.handle = handle
    self.path = path
  }

  deinit { remote.release(handle) }

  func size() throws(StoreError) -> Int { try remote.handle("readableSize", .integer(handle)) }

  func read(at offset: Int, count: Int) throws(StoreError) -> [UInt8] {
    try remote.bytes("readPiece", .integer(handle), .integer(offset), .integer(count))
  }
}
