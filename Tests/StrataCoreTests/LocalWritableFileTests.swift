import Foundation
import StrataTestSupport
import Testing

@testable import StrataCore

@Suite("Files that are appended to on this computer")
struct LocalWritableFileTests {
  private func append(_ bytes: [UInt8], to file: any WritableFile) throws {
    try ByteView.withBytes(of: bytes) { view throws(StoreError) in try file.append(view) }
  }

  private func bytes(of name: String, in directory: any Directory) throws -> [UInt8] {
    try directory.read(name).withBytes { $0.array }
  }

  /// Pieces of all sizes, larger than a page and than the room that is reserved at first among them.
  private func pieces() -> [[UInt8]] {
    var random = SplitMix64(seed: 5)
    let sizes =
      [1, 31, 4_095, 4_096, 4_097, 70_000, 200_000] + (0..<300).map { _ in random.below(900) }
    return sizes.map { size in (0..<size).map { _ in UInt8(truncatingIfNeeded: random.next() | 1) }
    }
  }

  @Test("a mapped file holds what a written one does, and each append is there at once")
  func sameBytes() throws {
    try withTemporaryDirectory { path in
      let directory = try LocalFileSystem().openDirectory("\(path)/d", creating: true)
      let mapped = try directory.create("mapped", appendingBy: .mapping)
      var expected: [UInt8] = []
      for (index, piece) in pieces().enumerated() {
        try append(piece, to: mapped)
        expected += piece
        #expect(mapped.size == expected.count)
        guard index < 7 || index % 60 == 0 else { continue }
        let seen = try directory.read("mapped")
        seen.withBytes { seen in
          #expect(seen.slice(at: 0, count: expected.count).array == expected)
          #expect(!seen.hasContent(from: expected.count), "what follows is room")
        }
      }
      try mapped.sync()
      try mapped.close()
      #expect(try bytes(of: "mapped", in: directory) == expected, "the room is given back")
      directory.close()
    }
  }

  @Test("a mapped file is cut, gone on with, and written again as a written one is")
  func goingOn() throws {
    try withTemporaryDirectory { path in
      let directory = try LocalFileSystem().openDirectory("\(path)/d", creating: true)
      let first = try directory.create("log", appendingBy: .mapping)
      try append([UInt8](repeating: 1, count: 5_000), to: first)
      try first.truncate(to: 4_500)
      try append([UInt8](repeating: 2, count: 100), to: first)
      try first.writeAgain(0..<4_600)
      try first.close()
      let second = try directory.openForAppending("log", by: .mapping)
      #expect(second.size == 4_600)
      try append([3], to: second)
      try second.close()
      let expected =
        [UInt8](repeating: 1, count: 4_500) + [UInt8](repeating: 2, count: 100) + [3]
      #expect(try bytes(of: "log", in: directory) == expected)
      directory.close()
    }
  }

  @Test("a file that nobody closed keeps its room: whoever opens it sees zeros behind the end")
  func leftRoom() throws {
    try withTemporaryDirectory { path in
      let directory = try LocalFileSystem().openDirectory("\(path)/d", creating: true)
      do {
        let file = try directory.create("log", appendingBy: .mapping)
        try append([7], to: file)
      }
      let found = try bytes(of: "log", in: directory)
      #expect(found.first == 7)
      #if os(Linux)
        #expect(found.count >= 4_096 && found.dropFirst().allSatisfy { $0 == 0 })
      #endif
      directory.close()
    }
  }

  @Test("a call that a signal interrupted is made again, as often as it takes")
  func interruptedCalls() throws {
    var calls = 0
    let answer = try SystemCalls.check("write", "p") {
      calls += 1
      guard calls < 4 else { return 5 }
      errno = EINTR
      return -1
    }
    #expect((answer, calls) == (5, 4))
    calls = 0
    #expect(throws: StoreError.io(call: "write", path: "p", errno: EIO)) {
      try SystemCalls.check("write", "p") {
        calls += 1
        errno = EIO
        return -1
      }
    }
    #expect(calls == 1)
  }
}
