import Strata
import StrataCore

/// The files of a store as bytes, to be damaged.
struct FileImage: Equatable {
  struct File: Equatable {
    var name: String
    var bytes: [UInt8]
  }

  /// Sorted by name.
  var files: [File] = []

  /// No files.
  init() {}

  /// What lies in a directory; its lock is not needed for looking.
  init(reading path: String, on disk: SimulatedDisk) throws {
    let directory = try disk.openDirectory(path, creating: false)
    defer { directory.close() }
    for name in try directory.names() {
      files.append(File(name: name, bytes: try directory.read(name).bytes.array))
    }
  }

  /// A new disk with these files in the directory `path`.
  func disk(path: String) throws -> SimulatedDisk {
    let disk = SimulatedDisk(.ordered)
    let directory = try disk.openDirectory(path, creating: true)
    defer { directory.close() }
    for file in files {
      let writable = try directory.create(file.name)
      try ByteView.withBytes(of: file.bytes) { bytes throws(StoreError) in
        try writable.append(bytes)
      }
      try writable.sync()
    }
    return disk
  }

  subscript(name: String) -> [UInt8]? {
    get { files.first { $0.name == name }?.bytes }
    set {
      files.removeAll { $0.name == name }
      guard let newValue else { return }
      files.append(File(name: name, bytes: newValue))
      files.sort { $0.name < $1.name }
    }
  }

  var names: [String] { files.map(\.name) }
  var logs: [String] { names.filter { $0.hasSuffix(".wal") } }
  var segments: [String] { names.filter { $0.hasSuffix(".seg") } }

  /// The pieces of a file: offset, size and title of each.
  func parts(of name: String) throws -> [FilePart] {
    var parts: [FilePart] = []
    try ByteView.withBytes(of: self[name] ?? []) { bytes throws(StoreError) in
      try FileInspector.inspect(FileContents(path: name, copying: bytes)) { part, _ in
        parts.append(part)
        return true
      }
    }
    return parts
  }

  /// Where the frames of a log lie, one behind the other.
  func frames(of log: String) throws -> [Range<Int>] {
    let starts = try parts(of: log).filter { $0.title == "frame" || $0.title == "synced mark" }
      .map(\.offset)
    let ends = starts.dropFirst() + [self[log]?.count ?? 0]
    return zip(starts, ends).map { $0..<$1 }
  }
}
