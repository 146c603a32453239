import StrataCore

/// How a store is copied without copying.
extension LogStructuredStore {
  /// Makes a consistent copy of the store, as it is now, in a new directory.
  ///
  /// Everything is flushed first; then the segments, which never change, get a second name in the new
  /// directory (a hard link), and a manifest of its own makes them a store. That takes no time and no
  /// space. On another file system the segments are copied.
  ///
  /// The copy has the same identity and can be opened like any store. It is complete when the call
  /// returns: the manifest comes last, so that an interrupted checkpoint is not taken for a store.
  ///
  /// - Throws: `invalidArgument` when the directory exists and is not empty.
  public func checkpoint(to path: String) throws(StoreError) {
    try freezeForFlush()
    try withMaintenance { () throws(StoreError) in
      _ = try flushFrozen()
      var copied = manifest
      copied.oldestLog = try copied.takeFileNumber()
      let target = try LogStructuredStore.emptyDirectory(
        path, on: fileSystem, for: "a checkpoint")
      defer { target.close() }
      for segment in current.retain().segments {
        try copy(FileName.of(.segment, segment.number), segment.contents, to: target)
      }
      _ = try WriteAheadLog.create(number: copied.oldestLog, identity: identity, in: target)
      try copied.commit(in: target)
    }
  }

  private func copy(
    _ name: String, _ contents: FileContents, to target: any Directory
  ) throws(StoreError) {
    do throws(StoreError) {
      try directory.link(name, into: target)
    } catch {
      guard error.isAcrossDevices else { throw error }
      let file = try target.create(name)
      try file.append(contents.bytes)
      try file.sync()
      try file.close()
    }
  }

  /// Opens a directory, made if need be, for files that must not meet others.
  static func emptyDirectory(
    _ path: String, on fileSystem: any FileSystem, for purpose: String
  ) throws(StoreError) -> any Directory {
    let directory = try fileSystem.openDirectory(path, creating: true)
    do throws(StoreError) {
      try directory.lock()
      if let name = try directory.names().first {
        throw .invalidArgument(
          "\(path): \(purpose) needs a new or an empty directory; this one holds \(name)")
      }
      return directory
    } catch {
      directory.close()
      throw error
    }
  }
}
