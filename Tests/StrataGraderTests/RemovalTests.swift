import Foundation
import StrataTestSupport
import Testing

@testable import StrataConfinement
@testable import StrataGrader

/// Clearing up after submissions, which may have laid out anything.
@Suite("Removal")
struct RemovalTests {
  @Test("a link is removed, and not what it leads to")
  func links() throws {
    try withTemporaryDirectory { folder in
      System.place([1], at: "\(folder)/kept/file")
      System.place([1], at: "\(folder)/gone/deep/file")
      for link in ["gone/link", "gone/deep/link"] {
        symlink("\(folder)/kept", "\(folder)/\(link)")
      }
      System.remove("\(folder)/gone")
      #expect(System.names(in: folder) == ["kept"])
      #expect(System.names(in: "\(folder)/kept") == ["file"])
    }
  }

  @Test(
    "a link in a folder that may not be changed leads nowhere, and both are removed",
    .enabled(if: !System.isSuperuser, "root may change every folder"))
  func lockedLinks() throws {
    try withTemporaryDirectory { folder in
      System.place([1], at: "\(folder)/kept/file")
      for (place, mode) in [("a", 0o500), ("b", 0o300), ("c", 0)] {
        System.place([1], at: "\(folder)/gone/\(place)/file")
        symlink("\(folder)/kept", "\(folder)/gone/\(place)/link")
        chmod("\(folder)/gone/\(place)", mode_t(mode))
      }
      System.remove("\(folder)/gone")
      #expect(System.names(in: folder) == ["kept"])
      #expect(System.names(in: "\(folder)/kept") == ["file"])
    }
  }

  @Test("a tree is removed that is deeper than a path can be long")
  func deep() throws {
    try withTemporaryDirectory { folder in
      System.makeDirectory("\(folder)/gone")
      var inner = open("\(folder)/gone", O_RDONLY | O_DIRECTORY)
      for _ in 0..<2200 {
        try #require(mkdirat(inner, "d", 0o755) == 0)
        let next = openat(inner, "d", O_RDONLY | O_DIRECTORY)
        close(inner)
        inner = next
      }
      close(inner)
      System.remove("\(folder)/gone")
      #expect(System.names(in: folder) == [])
    }
  }

  @Test("names that are no text are removed")
  func names() throws {
    try withTemporaryDirectory { folder in
      System.makeDirectory("\(folder)/gone")
      let name: [CChar] = Array("\(folder)/gone/".utf8CString.dropLast()) + [-1, -2, 0]
      close(open(name, O_WRONLY | O_CREAT, 0o600))
      System.remove("\(folder)/gone")
      #expect(System.names(in: folder) == [])
    }
  }
}
