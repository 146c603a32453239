import Foundation
import StrataCore
import StrataTestSupport
import Testing

@Suite("The file system of this computer")
struct LocalFileSystemTests {
  private func withDirectory(_ body: (any Directory) throws -> Void) throws {
    try withTemporaryDirectory { path in
      let directory = try LocalFileSystem().openDirectory("\(path)/db", creating: true)
      defer { directory.close() }
      try body(directory)
    }
  }

  private func write(_ bytes: [UInt8], to name: String, in directory: any Directory) throws {
    let file = try directory.create(name)
    try ByteView.withBytes(of: bytes) { view throws(StoreError) in try file.append(view) }
    try file.close()
  }

  /// The bytes are valid only while their owner lives, which the copy must outlast.
  private func copy(_ contents: FileContents) -> [UInt8] {
    withExtendedLifetime(contents) { contents.bytes.array }
  }

  private func permissions(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test("a missing directory is made when asked for, and else not found")
  func creatingDirectories() throws {
    try withTemporaryDirectory { path in
      let path = "\(path)/db"
      #expect(throws: StoreError.notFound(path: path)) {
        try LocalFileSystem().openDirectory(path, creating: false)
      }
      try LocalFileSystem().openDirectory(path, creating: true).close()
      try LocalFileSystem().openDirectory(path, creating: false).close()
      #expect(try permissions(path) == 0o700)
    }
  }

  @Test("a directory whose parent is missing is not made")
  func missingParent() throws {
    try withTemporaryDirectory { path in
      let missing = "\(path)/no/db"
      #expect(throws: StoreError.io(call: "mkdir", path: missing, errno: ENOENT)) {
        try LocalFileSystem().openDirectory(missing, creating: true)
      }
    }
  }

  @Test("a path that is a file, empty, or holds a NUL is refused")
  func badPaths() throws {
    try withTemporaryDirectory { path in
      let file = "\(path)/file"
      #expect(FileManager.default.createFile(atPath: file, contents: nil))
      #expect(throws: StoreError.io(call: "open", path: file, errno: ENOTDIR)) {
        try LocalFileSystem().openDirectory(file, creating: true)
      }
    }
    for path in ["", "a\0b"] {
      #expect { try LocalFileSystem().openDirectory(path, creating: true) } throws: {
        if case StoreError.invalidArgument = $0 { true } else { false }
      }
    }
  }

  @Test("a new file is its owner's alone, and never replaces another")
  func creatingFiles() throws {
    try withDirectory { directory in
      try write([1, 2], to: "a", in: directory)
      #expect(try permissions("\(directory.path)/a") == 0o600)
      #expect(throws: StoreError.io(call: "create", path: "\(directory.path)/a", errno: EEXIST)) {
        try directory.create("a")
      }
      #expect(try copy(directory.read("a")) == [1, 2])
    }
  }

  @Test("a symbolic link is neither followed nor written through")
  func symbolicLinks() throws {
    try withDirectory { directory in
      try write([7], to: "target", in: directory)
      let (link, dangling) = ("\(directory.path)/link", "\(directory.path)/dangling")
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "target")
      try FileManager.default.createSymbolicLink(atPath: dangling, withDestinationPath: "nowhere")
      let refused = StoreError.io(call: "open", path: link, errno: ELOOP)
      #expect(throws: refused) { try directory.read("link") }
      #expect(throws: refused) { try directory.map("link") }
      #expect(throws: refused) { try directory.openForAppending("link") }
      #expect(throws: StoreError.io(call: "create", path: dangling, errno: EEXIST)) {
        try directory.create("dangling")
      }
      #expect(try directory.names() == ["dangling", "link", "target"])
    }
  }

  @Test("a pipe under a file's name is refused at once", .timeLimit(.minutes(5)))
  func pipes() throws {
    try withDirectory { directory in
      let path = "\(directory.path)/pipe"
      #expect(mkfifo(path, 0o600) == 0)
      let refused = StoreError.corrupt(file: path, offset: 0, reason: "this is not a regular file")
      #expect(throws: refused) { try directory.read("pipe") }
      #expect(throws: refused) { try directory.map("pipe") }
      // Opening a pipe to write may fail in the system already, as long as nobody reads it.
      #expect(throws: StoreError.self) { try directory.openForAppending("pipe") }
    }
  }

  @Test("a directory under a file's name is refused")
  func directories() throws {
    try withDirectory { directory in
      let path = "\(directory.path)/sub"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      #expect(throws: StoreError.self) { try directory.read("sub") }
      #expect(throws: StoreError.self) { try directory.openForAppending("sub") }
    }
  }

  @Test("what was appended is read and mapped alike, at every size around a page")
  func readingAndMapping() throws {
    var random = SplitMix64(seed: 10)
    try withDirectory { directory in
      for size in [0, 1, 4_095, 4_096, 4_097, 300_000] {
        let bytes = random.bytes(size)
        try write(bytes, to: "f\(size)", in: directory)
        let (read, mapped) = (try directory.read("f\(size)"), try directory.map("f\(size)"))
        #expect(copy(read) == bytes && copy(mapped) == bytes)
        mapped.evict(0..<size)
        #expect(copy(mapped) == bytes)
        #expect(read.path == "\(directory.path)/f\(size)")
      }
    }
  }

  @Test("a mapping outlives the name of its file")
  func mappingAfterRemoval() throws {
    try withDirectory { directory in
      try write([1, 2, 3], to: "a", in: directory)
      let contents = try directory.map("a")
      try directory.remove("a")
      #expect(copy(contents) == [1, 2, 3])
    }
  }

  @Test("appending goes on at the end of what is there, and a cut takes the end away")
  func appending() throws {
    try withDirectory { directory in
      try write([1, 2, 3], to: "a", in: directory)
      let file = try directory.openForAppending("a")
      #expect(file.size == 3)
      try ByteView.withBytes(of: [4, 5]) { view throws(StoreError) in try file.append(view) }
      #expect(file.size == 5)
      try file.truncate(to: 2)
      #expect(file.size == 2)
      try ByteView.withBytes(of: [9]) { view throws(StoreError) in try file.append(view) }
      try file.sync()
      try file.close()
      try file.close()
      #expect(try copy(directory.read("a")) == [1, 2, 9])
    }
  }

  @Test("renaming replaces, removing removes, and names are sorted")
  func names() throws {
    try withDirectory { directory in
      for name in ["c", "a", "b", "10", "9"] {
        try write(Array(name.utf8), to: name, in: directory)
      }
      #expect(try directory.names() == ["10", "9", "a", "b", "c"])
      try directory.rename("c", to: "a")
      #expect(try copy(directory.read("a")) == Array("c".utf8))
      try directory.remove("b")
      try directory.sync()
      #expect(try directory.names() == ["10", "9", "a"])
    }
  }

  @Test("a link gives the same bytes a second name, which the first one's end does not touch")
  func links() throws {
    try withDirectory { directory in
      try write([5], to: "a", in: directory)
      let other = try LocalFileSystem().openDirectory("\(directory.path)/copy", creating: true)
      try directory.link("a", into: other)
      try directory.remove("a")
      #expect(try copy(other.read("a")) == [5])
      try write([6], to: "a", in: directory)
      #expect(throws: StoreError.io(call: "link", path: "\(other.path)/a", errno: EEXIST)) {
        try directory.link("a", into: other)
      }
    }
  }

  @Test("each failing call is named with its path and the system's reason")
  func errors() throws {
    try withDirectory { directory in
      let path = "\(directory.path)/none"
      func missing(_ call: String) -> StoreError { .io(call: call, path: path, errno: ENOENT) }
      #expect(throws: missing("open")) { try directory.read("none") }
      #expect(throws: missing("open")) { try directory.map("none") }
      #expect(throws: missing("open")) { try directory.openForAppending("none") }
      #expect(throws: missing("rename")) { try directory.rename("none", to: "a") }
      #expect(throws: missing("remove")) { try directory.remove("none") }
      #expect(missing("open").isMissingFile)
    }
  }

  @Test("closing a directory is harmless when repeated")
  func closing() throws {
    try withTemporaryDirectory { path in
      let directory = try LocalFileSystem().openDirectory(path, creating: false)
      directory.close()
      directory.close()
    }
  }
}

@Suite("The exclusive lock")
struct DirectoryLockTests {
  @Test("a second opening in the same process is refused until the first is closed")
  func withinProcess() throws {
    try withTemporaryDirectory { path in
      let first = try LocalFileSystem().openDirectory(path, creating: false)
      let second = try LocalFileSystem().openDirectory(path, creating: false)
      defer { second.close() }
      try first.lock()
      #expect(throws: StoreError.locked(path: path)) { try second.lock() }
      first.close()
      try second.lock()
    }
  }

  @Test("another process is refused")
  func otherProcess() async throws {
    try await withTemporaryDirectory { path in
      let mine = try LocalFileSystem().openDirectory(path, creating: false)
      defer { mine.close() }
      try mine.lock()
      await #expect(processExitsWith: .exitCode(5)) { [path = path as String] in
        do {
          try LocalFileSystem().openDirectory(path, creating: false).lock()
        } catch StoreError.locked {
          exit(5)
        }
      }
    }
  }

  @Test("a process that is killed leaves no lock behind")
  func killedProcess() async throws {
    try await withTemporaryDirectory { path in
      await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
        let directory = try LocalFileSystem().openDirectory(path, creating: false)
        try directory.lock()
        kill(getpid(), SIGKILL)
        withExtendedLifetime(directory) {}
      }
      let mine = try LocalFileSystem().openDirectory(path, creating: false)
      defer { mine.close() }
      try mine.lock()
    }
  }
}
